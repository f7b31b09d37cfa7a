"""What can be undone: how it is told, taken back, and when it is offered no more.

Changes of the layout and deleted regions alike; what each consists of is the core's
business.
"""

from __future__ import annotations

from livedata_core.api import DashboardServices, Level, Remedy

__all__ = ["RESTORE", "tell_undoable", "undo", "undo_last_of", "undoable_ids"]

RESTORE = "restore"
"""The kind of the remedy, and of what browsers say when it is clicked."""


def tell_undoable(services: DashboardServices, what: str, item_id: str) -> None:
    """Tell all sessions what was done, with a button that undoes it."""
    services.notifications.push(
        Level.INFO,
        what,
        key=f"undo {item_id}",
        remedy=Remedy("Undo", RESTORE, item_id),
    )


def undo(services: DashboardServices, item_id: str) -> None:
    """Undo a change of the layout, or put a region back.

    Raises
    ------
    KeyError
        If it was undone already, or what it belongs to is gone.
    ValueError
        If there is no room any more.
    """
    if item_id in services.regions.removed():
        services.regions.restore(item_id)
    else:
        services.plots.restore(item_id)


def undo_last_of(services: DashboardServices, session: str, grid_id: str) -> None:
    """Undo the last change that a session made to the plots of a grid.

    Raises
    ------
    KeyError
        If what it belongs to is gone.
    ValueError
        If there is none, or no room any more.
    """
    for item in reversed(services.plots.undoable()):
        own = item.session == session and item.item.id != item.grid_id
        if own and item.grid_id == grid_id:
            services.plots.restore(item.id)
            return
    raise ValueError("you have changed nothing here that can be undone")


def undoable_ids(services: DashboardServices) -> frozenset[str]:
    """Return the ids of all that can be undone."""
    layout = frozenset(item.id for item in services.plots.undoable())
    return layout | services.regions.removed()

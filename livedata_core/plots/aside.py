"""Plots that are left out because their plotter does not return.

Compute thread only, but for `AsideCells.note`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from livedata_core.plots.compute_thread import Call
from livedata_core.plots.layout import Cell, Layer

__all__ = ["MOST_TRIES", "AsideCells"]

MOST_TRIES = 3
"""So often in a row a plot may take too long before it is tried no more."""


@dataclass(frozen=True, slots=True)
class _Aside:
    layers: tuple[Layer, ...] | None
    call: Call
    tries: int
    text: str


class AsideCells:
    """Which cells are left out, and what is said in their place.

    One is tried again once its plotter has returned, `MOST_TRIES` times in all, and
    when its layers are changed.
    """

    def __init__(self) -> None:
        self._cells: dict[str, _Aside] = {}

    def note(self, call: Call, who: str) -> None:
        """Leave a cell out from now on. Any thread.

        Parameters
        ----------
        call:
            What does not return.
        who:
            The plotters with plugin and version.
        """
        known = self._cells.get(call.cell_id)
        tries = 1 + (0 if known is None else known.tries)
        again = (
            f"It took too long {tries} times and is not tried again before the plot's "
            "settings are changed."
            if tries >= MOST_TRIES
            else "It is tried again when it has returned."
        )
        text = (
            f"{who} did not return within {call.patience_s:g} s and is left out, so "
            f"that other plots go on. {again} Update the plugin, or show this with "
            "another plotter."
        )
        layers = None if known is None else known.layers
        self._cells[call.cell_id] = _Aside(layers, call, tries, text)

    def text(self, cell: Cell) -> str | None:
        """Return why a cell is left out; None if it is to be computed."""
        aside = self._cells.get(cell.id)
        if aside is None:
            return None
        if aside.layers is None:
            aside = _Aside(cell.layers, aside.call, aside.tries, aside.text)
            self._cells[cell.id] = aside
        if aside.layers != cell.layers:
            del self._cells[cell.id]
            return None
        if aside.call.returned.is_set() and aside.tries < MOST_TRIES:
            return None
        return aside.text

    def hangs(self, cell_id: str) -> bool:
        """Return whether a thread is still busy with a cell that was left out."""
        aside = self._cells.get(cell_id)
        return aside is not None and not aside.call.returned.is_set()

    def worked(self, cell_id: str) -> None:
        """Forget what was, for the cell has been computed in time."""
        self._cells.pop(cell_id, None)

    def keep(self, cells: Collection[str]) -> None:
        """Forget cells that are gone from the layout."""
        for cell_id in self._cells.keys() - set(cells):
            del self._cells[cell_id]

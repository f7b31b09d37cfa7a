"""**SharedViews**: what is the same for all sessions is worked out once.

Remembers texts of views until anything that they are made from changes, or until a
quarter of a second has gone: ages and silence are no events.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary, proxy

from livedata_core.api import DashboardServices
from livedata_panel.bridge import to_json

__all__ = ["SharedViews", "shared_views"]

MOMENT_NS = 250_000_000
RARELY_NS = 5_000_000_000

T = TypeVar("T")


class SharedViews:
    """Views of one process by what they depend on beside its state. Event loop only.

    Parameters
    ----------
    services:
        The state that all sessions share.
    """

    def __init__(self, services: DashboardServices) -> None:
        # A strong reference would keep the key of `_made` alive.
        self._services: DashboardServices = proxy(services)
        self._moment: Hashable = None
        self._known: dict[Hashable, object] = {}
        self._rare: dict[Hashable, tuple[int, object]] = {}

    def text(self, key: Hashable, make: Callable[[], Mapping[str, Any] | None]) -> str:
        """Return a view as text; `make` is called if there is none of that key."""
        return self.value(("text", key), lambda: to_json(make()))

    def value(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` returned last for that key, while nothing has changed."""
        moment = self._now()
        if moment != self._moment:
            self._known.clear()
            self._moment = moment
        if key not in self._known:
            self._known[key] = make()
        return cast("T", self._known[key])

    def rare(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` returned within the last five seconds.

        For what takes long and changes, if ever, once in a day.
        """
        moment = self._services.clock() // RARELY_NS
        known = self._rare.get(key)
        if known is None or known[0] != moment:
            known = self._rare[key] = (moment, make())
        return cast("T", known[1])

    def _now(self) -> Hashable:
        services = self._services
        return (
            services.plots.version,
            services.plot_data.version,
            services.regions.version,
            services.workflows.version,
            services.service_status.version,
            services.orchestrator.runs.version,
            services.resources.status(),
            services.clock() // MOMENT_NS,
        )


_made: WeakKeyDictionary[DashboardServices, SharedViews] = WeakKeyDictionary()


def shared_views(services: DashboardServices) -> SharedViews:
    """Return the one for a dashboard; it goes with its services."""
    found = _made.get(services)
    if found is None:
        found = _made[services] = SharedViews(services)
    return found

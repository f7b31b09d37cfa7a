"""Which plotters are slow. All plots share one thread, so that people should know.

What a slow one costs is told and not avoided: see *Isolation and threads* in the
documentation for why it has no thread of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["OFTEN", "SLOW_S", "SlowPlotters", "Slowness"]

SLOW_S = 0.5
"""A call that takes longer holds up other plots visibly."""
OFTEN = 2
"""So many slow calls in a row are told; the first may have to import."""


@dataclass(frozen=True, slots=True)
class SlowPlotters:
    """Plotters that take long for a plot.

    Attributes
    ----------
    cell_id, plotters:
        The plot, and the plotters by name: one, or those that are drawn together.
    took_s:
        How long the last call took.
    """

    cell_id: str
    plotters: tuple[str, ...]
    took_s: float

    def told(self, who: str, plot: str = "this plot") -> str:
        """Return a sentence for people.

        Parameters
        ----------
        who:
            The plotters with plugin and version.
        plot:
            What people call the plot.
        """
        return (
            f"{who} took {self.took_s:.1f} s for the last update of {plot}, and all "
            "other plots waited; show less with it, or update the plugin"
        )


class Slowness:
    """Notes how long calls take. Written by the compute thread, read by any."""

    def __init__(self) -> None:
        self._in_a_row: dict[tuple[str, tuple[str, ...], str], int] = {}
        self._slow: Mapping[tuple[str, tuple[str, ...], str], SlowPlotters] = (
            MappingProxyType({})
        )

    def note(
        self, cell_id: str, plotters: tuple[str, ...], what: str, took_s: float
    ) -> None:
        """Note a call that has returned.

        Parameters
        ----------
        what:
            What they did: each kind of call is judged on its own.
        """
        key = (cell_id, plotters, what)
        times = self._in_a_row.get(key, 0) + 1 if took_s > SLOW_S else 0
        self._in_a_row[key] = times
        others = {k: slow for k, slow in self._slow.items() if k != key}
        if times >= OFTEN:
            others[key] = SlowPlotters(cell_id, plotters, took_s)
        if times >= OFTEN or key in self._slow:
            self._slow = MappingProxyType(others)

    def all(self) -> tuple[SlowPlotters, ...]:
        """Return what is slow now, in all plots."""
        return tuple(self._slow.values())

    def keep(self, cells: Collection[str]) -> None:
        """Forget cells that are gone from the layout."""
        for key in [key for key in self._in_a_row if key[0] not in cells]:
            del self._in_a_row[key]
        kept = {key: slow for key, slow in self._slow.items() if key[0] in cells}
        if len(kept) < len(self._slow):
            self._slow = MappingProxyType(kept)

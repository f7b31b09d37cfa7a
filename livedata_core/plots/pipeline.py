"""From buffers to the frames of one layer: extract, compute. Compute thread only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

from livedata_core.contract import (
    OVERVIEW,
    DataKey,
    PlotInput,
    PlotterSpec,
    RunMark,
    View,
)
from livedata_core.contract.raised import describe, pass_on, text_of
from livedata_core.data.streams import Stream, StreamManager
from livedata_core.plots.controller import MEND, LayerPlotter, PlottingController
from livedata_core.plots.exports import what_is_shown
from livedata_core.plots.frames import DrawnLayer, LayerFrame
from livedata_core.plots.layout import Cell, Layer
from livedata_core.plots.shared_axes import refuse_others
from livedata_core.plots.spans import Covered, Span, asked_of, covered
from livedata_core.plugins.reports import authors_traceback

__all__ = ["CellPipeline", "LayerPipeline", "RegionNames", "no_names"]

log = logging.getLogger(__name__)

SourceTitle = Callable[[str], str]
RegionNames = Callable[[DataKey], Mapping[int, str]]
"""Returns what people call the regions of a stream's source, by index."""


def no_names(_key: DataKey) -> Mapping[int, str]:
    """Know no region."""
    return {}


class LayerPipeline:
    """One layer: its stream of data, its plotter, its latest frame of each view.

    Parameters
    ----------
    layer:
        What to show.
    streams:
        Where its data are read.
    plotting:
        Makes its plotter.
    title:
        What people call a source.
    wake:
        Called without arguments when its data have changed.
    runs:
        Returns when runs began and ended.
    guard:
        Returns a context in which code of the plotter runs; told whether it works or
        is only made.
    regions:
        Returns what people call regions.
    """

    def __init__(
        self,
        layer: Layer,
        streams: StreamManager,
        plotting: PlottingController,
        title: SourceTitle,
        wake: Callable[[], None],
        runs: Callable[[], tuple[RunMark, ...]] = tuple,
        guard: Callable[[bool], AbstractContextManager[object]] = nullcontext,
        regions: RegionNames = no_names,
    ) -> None:
        self.layer = layer
        self._guard = guard
        self._runs = runs
        self._regions = regions
        self.plotter: LayerPlotter | None = None
        self._title = title
        self._declared = plotting.declared
        self._stream: Stream | None = None
        self._span = Span()
        self._empty = LayerFrame(layer.id)
        self._results: dict[View, LayerFrame] = {}
        self._seen: dict[View, object] = {}
        try:
            with guard(False):
                self.plotter = plotting.create(layer)
            self._span = asked_of(
                self.plotter.spec, self.plotter.params, self.plotter.output
            )
        except ValueError as error:
            why = error.__cause__
            where = None if why is None else authors_traceback(why)
            self._empty = LayerFrame(layer.id, error=str(error), traceback=where)
            return
        self._stream = streams.open(
            layer.keys_with(self.plotter.spec),
            history=self._span.history,
            seconds=self._span.seconds,
            aggregation=self._span.aggregation,
        )
        self._stream.subscribe(wake)

    def result(self, view: View = OVERVIEW) -> LayerFrame:
        """Return the latest frame of a view, or why there is none."""
        return self._results.get(view, self._empty)

    def update(self, view: View = OVERVIEW) -> bool:
        """Compute a frame if data or names have changed; return whether it did."""
        if self._stream is None:
            return False
        now = self._stream.version, [self._regions(key) for key in self.layer.keys]
        if now == self._seen.get(view):
            return False
        self._seen[view] = now
        result = self._compute(self._stream, view)
        before = self._results.get(view, self._empty)
        self._results[view] = result
        # Frames are never compared: those of a plugin may hold arrays.
        framed = result.frame is not None or before.frame is not None
        return framed or result != before

    def forget(self, view: View) -> None:
        """Let go of a view that nobody has any more."""
        self._seen.pop(view, None)
        self._results.pop(view, None)

    def _compute(self, stream: Stream, view: View) -> LayerFrame:
        assert self.plotter is not None
        time_ns = None
        try:
            entries = stream.entries()
            own = [entries[key] for key in self.layer.keys if key in entries]
            if not own:
                return LayerFrame(self.layer.id)
            # A log may send a reading now and then: that is no sign of age.
            time_ns = min(entry.refers_to_ns for entry in own)
            data = stream.read()
            self._check_axes(self.plotter.spec, data)
            runs = self._runs()
            inputs = [
                PlotInput(
                    key,
                    value,
                    self._title(key.source_name),
                    self._declared(key),
                    runs,
                    self._regions(key),
                )
                for key, value in data.items()
            ]
            with self._guard(True):
                frame = self.plotter.plotter.compute(inputs, self.plotter.params, view)
        except ValueError as error:
            return LayerFrame(self.layer.id, error=text_of(error), time_ns=time_ns)
        except BaseException as error:
            pass_on(error)
            spec = self.plotter.spec
            log.exception("plotter %r of %s failed", spec.name, spec.origin)
            return LayerFrame(
                self.layer.id,
                error=f"{spec.title} ({spec.origin}) failed on these data: "
                f"{describe(error)}; {MEND}",
                time_ns=time_ns,
                traceback=authors_traceback(error),
            )
        said = [
            covered(self._span, value, stream.coverage(key))
            for key, value in data.items()
        ]
        least = next((one for one in said if one.cut), said[0] if said else Covered())
        shown = what_is_shown(self.plotter, inputs, view, frame)
        return LayerFrame(
            self.layer.id, frame, time_ns=time_ns, covered=least, shown=shown
        )

    def _check_axes(self, spec: PlotterSpec, data: Mapping[DataKey, object]) -> None:
        """Make sure that each axis has data, if any was chosen.

        Raises
        ------
        ValueError
            If not, with what to do.
        """
        if not any(axis.name in self.layer.axes for axis in spec.axes):
            return
        for axis in spec.axes:
            chosen = self.layer.axes.get(axis.name)
            if chosen is None:
                raise ValueError(f"choose the {axis.title.lower()} in the settings")
            if chosen.key not in data:
                raise ValueError(
                    f"there are no data of {self._title(chosen.source)} yet, which is "
                    f"the {axis.title.lower()}; does workflow {chosen.workflow} run?"
                )

    def close(self) -> None:
        """Let go of the data."""
        if self._stream is not None:
            self._stream.close()


class CellPipeline:
    """The layers of one cell; made anew when the cell's definition changes."""

    def __init__(
        self, cell: Cell, make_layer: Callable[[Layer], LayerPipeline]
    ) -> None:
        self.cell = cell
        self.layers = tuple(make_layer(layer) for layer in cell.layers)
        self._begun: set[View] = set()

    def update(self, view: View = OVERVIEW) -> bool:
        """Compute what has changed; true for the first call of a view in any case."""
        changed = [layer.update(view) for layer in self.layers]
        first = view not in self._begun
        self._begun.add(view)
        return first or any(changed)

    def show_again(self) -> None:
        """Have the next update of each view count as changed."""
        self._begun.clear()

    def results(self, view: View = OVERVIEW) -> tuple[LayerFrame, ...]:
        """Return the state of each layer, lowest first; refused: what does not fit."""
        return refuse_others([layer.result(view) for layer in self.layers])

    def drawn(self, view: View = OVERVIEW) -> list[DrawnLayer]:
        """Return the layers that have a frame, lowest first."""
        return [
            DrawnLayer(result.layer_id, layer.plotter.plotter, result.frame)
            for layer, result in zip(self.layers, self.results(view), strict=True)
            if layer.plotter is not None and result.frame is not None
        ]

    def forget(self, view: View) -> None:
        """Let go of a view that nobody has any more."""
        self._begun.discard(view)
        for layer in self.layers:
            layer.forget(view)

    def close(self) -> None:
        """Let go of the data."""
        for layer in self.layers:
            layer.close()

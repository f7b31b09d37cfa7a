"""Which data a frame shows, for whoever saves them: made only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from livedata_core.contract import (
    ExportingPlotter,
    PlotInput,
    SlicedFrame,
    Slider,
    View,
    resolve,
)
from livedata_core.contract.raised import describe, pass_on
from livedata_core.plots.controller import LayerPlotter

__all__ = ["Shown", "what_is_shown"]

Shown = Callable[[], Sequence[PlotInput]]


def what_is_shown(
    made: LayerPlotter,
    inputs: Sequence[PlotInput],
    view: View,
    frame: object = None,
) -> Shown:
    """Return a function that gives the data that a frame of these inputs shows.

    It calls a plotter of its own, so that any thread may call it. Of a plotter that
    does not tell, they are the inputs, at the positions of the frame's sliders.
    """

    def shown() -> Sequence[PlotInput]:
        plotter: object = resolve(made.spec.factory)()
        if isinstance(plotter, ExportingPlotter):
            return _told(made, plotter, inputs, view)
        sliders = frame.sliders if isinstance(frame, SlicedFrame) else ()
        return [_at(entry, sliders) for entry in inputs]

    return shown


def _told(
    made: LayerPlotter,
    plotter: ExportingPlotter,
    inputs: Sequence[PlotInput],
    view: View,
) -> Sequence[PlotInput]:
    try:
        return list(plotter.shown(inputs, made.params, view))
    except ValueError:
        raise
    except BaseException as error:
        pass_on(error)
        raise ValueError(
            f"{made.spec.title} ({made.spec.origin}) does not tell what it shows: "
            f"{describe(error)}"
        ) from error


def _at(entry: PlotInput, sliders: Sequence[Slider]) -> PlotInput:
    data = entry.data
    for slider in sliders:
        if slider.dim in data.dims:
            data = data[slider.dim, slider.position]
    return replace(entry, data=data)

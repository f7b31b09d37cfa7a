"""Pictures of plotters: Bokeh documents as JSON, drawn by the reader's browser.

HoloViews cannot draw what plotters make without a browser, so the pages carry what one
needs: BokehJS as a file, and a small document for each theme.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from livedata_authoring.check.subject import Subject, called, name_of_error
from livedata_authoring.gallery.samples import choices
from livedata_core.contract import OVERVIEW, PlotterSpec, resolve

__all__ = ["Thumbnail", "thumbnail"]


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture, or why there is none.

    Attributes
    ----------
    items:
        What BokehJS embeds, as JSON text by theme.
    problem:
        Why there is no picture; empty if there is one.
    """

    items: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def thumbnail(subject: Subject, spec: PlotterSpec) -> Thumbnail:
    """Draw a plotter with its default parameters; raises nothing because of it."""
    if spec.over:
        return Thumbnail(problem="it is drawn over other plots")
    made, error = called(lambda: (resolve(spec.factory)(), spec.params()))
    if made is None:
        return Thumbnail(problem=f"it cannot be made: {name_of_error(error)}")
    plotter, params = made
    problem = "no installed workflow gives such data"
    for inputs in choices(subject, spec):
        frame, error = called(partial(plotter.compute, inputs, params, OVERVIEW))
        if error is None:
            items, error = called(lambda: _items(plotter.draw(frame)))  # noqa: B023
            if items is not None:
                return Thumbnail(items)
        problem = name_of_error(error)
    return Thumbnail(problem=problem)


def _items(element: Any) -> dict[str, str]:
    from bokeh.embed import json_item

    from livedata_panel.figure_theme import THEME_NAMES, figure_theme
    from livedata_panel.render.plot import MasterPlot

    master = MasterPlot(element)
    try:
        structure = master.drawn.structure
        return {
            name: json.dumps(json_item(structure.clone(), theme=figure_theme(name)))
            for name in THEME_NAMES
        }
    finally:
        master.close()

"""Regions of interest on the images of a grid."""

from __future__ import annotations

from typing import Any

from livedata_core.api import Cell, DashboardServices, Layer
from livedata_panel.context import SessionContext
from livedata_panel.region_events import (
    AddRegion,
    NameRegion,
    RegionEvent,
    RemoveRegion,
    ShapeRegion,
)
from livedata_panel.titles import cell_title
from livedata_panel.undoing import tell_undoable

__all__ = ["RegionWidget", "regions_view"]

READ_BACKS = {"rectangle": "roi_rectangle", "polygon": "roi_polygon"}


def regions_view(services: DashboardServices, cell: Cell) -> dict[str, Any] | None:
    """Return the regions of a cell's image; None: none can be drawn on it."""
    layer = _image(services, cell)
    if layer is None:
        return None
    spec = services.specs[layer.workflow]
    regions = services.regions.of(layer.workflow, layer.sources[0])
    return {
        "shapes": [k for k, output in READ_BACKS.items() if spec.output(output)],
        "items": [
            {"index": r.index, "shape": r.kind, "name": r.name, "x": r.x, "y": r.y}
            for r in regions
        ],
    }


def _image(services: DashboardServices, cell: Cell) -> Layer | None:
    """Return the layer on whose image regions can be drawn.

    Its plotter shows one output of two dims and nothing else, and its workflow has
    read-backs of regions.
    """
    for layer in cell.layers:
        spec, plotter = (
            services.specs.get(layer.workflow),
            services.registry.plotters.get(layer.plotter),
        )
        if spec is None or plotter is None or len(layer.sources) != 1:
            continue
        output = spec.output(layer.output)
        takes = any(spec.output(name) for name in READ_BACKS.values())
        flat = output is not None and len(output.dims) == 2
        alone = plotter.accepts.ndim == (2,) and plotter.accepts.max_inputs == 1
        if takes and flat and alone and not layer.output.startswith("roi_"):
            return layer
    return None


class RegionWidget:
    """Does what a session wants with regions. Event loop only."""

    def __init__(self, context: SessionContext) -> None:
        self._context = context

    def act(self, event: RegionEvent) -> None:
        """Add, shape, name or delete a region; the session is told of a refusal."""
        self._context.attempt("The region was not changed", lambda: self._act(event))

    def _act(self, event: RegionEvent) -> None:
        services = self._context.services
        _, cell = services.plots.layout.find(event.cell)
        layer = _image(services, cell)
        if layer is None:
            raise ValueError("no regions can be drawn on this plot")
        place = layer.workflow, layer.sources[0]
        regions = services.regions
        if isinstance(event, AddRegion):
            units = regions.units(*place, layer.output)
            regions.add(*place, event.shape, event.x, event.y, units)
        elif isinstance(event, ShapeRegion):
            regions.reshape(*place, event.index, event.x, event.y)
        elif isinstance(event, NameRegion):
            regions.rename(*place, event.index, event.name)
        elif isinstance(event, RemoveRegion):
            self._remove(layer, cell, event.index)

    def _remove(self, layer: Layer, cell: Cell, index: int) -> None:
        """Delete a region, and tell all sessions how to undo it."""
        services = self._context.services
        place = layer.workflow, layer.sources[0]
        names = {region.index: region.name for region in services.regions.of(*place)}
        removed = services.regions.remove(*place, index)
        if removed:
            title = cell_title(services, cell)
            what = f"Region “{names.get(index, index)}” was deleted from “{title}”"
            tell_undoable(services, what, removed)

"""What becomes of a layer when several sessions change it. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from livedata_core.contract import AxisStream, StoredParams
from livedata_core.plots.layout import Cell, Layer

__all__ = ["updated_layer", "with_updated", "without"]


def updated_layer(
    layer: Layer,
    plotter: str | None = None,
    params: StoredParams | None = None,
    base: StoredParams | None = None,
    sources: tuple[str, ...] | None = None,
    axes: Mapping[str, AxisStream | None] | None = None,
) -> Layer:
    """Return a layer with another plotter, other parameters, sources or axes.

    Parameters
    ----------
    base:
        The parameters that the change began from. Those that are the same in `params`
        stay as they are by now.
    axes:
        Streams of some of the plotter's axes, None: no more; the others stay.
    """
    update: dict[str, object] = {}
    if plotter is not None:
        update["plotter"] = plotter
    if sources:
        update["sources"] = sources
    if axes is not None:
        joined = {**layer.axes, **axes}
        update["axes"] = {name: axis for name, axis in joined.items() if axis}
    if params is not None:
        same = plotter is None or plotter == layer.plotter
        merge = base is not None and same
        update["params"] = _merged(layer.params, base, params) if merge else params
    return layer.model_copy(update=update)


def with_updated(
    cell: Cell, layer_id: str, change: Callable[[Layer], Layer]
) -> tuple[Layer, ...]:
    """Return the layers of a cell, one of them changed.

    Raises
    ------
    KeyError
        If that one is gone.
    """
    if all(layer.id != layer_id for layer in cell.layers):
        raise KeyError(f"plot {cell.title!r} has no layer {layer_id!r} any more")
    return tuple(
        change(layer) if layer.id == layer_id else layer for layer in cell.layers
    )


def without(cell: Cell, layer_id: str) -> tuple[Layer, ...]:
    """Return the layers of a cell but one.

    Raises
    ------
    ValueError
        If no other is left.
    """
    layers = tuple(layer for layer in cell.layers if layer.id != layer_id)
    if not layers:
        raise ValueError("this is the plot's only layer; remove the plot")
    return layers


def _merged(
    current: Mapping[str, object],
    base: Mapping[str, object] | None,
    wanted: Mapping[str, object],
) -> StoredParams:
    """Return what the newest parameters become by a change from `base` to `wanted`.

    Groups of parameters are merged key by key, as the whole is.
    """
    before = base or {}
    merged = dict(wanted)
    for key, value in current.items():
        if key not in wanted:
            continue
        new, old = wanted[key], before.get(key)
        if (
            isinstance(value, Mapping)
            and isinstance(old, Mapping)
            and isinstance(new, Mapping)
        ):
            merged[key] = _merged(value, old, new)
        elif key in before and old == new:
            merged[key] = value
    return merged

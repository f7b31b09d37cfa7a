"""Data and parameters for any installed plotter, drawn by Hypothesis.

Data follow from what a plotter says it accepts. One that is made for certain workflows
says nothing about their sizes: it needs an entry in `SHAPES`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
import pytest
import scipp as sc
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from livedata_core.contract import PlotInput, PlotterSpec, RunMark, Temporality
from livedata_sans2d.instrument import BANK_SHAPE
from tests.support.plot_inputs import plot_input

__all__ = ["FILLS", "SHAPES", "Look", "inputs", "looks", "params"]

SHAPES: dict[str, dict[str, int]] = {
    "sans2d_rear_bank": dict(zip(("tube", "pixel"), BANK_SHAPE, strict=True)),
    "region_spectra": {"roi": 3, "time_of_arrival": 5},
    "regions": {"bounds": 6},
}
"""Sizes by dim of what plotters take that are made for certain workflows."""

LEAST_SOURCES = {
    "correlation": 2,
    "correlation_image": 2,
    "counts_correlation": 2,
    "counts_correlation_image": 2,
}
"""Of plotters that need several."""

FILLS = ("counts", "counts", "zero", "negative", "constant", "nan", "some_nan", "huge")
"""What data may be like."""

_SIZES = {"x": (2, 7), "y": (2, 5), "z": (2, 3), "w": (2, 2), "time": (1, 9)}
_START_NS = 1_767_225_600_000_000_000


@dataclass(frozen=True)
class Look:
    """All of the data but their values.

    Attributes
    ----------
    sizes:
        Sizes by dim.
    coords:
        What the coords of each dim are.
    unit, coord_unit:
        Units of values and coords.
    sources:
        Number of inputs.
    variances:
        Whether there are any.
    """

    sizes: tuple[tuple[str, int], ...]
    coords: str
    unit: str
    coord_unit: str
    sources: int
    variances: bool


@st.composite
def looks(draw: st.DrawFn, spec: PlotterSpec) -> Look:
    """Draw a look that the plotter accepts."""
    return Look(
        sizes=tuple(
            (dim, draw(st.integers(*span))) for dim, span in _spans(draw, spec)
        ),
        coords=draw(
            st.sampled_from(["none", "points", "edges", "uneven", "spread", "falling"])
        ),
        unit=draw(st.sampled_from(["counts", "K", "mm"])),
        coord_unit=draw(st.sampled_from(["ms", "mm"])),
        sources=draw(
            st.integers(
                LEAST_SOURCES.get(spec.name, 1), min(spec.accepts.max_inputs or 3, 3)
            )
        ),
        variances=draw(st.booleans()),
    )


def _spans(draw: st.DrawFn, spec: PlotterSpec) -> Sequence[tuple[str, tuple[int, int]]]:
    """Return the least and greatest size of each dim."""
    accepts = spec.accepts
    if spec.name in SHAPES:
        return [(dim, (size, size)) for dim, size in SHAPES[spec.name].items()]
    if accepts.workflows or accepts.outputs:
        pytest.fail(
            f"plotter {spec.name!r} of {spec.origin} is made for certain workflows: "
            f"say in {__name__}.SHAPES which sizes it takes",
            pytrace=False,
        )
    ndim = draw(st.sampled_from(accepts.ndim))
    if accepts.temporality == (Temporality.SERIES,):
        dims = ("time", *"yx"[2 - max(ndim - 1, 0) :])
    else:
        dims = (*(["time"] if spec.history else []), *"wzyx"[4 - ndim :])
    return [(dim, _SIZES[dim]) for dim in dims]


def inputs(look: Look, fill: str, seed: int) -> list[PlotInput]:
    """Return inputs of that look, the same for the same seed."""
    rng = np.random.default_rng(seed)
    names = ("Left", "Middle", "Right")[: look.sources]
    made = [plot_input(_data(look, fill, rng), name) for name in names]
    return [replace(entry, runs=_runs(seed)) for entry in made]


def _runs(seed: int) -> tuple[RunMark, ...]:
    """Return starts and ends of runs, more of them in later frames."""
    times = [_START_NS + second * 1_000_000_000 for second in range(seed // 2 * 2)]
    return tuple(
        RunMark(t, f"Run {n // 2}", starts=n % 2 == 0) for n, t in enumerate(times)
    )


def _data(look: Look, fill: str, rng: np.random.Generator) -> sc.DataArray:
    sizes = dict(look.sizes)
    values = _values(fill, tuple(sizes.values()), rng)
    signal = sc.array(
        dims=list(sizes),
        values=values,
        unit=look.unit,
        variances=np.abs(values) if look.variances else None,
    )
    coords = {dim: _coord(look, dim, size, rng) for dim, size in look.sizes}
    data = sc.DataArray(
        signal,
        coords={dim: coord for dim, coord in coords.items() if coord is not None},
    )
    if "bounds" in sizes:
        _regions(data, look, rng)
    return _dated(data)


def _regions(data: sc.DataArray, look: Look, rng: np.random.Generator) -> None:
    """Make the coords of rectangles, two points for each."""
    size = data.sizes["bounds"]
    index = np.repeat(np.arange(size // 2), 2)
    data.coords["roi_index"] = sc.array(dims=["bounds"], values=index)
    for name in ("x", "y"):
        places = np.sort(rng.uniform(0, 9, size))
        data.coords[name] = sc.array(
            dims=["bounds"], values=places, unit=look.coord_unit
        )


def _dated(data: sc.DataArray) -> sc.DataArray:
    """Return data that say how long they were counted."""
    if "time" in data.coords:
        time = data.coords["time"]
        data.coords["start_time"] = time - sc.scalar(1_000_000_000, unit="ns")
    else:
        data.coords["time"] = sc.scalar(_START_NS + 1_000_000_000, unit="ns")
        data.coords["start_time"] = sc.scalar(_START_NS, unit="ns")
    return data


def _values(fill: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    counts = rng.poisson(rng.uniform(1, 50), shape).astype(np.float64)
    if fill == "zero":
        return np.zeros(shape)
    if fill == "constant":
        return np.full(shape, float(rng.integers(1, 9)))
    if fill == "negative":
        return rng.normal(-5.0, 9.0, shape)
    if fill == "nan":
        return np.full(shape, np.nan)
    if fill == "some_nan":
        return np.where(rng.random(shape) < 0.3, np.nan, counts)
    return counts * 1e12 if fill == "huge" else counts


def _coord(
    look: Look, dim: str, size: int, rng: np.random.Generator
) -> sc.Variable | None:
    if dim == "time":
        steps = np.cumsum(rng.integers(1, 60, size)) * 1_000_000_000
        return sc.array(dims=[dim], values=(_START_NS + steps).view("M8[ns]"))
    if look.coords == "none":
        return None
    values = np.arange(size + (look.coords in ("edges", "uneven")), dtype=np.float64)
    if look.coords in ("uneven", "spread"):
        values = 2.0**values
    if look.coords == "falling":
        values = values[::-1].copy()
    return sc.array(dims=[dim], values=values, unit=look.coord_unit)


@st.composite
def params(draw: st.DrawFn, model: type[BaseModel]) -> BaseModel:
    """Draw parameters that the model accepts; some of its fields have their default."""
    chosen = {
        name: draw(_field(field.annotation, list(field.metadata)))
        for name, field in model.model_fields.items()
        if draw(st.booleans())
    }
    try:
        return model.model_validate({k: v for k, v in chosen.items() if v is not ...})
    except ValidationError:
        return model()


def _field(kind: Any, metadata: Sequence[Any]) -> st.SearchStrategy[Any]:
    """Return values of a field; an ellipsis stands for its default."""
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return st.one_of([_field(part, metadata) for part in typing.get_args(kind)])
    if kind is type(None):
        return st.none()
    if kind is bool:
        return st.booleans()
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return params(kind)
    if kind in (int, float):
        return st.sampled_from(_within(metadata)).map(kind)
    return st.just(...)


def _within(metadata: Sequence[Any]) -> list[float]:
    """Return numbers, some at the bounds that a field has."""
    low = [getattr(item, "ge", getattr(item, "gt", None)) for item in metadata]
    high = [getattr(item, "le", getattr(item, "lt", None)) for item in metadata]
    least = max((bound for bound in low if bound is not None), default=-np.inf)
    most = min((bound for bound in high if bound is not None), default=np.inf)
    numbers = [n for n in (-3.0, 0.01, 1.0, 2.0, 5.0, 20.0) if least <= n <= most]
    return [*numbers, *(bound for bound in (least, most) if np.isfinite(bound))]

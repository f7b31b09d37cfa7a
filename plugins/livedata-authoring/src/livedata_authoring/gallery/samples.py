"""Data that make a plotter show what it is for: peaks, spots, trends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from livedata_authoring.check.subject import Subject, called
from livedata_authoring.check.workflows import results_of
from livedata_core.contract import (
    DataKey,
    OutputSpec,
    PlotInput,
    PlotterSpec,
    Temporality,
    WorkflowId,
)

if TYPE_CHECKING:
    import scipp as sc

__all__ = ["choices"]

_TIMES, _START_NS, _STEP_NS = 90, 1_800_000_000 * 10**9, 10**9
_SIZES = {"y": 48, "x": 64}
_OUTER = 5
"""Size of each further dim."""
_NAMES = ("Left bank", "Right bank", "Top bank")


def choices(subject: Subject, spec: PlotterSpec) -> Iterator[Sequence[PlotInput]]:
    """Yield inputs to try one after the other: of one source, then of more.

    Single numbers of several sources come first: these are shown side by side.
    """
    most = min(spec.accepts.max_inputs or len(_NAMES), len(_NAMES))
    special = _of_workflows(subject, spec) if _is_special(spec) else ()
    for make in chain(special, _made_up(spec)):
        counts = range(1, most + 1)
        for count in counts if make(0).data.ndim else reversed(counts):
            yield [make(number) for number in range(count)]


def _is_special(spec: PlotterSpec) -> bool:
    return bool(spec.accepts.workflows or spec.accepts.outputs)


def _of_workflows(subject: Subject, spec: PlotterSpec) -> Iterator[partial[PlotInput]]:
    """Yield what simulated instruments give, for plotters of certain workflows."""
    for instrument in subject.registry.instruments.values():
        for workflow in subject.registry.workflows(instrument).values():
            wanted = [
                out for out in workflow.outputs if spec.accepts.matches(workflow, out)
            ]
            if not wanted:
                continue
            results, _ = called(partial(results_of, subject, workflow, instrument))
            for output in wanted:
                data = (results or {}).get(output.name)
                # There are no spectra of regions before somebody has drawn any.
                if data is not None and 0 not in data.shape:
                    yield partial(_real, data, workflow.id, output)


def _real(
    data: sc.DataArray, workflow: WorkflowId, output: OutputSpec, number: int
) -> PlotInput:
    key = DataKey(workflow, f"source_{number}", output.name)
    return PlotInput(key, data, title=_NAMES[number], output=output)


def _made_up(spec: PlotterSpec) -> Iterator[partial[PlotInput]]:
    accepts = spec.accepts
    series = Temporality.SERIES in (accepts.temporality or ())
    for ndim in sorted(accepts.ndim):
        inner = ("w", "z", "y", "x")[4 - ndim :] if ndim else ()
        if series:
            inner = ("time", *inner[1:])
        elif spec.history:
            inner = ("time", *inner)
        yield partial(_sample, inner, _SIZES)
        yield partial(_sample, inner, {**_SIZES, "y": 4})


def _sample(dims: tuple[str, ...], sizes: Mapping[str, int], number: int) -> PlotInput:
    import numpy as np
    import scipp as sc

    shape = [_TIMES if dim == "time" else sizes.get(dim, _OUTER) for dim in dims]
    expected = np.full(shape, 40.0)
    for axis, dim in enumerate(dims):
        place = np.linspace(-1, 1, shape[axis])
        along = [1] * len(dims)
        along[axis] = shape[axis]
        expected = expected * _profile(dim, place, number).reshape(along)
    values = np.asarray(np.random.default_rng(number + 1).poisson(expected), float)
    data: sc.DataArray = sc.DataArray(
        sc.array(dims=list(dims), values=values, unit="counts")
        if dims
        else sc.scalar(float(values) * 1000, unit="counts")
    )
    for dim, size in zip(dims, shape, strict=True):
        data.coords[dim] = _coord(dim, size)
    key = DataKey(WorkflowId("sample", "sample", 1), f"source_{number}", "output")
    output = OutputSpec(name="output", title="Counts", dims=dims, unit="counts")
    return PlotInput(key, data, title=_NAMES[number], output=output)


def _profile(dim: str, place: Any, number: int) -> Any:
    """Return how counts depend on a dim, of places from -1 to 1."""
    import numpy as np

    centre = 0.5 * number - 0.2
    if dim == "time":
        return 1 + 0.4 * np.sin(4 * place + number)
    if dim == "x":
        sharp = np.exp(-(((place - centre) / 0.12) ** 2))
        return 0.2 + 2 * sharp + np.exp(-(((place + 0.55) / 0.2) ** 2))
    return 0.15 + np.exp(-(((place - 0.1) / 0.45) ** 2))


def _coord(dim: str, size: int) -> sc.Variable:
    import numpy as np
    import scipp as sc

    if dim == "time":
        times = _START_NS + np.arange(size) * _STEP_NS
        return sc.array(dims=[dim], values=times.view("M8[ns]"))
    return sc.linspace(dim, 0.0, float(size), size + 1, unit="mm")

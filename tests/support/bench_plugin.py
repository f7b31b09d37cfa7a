"""A plugin for benchmarks: an instrument whose results are made elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from livedata_core.contract import (
    CoordSpec,
    Instrument,
    Monitor,
    OutputSpec,
    WorkflowSpec,
    hookimpl,
)
from tests.support.bench_data import CURVE, IMAGE, INSTRUMENT, OUTPUT

MOST = 32

SOURCES = tuple(f"{kind}_{i}" for kind in ("image", "curve") for i in range(MOST))
BENCH = Instrument(
    name=INSTRUMENT,
    title="Bench",
    monitors=tuple(
        Monitor(name=name, title=name, topic="bench_monitor", source_name=name)
        for name in SOURCES
    ),
)


@hookimpl
def livedata_instruments() -> Iterator[Instrument]:
    yield BENCH


@hookimpl
def livedata_workflows(instrument: Instrument) -> Iterator[WorkflowSpec]:
    if instrument.name != INSTRUMENT:
        return
    for workflow, dims in ((IMAGE, ("y", "x")), (CURVE, ("x",))):
        coords = tuple(
            CoordSpec(name=d, dims=(d,), unit="mm", edges=True) for d in dims
        )
        yield WorkflowSpec(
            name=workflow.name,
            id=workflow,
            title=workflow.name.title(),
            sources=tuple(s for s in SOURCES if s.startswith(workflow.name)),
            outputs=(OutputSpec(name=OUTPUT, title="Now", dims=dims, coords=coords),),
            factory="tests.support.bench_plugin:no_worker_runs_this",
        )

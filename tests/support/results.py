"""Small results and keys for tests of what stores and shows them."""

from __future__ import annotations

import uuid

import numpy as np
import numpy.typing as npt

from livedata_core.contract import ArrayData, JobId, ResultKey, Variable, WorkflowId

WORKFLOW = WorkflowId("dummy", "panel_0_xy", 1)
FIRST_JOB = uuid.UUID(int=1)
SECOND_JOB = uuid.UUID(int=2)
SECOND = 1_000_000_000


def result_key(
    output: str = "current", source: str = "panel_0", job: uuid.UUID = FIRST_JOB
) -> ResultKey:
    return ResultKey(WORKFLOW, JobId(source, job), output)


def window(
    values: npt.ArrayLike,
    start_ns: int,
    time_ns: int,
    *,
    unit: str | None = "counts",
    edges: npt.ArrayLike | None = None,
) -> ArrayData:
    """Return a bounded output, 0-D or along ``x``, with its times."""
    signal = np.asarray(values)
    variables = [Variable("signal", ("x",)[: signal.ndim], signal, unit, "Title")]
    if edges is not None:
        variables.append(Variable("x", ("x",), np.asarray(edges), "ms"))
    for name, value in (("start_time", start_ns), ("time", time_ns)):
        variables.append(Variable(name, (), np.array(value, np.int64), "ns"))
    return ArrayData(tuple(variables))


def series(
    values: npt.ArrayLike, times_ns: npt.ArrayLike, unit: str | None = "mm"
) -> ArrayData:
    """Return new samples of a log."""
    times = np.asarray(times_ns, np.int64)
    return ArrayData(
        (
            Variable("signal", ("time",), np.asarray(values), unit, "Update"),
            Variable("time", ("time",), times, "datetime64[ns]"),
        )
    )

"""Results as messages: scipp arrays taken apart, and the time that they cover.

Jobs import this module with their first results, for what takes them apart is scipp.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livedata_core.api import from_scipp
from livedata_core.contract import (
    ArrayData,
    JobId,
    Message,
    OutputSpec,
    ResultKey,
    StartCommand,
    Temporality,
    Topics,
    Variable,
    WorkflowId,
    WorkflowSpec,
)

if TYPE_CHECKING:
    import scipp as sc

__all__ = ["device_messages", "results"]

_KEPT = 5000
"""Result streams whose names are kept, as each update needs them again."""


def results(
    spec: WorkflowSpec,
    command: StartCommand,
    outputs: Mapping[str, sc.DataArray],
    *,
    generation_ns: int,
    window_ns: int,
    end_ns: int,
) -> Sequence[Message[ArrayData]]:
    """Return the messages of a job's outputs.

    Bounded outputs get the 0-D coords ``start_time`` and ``time`` (int64 ns): what is
    declared as a window begins at `window_ns`, else at `generation_ns`. The timestamp
    of every message is `generation_ns`: when the accumulation began.

    Raises
    ------
    ValueError
        If an output is not declared or cannot be sent.
    """
    topic = Topics(command.identifier.instrument).data
    messages = []
    for name, data in outputs.items():
        output = _declared(spec, name)
        payload = from_scipp(data, output.title)
        if output.temporality is not Temporality.SERIES:
            window = output.temporality is Temporality.WINDOW
            payload = _covering(payload, window_ns if window else generation_ns, end_ns)
        source_name = _source_name(command.identifier, command.job_id, name)
        messages.append(Message(topic, source_name, generation_ns, payload))
    return tuple(messages)


def device_messages(
    spec: WorkflowSpec, results: Sequence[Message[ArrayData]]
) -> Sequence[Message[ArrayData]]:
    """Return those results again that the control system takes as devices.

    The source name is the device's; beside the result's coords there is ``end_time``,
    which equals ``time``.
    """
    messages = []
    for result in results:
        key = _key(result.source_name)
        output = _declared(spec, key.output_name)
        if output.device is None:
            continue
        end = result.payload.get("time")
        variables = result.payload.variables
        if end is not None and not end.dims:
            variables = (*variables, replace(end, name="end_time"))
        messages.append(
            Message(
                Topics(key.workflow_id.instrument).nicos_data,
                output.device.replace("{source}", key.job_id.source_name),
                result.timestamp_ns,
                ArrayData(variables),
            )
        )
    return messages


@lru_cache(maxsize=_KEPT)
def _source_name(workflow_id: WorkflowId, job_id: JobId, output: str) -> str:
    return ResultKey(workflow_id, job_id, output).to_wire()


@lru_cache(maxsize=_KEPT)
def _key(source_name: str) -> ResultKey:
    return ResultKey.parse(source_name)


def _covering(payload: ArrayData, start_ns: int, end_ns: int) -> ArrayData:
    """Return data with the 0-D coords of the time they cover."""
    kept = [v for v in payload.variables if v.name not in ("start_time", "time")]
    times = (("start_time", start_ns), ("time", end_ns))
    return ArrayData(
        (
            *kept,
            *(Variable(name, (), np.array(ns, np.int64), "ns") for name, ns in times),
        )
    )


def _declared(spec: WorkflowSpec, name: str) -> OutputSpec:
    output = spec.output(name)
    if output is None:
        declared = ", ".join(output.name for output in spec.outputs)
        raise ValueError(
            f"workflow {spec.id} gave the output {name!r}, which it does not declare; "
            f"declared are {declared}"
        )
    return output

"""Results as messages: coords of their time, and scipp arrays taken apart.

Imports scipp; jobs import this module with their first results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import scipp as sc

from livedata_core.api import from_scipp
from livedata_core.contract import (
    ArrayData,
    Message,
    OutputSpec,
    ResultKey,
    StartCommand,
    Temporality,
    Topics,
    Variable,
    WorkflowSpec,
)

__all__ = ["device_messages", "results"]


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
        start_ns = (
            window_ns if output.temporality is Temporality.WINDOW else generation_ns
        )
        if output.temporality is not Temporality.SERIES:
            data = data.assign_coords(
                start_time=sc.scalar(start_ns, unit="ns", dtype="int64"),
                time=sc.scalar(end_ns, unit="ns", dtype="int64"),
            )
        key = ResultKey(command.identifier, command.job_id, name)
        payload = from_scipp(data, output.title)
        messages.append(Message(topic, key.to_wire(), generation_ns, payload))
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
        key = ResultKey.parse(result.source_name)
        output = _declared(spec, key.output_name)
        if output.device is None:
            continue
        end = result.payload.get("time")
        variables = result.payload.variables
        if end is not None and not end.dims:
            ns = np.array(end.values, dtype=np.int64)
            variables = (*variables, Variable("end_time", (), ns, "ns"))
        messages.append(
            Message(
                Topics(key.workflow_id.instrument).nicos_data,
                output.device.replace("{source}", key.job_id.source_name),
                result.timestamp_ns,
                ArrayData(variables),
            )
        )
    return messages


def _declared(spec: WorkflowSpec, name: str) -> OutputSpec:
    output = spec.output(name)
    if output is None:
        declared = ", ".join(output.name for output in spec.outputs)
        raise ValueError(
            f"workflow {spec.id} gave the output {name!r}, which it does not declare; "
            f"declared are {declared}"
        )
    return output

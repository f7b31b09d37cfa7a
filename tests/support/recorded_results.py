"""What the reference worker made of the recorded input, and how ours compares.

A service of the reference began its windows at a pulse of its own; whoever replays the
input leaves out the pulses before `begins_at`, so that ours begin there too. Each
result is known by workflow, source, output, job and the time that it covers. Some are
not to be compared, `excused` says which and why:

- the first window of a job, and those around a command or request to it;
- windows with a message of two pulses, which the reference drops for detectors and
  counts in a later window for monitors; what a detector adds up keeps lacking them.

Where a command came within some ms of the end of a window, a job may begin one window
later or earlier than the recorded one, or with another part of it. What it adds up then
differs by that window, and its growth from update to update is compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from livedata_core.contract import (
    ArrayData,
    EventData,
    JobCommand,
    JobId,
    Message,
    ResultKey,
    StartCommand,
    Temporality,
    Variable,
    WireMessage,
    WorkflowId,
    WorkflowSpec,
)
from livedata_dummy.instrument import DUMMY
from livedata_dummy.plugin import livedata_workflows
from tests.support.codecs import decode

SPECS: Mapping[WorkflowId, WorkflowSpec] = {
    spec.id: spec for spec in livedata_workflows(DUMMY)
}
DATA = "dummy_livedata_data"
COMMANDS = "dummy_livedata_commands"
REGIONS = "dummy_livedata_roi"
WINDOW_NS = 1_000_000_000
RTOL = 1e-12

Result = tuple[ResultKey, Message[Any]]
Window = tuple[ResultKey, int, int]


def service_specs(service: str) -> list[WorkflowSpec]:
    """Return the workflows that a service runs."""
    return [spec for spec in SPECS.values() if spec.service == service]


def results_of(messages: Iterable[Message[Any]], service: str) -> list[Result]:
    """Return the results of a service's workflows among messages."""
    found = []
    for message in messages:
        if message.topic == DATA:
            key = ResultKey.parse(message.source_name)
            if SPECS[key.workflow_id].service == service:
                found.append((key, message))
    return found


def recorded_results(recording: Sequence[WireMessage], service: str) -> list[Result]:
    """Return the recorded results of a service."""
    return results_of(
        (decode(wire) for wire in recording if wire.topic == DATA), service
    )


def begins_at(recorded: Sequence[Result]) -> int:
    """Return half a pulse before the window before the first recorded one, ns."""
    starts = [number(message.payload, "start_time") for _, message in recorded]
    return min(starts) - WINDOW_NS - round(0.5e9 / DUMMY.pulse_rate_hz)


def is_before(wire: WireMessage, begin_ns: int) -> bool:
    """Return whether a message is of a pulse before a time."""
    return wire.value[4:8] == b"ev44" and decode(wire).timestamp_ns < begin_ns


def by_window(found: Iterable[Result]) -> dict[Window, Message[Any]]:
    """Return results by key and by start and end of what they cover, in ms."""
    return {
        (
            key,
            round(number(message.payload, "start_time") / 1e6),
            round(number(message.payload, "time") / 1e6),
        ): message
        for key, message in found
    }


@dataclass
class Comparison:
    """How results compare, counted by workflow and output.

    `grown` counts those that are equal in their growth since the update before;
    `different` holds a line for each result that is not equal, `missing` the recorded
    ones that we do not have.
    """

    equal: Counter[str] = field(default_factory=Counter)
    grown: Counter[str] = field(default_factory=Counter)
    excused: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def compared(
    ours: Iterable[Result],
    theirs: Iterable[Result],
    recording: Sequence[WireMessage],
) -> Comparison:
    """Compare results window by window."""
    found, expected = by_window(ours), by_window(theirs)
    excuses = Excuses(recording, expected)
    comparison = Comparison()
    for window, message in expected.items():
        name = f"{window[0].workflow_id.name}.{window[0].output_name}"
        if excuses.covers(window):
            comparison.excused[name] += 1
            continue
        own = found.get(window)
        fault = "" if own is None else form_difference(own.payload, message.payload)
        tally = comparison.equal
        if own is not None and not fault:
            fault = difference(own.payload, message.payload)
        if own is None or fault.startswith("signal"):
            steps = growth(found, window), growth(expected, window)
            if not any(step is None for step in steps):
                fault = "" if np.array_equal(*steps) else "grows by other counts"
                tally = comparison.grown
            elif own is None:
                comparison.missing.append(f"{name} {window[0].job_id} {window[1:]}")
                continue
        if fault:
            line = f"{name} {window[0].job_id} {window[1:]}: {fault}"
            comparison.different.append(line)
        else:
            tally[name] += 1
    return comparison


def growth(results: Mapping[Window, Message[Any]], window: Window) -> Any:
    """Return by how much an output grew to the end of a window; None if unknown.

    In whichever generation of the job it was added up.
    """
    key, _, end = window
    if temporality(key) is Temporality.WINDOW:
        return None
    ends = {
        (start, last): message
        for (other, start, last), message in results.items()
        if other == key and last in (end, end - 1000)
    }
    for (start, last), message in ends.items():
        if last != end:
            continue
        before = ends.get((start, end - 1000))
        if before is not None:
            signals = [m.payload.get("signal").values for m in (message, before)]
            return signals[0] - signals[1]
        if start == end - 1000:
            return message.payload.get("signal").values
    return None


class Excuses:
    """Which windows need not be equal."""

    def __init__(
        self, recording: Sequence[WireMessage], recorded: Mapping[Window, Message[Any]]
    ) -> None:
        self._disturbed = disturbances(recording)
        self._odd = two_pulse_times(recording)
        self._first: dict[ResultKey, int] = {}
        for key, _, end in recorded:
            self._first[key] = min(end, self._first.get(key, end))

    def covers(self, window: Window) -> bool:
        """Return whether a window is excused."""
        key, start, end = window
        spec = SPECS[key.workflow_id]
        if end == self._first[key]:
            return True
        late = 2000  # ms: when the window of a command is published
        if any(
            end - 1000 <= time <= end + late for time in self._disturbed[key.job_id]
        ):
            return True
        cumulative = temporality(key) is Temporality.CUMULATIVE
        begin = start if cumulative and spec.service != "monitor_data" else end - 1000
        return any(begin <= time + 1000 and time < end for time in self._odd)


def disturbances(recording: Sequence[WireMessage]) -> Mapping[JobId, list[int]]:
    """Return when commands and requests came to each job, in ms."""
    times: defaultdict[JobId, list[int]] = defaultdict(list)
    jobs: dict[JobId, WorkflowId] = {}
    for wire in recording:
        if wire.topic == REGIONS:
            job, _, _ = decode(wire).source_name.rpartition("/")
            times[JobId.parse(job)].append(wire.log_time_ms)
        if wire.topic != COMMANDS:
            continue
        try:
            command = decode(wire).payload
        except ValueError:
            continue
        if isinstance(command, StartCommand):
            jobs[command.job_id] = command.identifier
            times[command.job_id].append(wire.log_time_ms)
        elif isinstance(command, JobCommand):
            for job_id, workflow in jobs.items():
                if command.job_id in (None, job_id) and (
                    command.job_id or command.workflow_id in (None, workflow)
                ):
                    times[job_id].append(wire.log_time_ms)
    return times


def two_pulse_times(recording: Sequence[WireMessage]) -> list[int]:
    """Return the pulse times of messages with two of them, in ms."""
    times: list[int] = []
    for wire in recording:
        if wire.value[4:8] == b"ev44":
            payload = decode(wire).payload
            assert isinstance(payload, EventData)
            if len(payload.reference_time) > 1:
                times += (payload.reference_time // 1_000_000).tolist()
    return times


def form_difference(found: ArrayData, expected: ArrayData) -> str:
    """Return which variables are not there or are of another kind."""
    names = [sorted(v.name for v in side.variables) for side in (found, expected)]
    if names[0] != names[1]:
        return f"{names[0]} in place of {names[1]}"
    for variable in expected.variables:
        own = found.get(variable.name)
        assert own is not None
        if described(own) != described(variable):
            return f"{described(own)} in place of {described(variable)}"
    return ""


def difference(found: ArrayData, expected: ArrayData) -> str:
    """Return which values are not equal; counts exactly, others within rounding.

    Of data of the same form. Coordinates come first.
    """
    for variable in sorted(expected.variables, key=lambda v: v.name == "signal"):
        if variable.name in ("start_time", "time", "end_time") and not variable.dims:
            continue  # within a ms, by which results are matched
        own = found.get(variable.name)
        assert own is not None
        exact = variable.name == "signal"
        tolerance = 0.0 if exact else RTOL
        if not np.allclose(own.values, variable.values, rtol=tolerance, atol=0):
            wrong = np.count_nonzero(own.values != variable.values)
            return f"{variable.name}: {wrong} of {variable.values.size} values differ"
    return ""


def described(variable: Variable) -> tuple[object, ...]:
    """Return all of a variable but its values."""
    return (
        variable.name,
        variable.dims,
        variable.values.shape,
        variable.values.dtype,
        variable.unit,
        variable.label,
    )


def temporality(key: ResultKey) -> Temporality:
    """Return what time an output covers."""
    output = SPECS[key.workflow_id].output(key.output_name)
    assert output is not None
    return output.temporality


def number(data: ArrayData, name: str) -> int:
    """Return a 0-D variable."""
    variable = data.get(name)
    assert variable is not None
    return int(variable.values)

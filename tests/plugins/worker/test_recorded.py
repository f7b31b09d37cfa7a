"""Recorded input gives the recorded results.

The raw messages and commands of the reference system are fed in line order with a
clock set to their log times. Each of its services began its windows at a pulse of its
own; the pulses before that one are left out, so that ours begin there too.

Results are compared where both have one for the same time. Not compared: regions of
interest, and what covers a two-pulse message, which the reference drops for detectors
and counts in a later window for monitors. The command to pause, which the reference
refuses, is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import (
    ArrayData,
    EventData,
    Instrument,
    Message,
    ResultKey,
    WireMessage,
    WorkflowSpec,
)
from livedata_dummy.instrument import AREA_PANEL, DUMMY, PANEL
from livedata_workflows import specs
from tests.plugins.worker.rig import Rig, results
from tests.support.clock import FakeClock
from tests.support.codecs import decode

VIEW = specs.detector_view(DUMMY, PANEL, name="panel_0_xy", title="Panel")
MONITORS = specs.monitor_histogram(DUMMY)
TOTAL = specs.total_counts(DUMMY)
AREA = specs.area_detector_view(DUMMY, AREA_PANEL, name="area_panel_xy", title="Area")
LOGS = specs.timeseries(DUMMY)

ROI_OUTPUTS = {
    "roi_spectra_current",
    "roi_spectra_cumulative",
    "roi_rectangle",
    "roi_polygon",
}

Window = tuple[ResultKey, int, int]


def played(
    recording: Sequence[WireMessage],
    instrument: Instrument,
    specs: Sequence[WorkflowSpec],
    begin_ns: int,
) -> list[tuple[ResultKey, Message[Any]]]:
    """Return what our worker makes of the recorded input from `begin_ns` on."""
    clock = FakeClock(recording[0].log_time_ms * 1_000_000)
    rig = Rig(instrument, specs, clock)
    inputs = {rig.topics.commands, *rig.worker.subscription.data}
    found = []
    for wire in recording:
        if wire.topic not in inputs or is_before(wire, begin_ns):
            continue
        if wire.topic == rig.topics.commands and b'"pause"' in wire.value:
            continue
        clock.now_ns = max(clock.now_ns, wire.log_time_ms * 1_000_000)
        rig.publish(wire.topic, wire.value)
        rig.worker.step()
        found += results(rig.seen(), rig.topics.data)
    rig.worker.stop()
    return found + results(rig.seen(), rig.topics.data)


def is_before(wire: WireMessage, begin_ns: int) -> bool:
    if wire.value[4:8] != b"ev44":
        return False
    return decode(wire).timestamp_ns < begin_ns


def recorded(
    recording: Sequence[WireMessage], spec: WorkflowSpec
) -> list[tuple[ResultKey, Message[Any]]]:
    messages = [
        decode(wire) for wire in recording if wire.topic == "dummy_livedata_data"
    ]
    found = results(messages, "dummy_livedata_data")
    return [item for item in found if item[0].workflow_id == spec.id]


def number(data: ArrayData, name: str) -> int:
    variable = data.get(name)
    assert variable is not None
    return int(variable.values)


def by_window(
    found: Sequence[tuple[ResultKey, Message[Any]]],
) -> Mapping[Window, Message[Any]]:
    """Return results by key and by start and end of what they cover, in ms."""
    return {
        (
            key,
            round(number(message.payload, "start_time") / 1e6),
            round(number(message.payload, "time") / 1e6),
        ): message
        for key, message in found
    }


def grid_start(recording: Sequence[WireMessage], spec: WorkflowSpec) -> int:
    """Return half a pulse before the window before the first recorded one."""
    starts = [
        number(message.payload, "start_time")
        for _, message in recorded(recording, spec)
    ]
    return min(starts) - 10**9 - round(0.5e9 / DUMMY.pulse_rate_hz)


def two_pulse_times(recording: Sequence[WireMessage]) -> list[int]:
    times: list[int] = []
    for wire in recording:
        if wire.value[4:8] == b"ev44":
            payload = decode(wire).payload
            assert isinstance(payload, EventData)
            if len(payload.reference_time) > 1:
                times += payload.reference_time.tolist()
    return times


@pytest.mark.data
@pytest.mark.parametrize(
    ("specs", "least"),
    [
        ([MONITORS], {"current": 100, "cumulative": 20}),
        ([VIEW], {"current": 50, "cumulative": 50}),
        ([TOTAL], {"total_counts": 45}),
        ([AREA, VIEW], {"current": 12}),  # beside one that sees the pulses
    ],
    ids=lambda value: value[0].name if isinstance(value, list) else "",
)
def test_results_equal_the_recorded_ones(
    recording: Sequence[WireMessage],
    specs: Sequence[WorkflowSpec],
    least: Mapping[str, int],
) -> None:
    spec = specs[0]
    theirs = by_window(recorded(recording, spec))
    begin = grid_start(recording, spec)
    ours = by_window(played(recording, DUMMY, specs, begin))
    odd = [round(time / 1e6) for time in two_pulse_times(recording)]
    compared: Counter[str] = Counter()
    for window in ours.keys() & theirs.keys():
        key, start, end = window
        if any(start <= time < end or start <= time + 1000 < end for time in odd):
            continue
        found, expected = (
            side[window].payload.get("signal") for side in (ours, theirs)
        )
        assert (found.dims, found.unit, found.label) == (
            expected.dims,
            expected.unit,
            expected.label,
        )
        np.testing.assert_array_equal(found.values, expected.values, err_msg=str(key))
        compared[key.output_name] += 1
    assert {name: min(compared[name], number) for name, number in least.items()} == (
        least
    )
    assert {w[0].output_name for w in theirs} - set(compared) <= ROI_OUTPUTS


@pytest.mark.data
def test_log_series_equal_the_recorded_ones(recording: Sequence[WireMessage]) -> None:
    """Sample by sample: how many travel together is each system's own business."""
    ours = samples(played(recording, DUMMY, [LOGS], 0))
    theirs = samples(recorded(recording, LOGS))
    assert theirs.keys() == ours.keys()
    for source, expected in theirs.items():
        times = sorted(expected.keys() & ours[source].keys())
        assert len(times) == len(expected)
        np.testing.assert_array_equal(
            [ours[source][time] for time in times], [expected[time] for time in times]
        )


def samples(
    found: Sequence[tuple[ResultKey, Message[Any]]],
) -> dict[str, dict[int, float]]:
    """Return the values by source and time."""
    series: dict[str, dict[int, float]] = {}
    for key, message in found:
        times = message.payload.get("time").values.astype(np.int64).tolist()
        values = message.payload.get("signal").values.tolist()
        pairs = dict(zip(times, values, strict=True))
        series.setdefault(key.job_id.source_name, {}).update(pairs)
    return series

"""Recorded input gives the recorded results.

The raw messages, commands and regions of the reference system are fed in line order
with a clock set to their log times, to a worker for each of its services. The command
to pause, which the reference refuses, is left out. What is compared and what is not is
said in `tests.support.recorded_results`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import Message, WireMessage, WorkflowSpec
from livedata_dummy.instrument import DUMMY
from tests.plugins.worker.rig import Rig
from tests.support.clock import FakeClock
from tests.support.codecs import decode
from tests.support.recorded_results import (
    Result,
    begins_at,
    compared,
    is_before,
    number,
    recorded_results,
    results_of,
    service_specs,
)


def played(
    recording: Sequence[WireMessage], specs: Sequence[WorkflowSpec], begin_ns: int
) -> list[Message[Any]]:
    """Return what our worker makes of the recorded input from `begin_ns` on."""
    clock = FakeClock(recording[0].log_time_ms * 1_000_000)
    rig = Rig(DUMMY, specs, clock)
    inputs = {rig.topics.commands, rig.topics.roi, *rig.worker.subscription.data}
    found = []
    for wire in recording:
        if wire.topic not in inputs or is_before(wire, begin_ns):
            continue
        if wire.topic == rig.topics.commands and b'"pause"' in wire.value:
            continue
        clock.now_ns = max(clock.now_ns, wire.log_time_ms * 1_000_000)
        rig.publish(wire.topic, wire.value)
        rig.worker.step()
        found += rig.seen()
    rig.worker.stop()
    return found + rig.seen()


@pytest.mark.data
@pytest.mark.parametrize(
    ("service", "equal", "grown"),
    [
        (
            "monitor_data",
            {
                "monitor_histogram.current": 90,
                "monitor_histogram.counts_in_toa_range": 90,
                "monitor_histogram.cumulative": 20,
            },
            {"monitor_histogram.cumulative": 70},
        ),
        (
            "detector_data",
            {
                "panel_0_xy.cumulative": 28,
                "panel_0_xy.counts_total": 28,
                "panel_0_xy.roi_spectra_cumulative": 28,
                "panel_0_xy.roi_spectra_current": 28,
                "panel_0_xy.roi_rectangle": 28,
                "panel_0_xy.roi_polygon": 28,
                "panel_0_layers.cumulative": 2,
                "panel_0_layers.counts_total": 2,
                "area_panel_xy.cumulative": 12,
            },
            {},
        ),
        ("data_reduction", {"total_counts.total_counts": 48}, {}),
    ],
)
def test_results_equal_the_recorded_ones(
    recording: Sequence[WireMessage],
    service: str,
    equal: Mapping[str, int],
    grown: Mapping[str, int],
) -> None:
    theirs = recorded_results(recording, service)
    messages = played(recording, service_specs(service), begins_at(theirs))
    found = compared(results_of(messages, service), theirs, recording)
    assert found.different == []
    assert found.missing == []
    assert {name: found.equal[name] for name in equal} == equal
    assert {name: found.grown[name] for name in grown} == grown


@pytest.mark.data
def test_totals_for_the_control_system_equal_the_recorded_ones(
    recording: Sequence[WireMessage],
) -> None:
    topic = "dummy_livedata_nicos_data"
    theirs = totals(decode(wire) for wire in recording if wire.topic == topic)
    for service in ("monitor_data", "detector_data"):
        results = recorded_results(recording, service)
        messages = played(recording, service_specs(service), begins_at(results))
        ours = totals(message for message in messages if message.topic == topic)
        same = [key for key in ours.keys() & theirs.keys() if ours[key] == theirs[key]]
        assert len(same) >= 20, f"{len(same)} of {len(ours)} and {len(theirs)}"
        assert {name for name, _, _ in ours} <= {name for name, _, _ in theirs}


def totals(messages: Iterable[Message[Any]]) -> dict[tuple[str, int, int], float]:
    """Return the values by device, start and end in ms."""
    return {
        (
            message.source_name,
            round(number(message.payload, "start_time") / 1e6),
            round(number(message.payload, "time") / 1e6),
        ): float(message.payload.get("signal").values)
        for message in messages
    }


@pytest.mark.data
def test_log_series_equal_the_recorded_ones(recording: Sequence[WireMessage]) -> None:
    """Sample by sample: how many travel together is each system's own business."""
    messages = played(recording, service_specs("timeseries"), 0)
    ours = samples(results_of(messages, "timeseries"))
    theirs = samples(recorded_results(recording, "timeseries"))
    assert theirs.keys() == ours.keys()
    for source, expected in theirs.items():
        times = sorted(expected.keys() & ours[source].keys())
        assert len(times) == len(expected)
        np.testing.assert_array_equal(
            [ours[source][time] for time in times], [expected[time] for time in times]
        )


def samples(found: Sequence[Result]) -> dict[tuple[object, ...], dict[int, float]]:
    """Return the values by time, by source and all that describes them."""
    series: dict[tuple[object, ...], dict[int, float]] = {}
    for key, message in found:
        signal, time = (message.payload.get(name) for name in ("signal", "time"))
        about = (
            key.job_id.source_name,
            *(
                (v.name, v.dims, v.unit, v.label, v.values.dtype)
                for v in message.payload.variables
            ),
        )
        times = time.values.astype(np.int64).tolist()
        pairs = dict(zip(times, signal.values.tolist(), strict=True))
        series.setdefault(about, {}).update(pairs)
    return series

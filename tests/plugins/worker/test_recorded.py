"""Recorded input gives the recorded results.

The raw messages, commands and regions of the reference system are fed in line order
with a clock set to their log times, to a worker for each of its services. The command
to pause, which the reference refuses, is left out. What is compared and what is not is
said in `tests.support.recorded_results`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from livedata_core.contract import Message, WireMessage, WorkflowSpec
from livedata_dummy.instrument import DUMMY
from tests.plugins.worker.rig import Rig
from tests.support.clock import FakeClock
from tests.support.recorded_results import (
    begins_at,
    compared,
    is_before,
    recorded_results,
    results_of,
    service_specs,
)
from tests.support.recorded_streams import (
    device_results,
    recorded_devices,
    samples,
    series_fault,
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
@pytest.mark.parametrize(
    ("service", "name", "least"),
    [
        ("monitor_data", "monitor_histogram.counts_total_cumulative", 90),
        ("detector_data", "panel_0_xy.counts_total_cumulative", 25),
    ],
)
def test_values_for_the_control_system_equal_the_recorded_ones(
    recording: Sequence[WireMessage], service: str, name: str, least: int
) -> None:
    results = recorded_results(recording, service)
    theirs = recorded_devices(recording, results)
    messages = played(recording, service_specs(service), begins_at(results))
    ours = device_results(messages, results_of(messages, service))
    found = compared(ours, theirs, recording)
    assert found.different == []
    assert found.missing == []
    assert found.equal[name] + found.grown[name] == least


@pytest.mark.data
def test_log_series_equal_the_recorded_ones(recording: Sequence[WireMessage]) -> None:
    messages = played(recording, service_specs("timeseries"), 0)
    theirs = recorded_results(recording, "timeseries")
    assert series_fault(results_of(messages, "timeseries"), theirs) == ""
    assert sum(map(len, samples(theirs).values())) > 100

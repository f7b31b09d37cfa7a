"""The worker on a broker: results, answers, heartbeats, isolation."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Mapping

import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import (
    Batch,
    Heartbeat,
    JobAction,
    JobState,
    LogData,
    Message,
    Origin,
    OutputSpec,
    ResultKey,
    ServiceState,
    WorkflowContext,
    WorkflowId,
    WorkflowSpec,
)
from livedata_worker.heartbeats import MAX_UNMAPPED
from tests.plugins.worker.rig import (
    BANKS,
    LOGS,
    MONITORS,
    Rig,
    answers,
    job_statuses,
    results,
    service_statuses,
    values,
)


class Moody:
    """A workflow that does what its source's name and the data ask for."""

    def __init__(self, context: WorkflowContext) -> None:
        if context.source_name == "right":
            raise RuntimeError("no calibration for right")
        self._name = context.source_name
        self._updates = 0

    def accumulate(self, batch: Batch) -> None:
        self._updates += 1

    def finalize(self) -> Mapping[str, sc.DataArray]:
        if self._updates == 1:
            raise ZeroDivisionError("nothing to divide by")
        if self._updates == 2:
            return {"surprise": sc.DataArray(sc.scalar(1.0))}
        if self._updates == 3:
            return {"total": sc.DataArray(sc.scalar("text"))}
        return {"total": sc.DataArray(sc.scalar(float(self._updates)))}

    def reset(self) -> None:
        raise NotImplementedError("cannot forget")


MOODY = WorkflowSpec(
    name="moody",
    id=WorkflowId("acme", "moody", 1),
    title="Moody",
    sources=("left", "right"),
    outputs=(OutputSpec(name="total", title="Total"),),
    factory="tests.plugins.worker.test_worker:Moody",
    origin=Origin(plugin="acme", distribution="livedata-acme", version="1.4.2"),
)


def test_each_source_gets_the_events_of_its_own_bank() -> None:
    rig = Rig()
    rig.start("left")
    rig.start("right")
    rig.run(11, pixels=(1, 1, 4, 5))
    seen = rig.seen()
    assert values(seen, "current", "left") == [[[20, 0], [0, 10]]]
    assert values(seen, "current", "right") == [[[10, 0], [0, 0]]]


def test_results_carry_their_key_and_the_time_they_cover() -> None:
    rig = Rig()
    begin = rig.clock()
    job_id = rig.start("left")
    rig.run(21)
    seen = rig.seen()
    found = {}
    for key, message in results(seen):
        payload = message.payload
        assert message.timestamp_ns == begin
        found.setdefault(key, []).append(
            [int(payload.get(name).values) - begin for name in ("start_time", "time")]
        )
    second = 10**9
    key = ResultKey(BANKS.id, job_id, "current")
    assert found[key] == [[0, second], [second, 2 * second]]
    key = ResultKey(BANKS.id, job_id, "cumulative")
    assert found[key] == [[0, second], [0, 2 * second]]
    always = {out.name for out in BANKS.outputs if not out.only_if}
    assert {key.output_name for key in found} == always
    image = dict(results(seen))[key].payload.get("signal")
    assert (image.dims, image.unit, image.label) == (("y", "x"), "counts", "Image")


def test_the_last_pulses_come_after_one_and_a_half_seconds_of_silence() -> None:
    rig = Rig()
    rig.start("left")
    rig.run(3)
    rig.clock.advance(1.3)
    rig.worker.step()
    assert values(rig.seen(), "counts_total") == []
    rig.clock.advance(0.2)
    rig.worker.step()
    assert values(rig.seen(), "counts_total") == [3]


def test_stopping_publishes_what_is_left_and_says_goodbye() -> None:
    rig = Rig()
    job_id = rig.start("left")
    rig.run(3)
    rig.seen()
    rig.worker.stop()
    seen = rig.seen()
    assert values(seen, "counts_total") == [3]
    assert [(s.job_id, s.state) for s in job_statuses(seen)] == [
        (job_id, JobState.STOPPED)
    ]
    assert {s.state for s in service_statuses(seen)} == {ServiceState.STOPPED}


def test_a_start_is_answered_and_can_be_repeated() -> None:
    rig = Rig()
    number = uuid.uuid4()
    rig.start("left", number=number)
    rig.run(11)
    rig.start("left", number=number)
    rig.run(10)
    seen = rig.seen()
    assert [(a.device, a.response) for a in answers(seen)] == [("left", "ACK")] * 2
    assert values(seen, "counts_total_cumulative") == [10, 20]


@pytest.mark.parametrize(
    ("source", "params", "sentence"),
    [
        ("nowhere", {}, "'nowhere' is not allowed for workflow 'banks'; allowed are "),
        ("left", {"toa_edges": {"num_bins": -5}}, "toa_edges.num_bins: Input should "),
        (
            "left",
            {"coordinate_mode": {"mode": "energy"}},
            "coordinate_mode.mode: Input",
        ),
    ],
)
def test_a_start_that_cannot_be_is_refused_in_words(
    source: str, params: dict[str, object], sentence: str
) -> None:
    rig = Rig()
    rig.start(source, params=params)
    rig.worker.step()
    seen = rig.seen()
    (answer,) = answers(seen)
    assert (answer.device, answer.response) == (source, "ERR")
    assert sentence in (answer.message or "")
    assert job_statuses(seen) == []


def test_commands_for_others_are_not_answered() -> None:
    rig = Rig()
    rig.start("left", WorkflowId("acme", "unknown", 1))
    rig.start("left", WorkflowId("acme", "banks", 2))
    rig.act(JobAction.STOP, rig.start("left", WorkflowId("acme", "unknown", 1)))
    rig.act(JobAction.RESET, workflow_id=MONITORS.id)
    rig.act(JobAction.RESET)
    rig.worker.step()
    assert answers(rig.seen()) == []


def test_a_stopped_job_is_told_once_and_sends_no_more() -> None:
    rig = Rig()
    job_id = rig.start("left")
    rig.run(11)
    rig.seen()
    rig.act(JobAction.STOP, job_id)
    rig.run(20)
    seen = rig.seen()
    assert [(a.device, a.response) for a in answers(seen)] == [(str(job_id), "ACK")]
    assert [s.state for s in job_statuses(seen)] == [JobState.STOPPED]
    assert results(seen) == []


@pytest.mark.parametrize("selector", ["job", "workflow", "all"])
def test_a_reset_begins_a_new_generation_of_counts(selector: str) -> None:
    rig = Rig()
    job_id = rig.start("left")
    rig.run(11)
    rig.seen()
    rig.act(
        JobAction.RESET,
        job_id if selector == "job" else None,
        BANKS.id if selector == "workflow" else None,
    )
    reset_at = rig.clock()
    rig.run(10)
    seen = rig.seen()
    device = str(job_id) if selector == "job" else "all"
    assert [(a.device, a.response) for a in answers(seen)] == [(device, "ACK")]
    assert values(seen, "counts_total_cumulative") == [10]
    (_, message), *_ = results(seen)
    assert abs(message.timestamp_ns - reset_at) <= 10**8


def test_a_failing_workflow_shows_as_error_and_leaves_the_others_alone() -> None:
    rig = Rig(workflows=(MOODY, BANKS))
    bad = rig.start("left", MOODY)
    rig.start("left")
    rig.run(42)
    seen = rig.seen()
    assert values(seen, "counts_total") == [10, 10, 10, 10]
    states = {s.state: s for s in job_statuses(seen) if s.job_id == bad}
    error = states[JobState.ERROR].error or ""
    assert error.startswith("Moody (livedata-acme 1.4.2) failed to update: ")
    assert error.endswith("; change its parameters, or update the plugin")
    warning = states[JobState.WARNING].warning or ""
    assert "3 updates" in warning
    assert "in the last one Moody (livedata-acme 1.4.2) failed" in warning
    assert values(seen, "total") == [4]
    rig.act(JobAction.RESET, bad)
    rig.worker.step()
    (answer,) = answers(rig.seen())
    assert "NotImplementedError: cannot forget" in (answer.message or "")


class Uncalibrated:
    """A workflow that cannot be made."""

    def __init__(self, context: object) -> None:
        raise ValueError("no calibration")


@pytest.mark.parametrize(
    ("factory", "said"),
    [
        ("a_reduction_that_nobody_has:View", "'a_reduction_that_nobody_has'"),
        (f"{__name__}:Uncalibrated", "ValueError: no calibration"),
    ],
)
def test_a_workflow_that_cannot_be_made_is_named_and_costs_no_other(
    factory: str, said: str
) -> None:
    unmade = MOODY.model_copy(update={"factory": factory})
    rig = Rig(workflows=(unmade, BANKS))
    bad = rig.start("left", unmade)
    rig.start("left")
    rig.run(42)
    seen = rig.seen()
    assert values(seen, "counts_total") == [10, 10, 10, 10]
    error = next(s.error for s in job_statuses(seen) if s.job_id == bad and s.error)
    for words in ("Moody (livedata-acme 1.4.2)", said, "plugin"):
        assert words in error


def test_an_output_covers_the_windows_that_failed_before_it() -> None:
    rig = Rig(workflows=(MOODY,))
    begin = rig.clock()
    rig.start("left", MOODY)
    rig.run(41)
    ((_, message),) = results(rig.seen())
    start = int(message.payload.get("start_time").values)
    assert (start - begin, message.timestamp_ns) == (0, begin)


def test_a_workflow_that_cannot_be_made_is_refused_and_shown() -> None:
    rig = Rig(workflows=(MOODY,))
    job_id = rig.start("right", MOODY)
    rig.run(11)
    seen = rig.seen()
    (answer,) = answers(seen)
    assert answer.response == "ERR"
    assert "no calibration for right" in (answer.message or "")
    status = job_statuses(seen)[-1]
    assert (status.job_id, status.state) == (job_id, JobState.ERROR)
    assert "no calibration for right" in (status.error or "")
    rig.act(JobAction.STOP, job_id)
    rig.worker.step()
    assert [s.state for s in job_statuses(rig.seen())] == [JobState.STOPPED]


def test_heartbeats_of_jobs_say_what_they_were_started_with() -> None:
    rig = Rig()
    params = {"toa_edges": {"num_bins": 7}}
    rig.start("left", params=params)
    rig.worker.step()
    (status,) = job_statuses(rig.seen())
    assert (status.state, status.params) == (JobState.SCHEDULED, params)
    rig.run(30)
    later = job_statuses(rig.seen())[-1]
    assert later.state is JobState.ACTIVE
    assert later.start_time is not None


def test_services_are_told_every_two_seconds() -> None:
    rig = Rig()
    rig.worker.step()
    first = service_statuses(rig.seen())
    names = {"detector_data", "monitor_data", "timeseries"}
    assert {status.service_name for status in first} == names
    for _ in range(19):
        rig.clock.advance(0.1)
        rig.worker.step()
    assert service_statuses(rig.seen()) == []
    rig.clock.advance(0.1)
    rig.worker.step()
    assert len(service_statuses(rig.seen())) == 3


def test_active_jobs_are_counted_by_service() -> None:
    rig = Rig()
    rig.start("left")
    rig.start("right")
    rig.start("motor", LOGS)
    rig.worker.step()
    counts = {s.service_name: s.active_job_count for s in service_statuses(rig.seen())}
    assert counts == {"detector_data": 2, "monitor_data": 0, "timeseries": 1}


def test_stream_counts_name_what_is_unmapped_and_unreadable() -> None:
    rig = Rig()
    rig.pulse([1])
    rig.send(Message("acme_motion", "nobody", 1, LogData(sc.scalar(1.0).values)))
    rig.publish("acme_detector", b"not a message")
    rig.worker.step()
    rig.clock.advance(30)
    rig.worker.step()
    stats = next(s.stream_stats for s in service_statuses(rig.seen()) if s.stream_stats)
    counted = {(s.source_name, s.stream, s.count) for s in stats.streams}
    assert counted == {
        ("banks", "left, right", 1),
        ("nobody", None, 1),
        ("<error>", None, 1),
    }
    assert stats.window_seconds == 30


def test_a_heartbeat_stays_small_whatever_streams_there_are() -> None:
    rig = Rig()
    rig.pulse([1])
    for number in range(MAX_UNMAPPED + 5):
        name = f"{number:05}" + "é" * 500
        rig.send(Message("acme_motion", name, 1, LogData(np.array(1.0))))
    rig.worker.step()
    rig.clock.advance(30)
    rig.worker.step()
    beats = [m for m in rig.seen() if isinstance(m.payload, Heartbeat)]
    assert max(len(rig.codecs.encode(beat)) for beat in beats) < 300_000
    stats = next(s.stream_stats for s in service_statuses(beats) if s.stream_stats)
    assert len(stats.streams) == 1 + MAX_UNMAPPED + 1
    assert (stats.streams[0].source_name, stats.streams[0].stream) == (
        "banks",
        "left, right",
    )
    last = stats.streams[-1]
    assert (last.source_name, last.count) == ("<5 other streams>", 5)


def test_parameters_too_large_for_a_heartbeat_are_left_out_of_it() -> None:
    rig = Rig()
    rig.start("left", params={"note": "x" * 700_000})
    rig.run(11)
    seen = rig.seen()
    assert values(seen, "counts_total") == [10.0]
    assert {status.params for status in job_statuses(seen)} == {None}


def test_a_log_job_shows_readings_from_before_its_start() -> None:
    rig = Rig()
    for value in (1.5, 2.5):
        time = rig.clock()
        rig.send(Message("acme_motion", "pv", time, LogData(sc.scalar(value).values)))
        rig.run(11)
    rig.start("motor", LOGS)
    rig.run(11)
    rig.run(11)
    assert values(rig.seen(), "delta", "motor") == [[1.5, 2.5]]


def test_the_thread_reads_what_was_sent_before_it_ran() -> None:
    rig = Rig()
    job_id = rig.start("left")
    rig.pulse([1])
    reader = rig.broker.reader([rig.topics.responses])
    rig.worker.start()
    assert reader.poll(30.0)
    rig.worker.stop()
    seen = rig.seen()
    assert values(seen, "counts_total") == [1]
    assert job_statuses(seen)[-1].job_id == job_id


def test_importing_the_worker_imports_nothing_heavy() -> None:
    code = (
        "import sys, livedata_worker.worker;"
        "print([m for m in ('scipp', 'livedata_workflows') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

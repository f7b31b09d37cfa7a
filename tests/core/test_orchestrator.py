from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import (
    ArrayData,
    CommandAck,
    Heartbeat,
    JobState,
    JobStatus,
    LogData,
    Message,
    OtherStatus,
    ResultKey,
    RunStart,
    RunStop,
    ServiceState,
    ServiceStatus,
    WireMessage,
)
from livedata_core.data.runs import Run
from livedata_core.data.service import DataService
from livedata_core.jobs import Reply
from livedata_core.orchestrator import IngestCounts, Orchestrator
from tests.support.codecs import decode
from tests.support.ingest import TOPICS, Ingest, ingest
from tests.support.results import (
    FIRST_JOB,
    SECOND_JOB,
    WORKFLOW,
    result_key,
    window,
)

DEADLINE_S = 30.0


@pytest.fixture
def parts() -> Iterator[Ingest]:
    made = ingest()
    yield made
    made.orchestrator.stop()


def result(key: ResultKey, value: float = 1.0, n: int = 1) -> Message[ArrayData]:
    return Message(TOPICS.data, key.to_wire(), n, window(value, n - 1, n))


def job_heartbeat(key: ResultKey) -> Message[Heartbeat]:
    status = JobStatus(
        state=JobState.ACTIVE, job_id=key.job_id, workflow_id=key.workflow_id
    )
    return Message(TOPICS.heartbeat, "", 0, Heartbeat(status=status))


def accept(parts: Ingest, key: ResultKey) -> None:
    place = key.workflow_id, key.job_id.source_name, key.job_id.job_number
    parts.orchestrator.post(lambda: parts.active.accept(*place))


def value(data: DataService, key: ResultKey) -> float:
    entry = data.entry(key.data_key)
    assert entry is not None
    return float(entry.data.variables[0].values)


# --- Where messages go ---


def test_results_of_the_accepted_generation_are_stored(parts: Ingest) -> None:
    accept(parts, result_key())
    parts.send(result(result_key("a"), 3.0), result(result_key("b"), 4.0))
    assert parts.step() == 2
    assert value(parts.data, result_key("a")) == 3.0
    assert value(parts.data, result_key("b")) == 4.0
    assert parts.data.version == 1
    assert parts.orchestrator.counts == IngestCounts(stored=2, failed={})


def test_results_of_another_generation_and_without_key_are_counted(
    parts: Ingest,
) -> None:
    accept(parts, result_key(job=SECOND_JOB))
    parts.send(result(result_key(job=FIRST_JOB)))
    parts.send(Message(TOPICS.data, "{not json", 0, window(1.0, 0, 1)))
    parts.send(Message(TOPICS.data, "x" * 3000, 0, window(1.0, 0, 1)))
    parts.step()
    assert parts.data.version == 0
    assert parts.orchestrator.counts == IngestCounts(foreign=1, unnamed=2, failed={})


def test_a_job_is_adopted_from_its_heartbeat(parts: Ingest) -> None:
    parts.send(job_heartbeat(result_key()))
    parts.step()
    parts.send(result(result_key(), 5.0))
    parts.step()
    assert value(parts.data, result_key()) == 5.0
    job = parts.jobs.get(result_key().job_id)
    assert job is not None
    assert job.status.state is JobState.ACTIVE
    assert parts.active.generation(WORKFLOW, "panel_0") == FIRST_JOB


def test_service_status_and_acknowledgements_reach_their_registries(
    parts: Ingest,
) -> None:
    status = ServiceStatus(
        instrument="dummy",
        service_name="detector_data",
        worker_id="w",
        state=ServiceState.RUNNING,
    )
    heartbeat = Heartbeat(status=status, host_name="node", software_version="1.2")
    ack = CommandAck(message_id="m", device="panel_0", response="ACK")
    parts.pending.expect("m", ["panel_0"], "start")
    parts.send(
        Message(TOPICS.heartbeat, "", 0, heartbeat),
        Message(TOPICS.responses, "", 0, ack),
    )
    parts.step()
    service = parts.services.snapshot()[status.service_id]
    assert (service.host_name, service.software_version) == ("node", "1.2")
    answer = parts.pending.answer("m", "panel_0")
    assert answer is not None
    assert answer.reply is Reply.ACCEPTED
    assert parts.orchestrator.counts == IngestCounts(status=1, acks=1, failed={})


def test_run_control_is_followed(parts: Ingest) -> None:
    runs, topic = parts.orchestrator.runs, TOPICS.filewriter
    assert (runs.run, runs.version) == (None, 0)
    parts.send(Message(topic, "", 0, RunStart("42", 1_000_000)))
    parts.step()
    assert runs.run == Run("42", 1_000_000, None, running=True)
    parts.send(Message(topic, "", 0, RunStop("41", 9_000_000)))
    parts.step()
    assert runs.version == 1
    parts.send(Message(topic, "", 0, RunStop("42", 9_000_000)))
    parts.step()
    assert runs.run == Run("42", 1_000_000, 9_000_000, running=False)


def test_other_messages_are_counted_and_ignored(parts: Ingest) -> None:
    other = Heartbeat(status=OtherStatus(service_id="nicos", status_json="{}"))
    parts.send(
        Message(TOPICS.filewriter, "pv", 1, LogData(np.array(1.0))),
        Message(TOPICS.heartbeat, "", 0, other),
    )
    parts.step()
    assert parts.orchestrator.counts == IngestCounts(ignored=2, failed={})


# --- Posted changes and the guard ---


def test_posted_changes_run_in_order_before_the_next_message(parts: Ingest) -> None:
    seen: list[str] = []
    parts.orchestrator.post(lambda: seen.append("first"))
    accept(parts, result_key())
    parts.orchestrator.post(lambda: seen.append(str(parts.data.version)))
    parts.send(result(result_key()))
    parts.step()
    assert seen == ["first", "0"]
    assert parts.data.version == 1


def test_posted_changes_run_without_messages(parts: Ingest) -> None:
    seen: list[int] = []
    parts.orchestrator.post(lambda: seen.append(1))
    assert parts.step() == 0
    assert seen == [1]


def test_a_change_posted_by_a_change_runs_in_the_next_batch(parts: Ingest) -> None:
    seen: list[int] = []
    post = parts.orchestrator.post
    post(lambda: post(lambda: seen.append(1)))
    parts.step()
    assert seen == []
    parts.step()
    assert seen == [1]


def test_a_change_that_raises_is_counted_and_the_others_run(parts: Ingest) -> None:
    seen: list[int] = []

    def fail() -> None:
        raise KeyError("a fault of whoever posted")

    parts.orchestrator.post(fail)
    parts.orchestrator.post(lambda: seen.append(1))
    parts.step()
    assert seen == [1]
    assert parts.orchestrator.counts.failed == {"posted change: KeyError": 1}


def test_the_guard_lets_one_write_and_commits_at_its_end(parts: Ingest) -> None:
    with parts.orchestrator.ingestion_guard() as transaction:
        transaction.put(result_key(), window(1.0, 0, 1), 0)
        with (
            pytest.raises(RuntimeError, match="post the change"),
            parts.orchestrator.ingestion_guard(),
        ):
            pass
        with (
            pytest.raises(RuntimeError, match="only the ingest thread"),
            parts.data.transaction(),
        ):
            pass
        assert parts.data.version == 0
    assert parts.data.version == 1


# --- Faults ---


def test_a_message_that_raises_is_counted_and_the_rest_arrives(
    parts: Ingest, caplog: pytest.LogCaptureFixture
) -> None:
    data = DataService(stream_limit=1)
    orchestrator = Orchestrator(
        parts.resources.messages,
        data,
        parts.active,
        parts.jobs,
        parts.services,
        parts.pending,
        clock=parts.clock,
    )
    parts.active.accept(WORKFLOW, "panel_0", FIRST_JOB)
    good, bad = result(result_key("a")), result(result_key("b"))
    for _ in range(2):
        parts.send(good, bad, good)
        with caplog.at_level(logging.ERROR):
            orchestrator.step(0)
    counts = orchestrator.counts
    assert (counts.stored, counts.failed) == (4, {"ArrayData: ValueError": 2})
    assert len(caplog.records) == 1
    parts.clock.advance(61)
    parts.send(bad)
    orchestrator.step(0)
    assert len(caplog.records) == 2


class FailingSource:
    """Raises, then hands out one message; signals when it is asked again."""

    def __init__(self, message: Message[Any]) -> None:
        self._answers: list[Exception | Sequence[Message[Any]]]
        self._answers = [ConnectionError("broker is gone"), [message]]
        self.exhausted = threading.Event()
        self.closed = threading.Event()

    def poll(self, timeout_s: float) -> Sequence[Message[Any]]:
        if not self._answers:
            self.exhausted.set()
            self.closed.wait(timeout_s)
            return ()
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed.set()


def test_the_thread_outlives_a_failing_transport(parts: Ingest) -> None:
    source = FailingSource(result(result_key()))
    parts.active.accept(WORKFLOW, "panel_0", FIRST_JOB)
    orchestrator = Orchestrator(
        source, parts.data, parts.active, parts.jobs, parts.services, parts.pending
    )
    orchestrator.start()
    assert source.exhausted.wait(DEADLINE_S)
    orchestrator.stop()
    assert orchestrator.counts.failed == {"poll: ConnectionError": 1}
    assert value(parts.data, result_key()) == 1.0


# --- The thread ---


def test_the_thread_ingests_applies_changes_and_stops(parts: Ingest) -> None:
    stored, applied = threading.Event(), threading.Event()
    names: list[str] = []
    parts.data.subscribe([result_key().data_key], stored.set)
    parts.orchestrator.start()
    accept(parts, result_key())

    def applied_on() -> None:
        names.append(threading.current_thread().name)
        applied.set()

    parts.orchestrator.post(applied_on)
    assert applied.wait(DEADLINE_S)
    parts.send(result(result_key(), 9.0))
    assert stored.wait(DEADLINE_S)
    parts.orchestrator.stop()
    assert names == ["livedata-ingest"]
    assert value(parts.data, result_key()) == 9.0


# --- Real traffic ---


def test_recorded_traffic_ends_in_the_latest_accepted_results(
    parts: Ingest, recording: Sequence[WireMessage]
) -> None:
    topics = set(TOPICS.dashboard())
    messages = sorted(
        (wire for wire in recording if wire.topic in topics),
        key=lambda wire: wire.log_time_ms,
    )
    latest: dict[ResultKey, Message[ArrayData]] = {}
    for wire in messages:
        parts.clock.now_ns = wire.log_time_ms * 1_000_000
        parts.publish(wire.topic, wire.value)
        parts.step()
        if wire.topic == TOPICS.data:
            message = decode(wire)
            latest[ResultKey.parse(message.source_name)] = message
    counts = parts.orchestrator.counts
    results = sum(wire.topic == TOPICS.data for wire in messages)
    assert counts.stored + counts.foreign == results
    assert counts.stored > 0.8 * results
    assert counts.failed == {}
    entries = parts.data.snapshot().entries
    assert len(entries) > 20
    for key, message in latest.items():
        if parts.active.is_accepted(key):
            entry = entries[key.data_key]
            assert entry.job_number == key.job_id.job_number
            assert entry.timestamp_ns == message.timestamp_ns
            np.testing.assert_array_equal(
                entry.data.variables[0].values, message.payload.variables[0].values
            )

"""The work: commands between pieces of it, results together where much waits."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from typing import Any

import numpy as np
import scipp as sc

from livedata_core.contract import (
    Batch,
    EventData,
    JobAction,
    JobCommand,
    JobId,
    JobState,
    Message,
    StartCommand,
    Topics,
    WorkflowContext,
)
from livedata_worker.jobs import JobManager
from livedata_worker.pieces import Piece
from livedata_worker.processor import Processor
from livedata_worker.worklist import Worklist
from tests.plugins.worker.probe import PROBE, probe
from tests.plugins.worker.rig import (
    ACME,
    Rig,
    answers,
    results,
    service_statuses,
    values,
)

SECOND = 10**9
T0 = 1_800_000_000 * SECOND


class Sink:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Message[Any]] = []

    def send(self, message: Message[Any]) -> None:
        self.sent.append(message)


class Parts:
    """A processor with what it needs; jobs run the probe."""

    def __init__(self, spec: Any = PROBE, answers: Sink | None = None) -> None:
        self.spec = spec
        self.worklist = Worklist()
        self.sink = Sink()
        specs = {spec.id: spec}
        self.processor = Processor(
            JobManager(ACME, specs),
            specs,
            self.sink,
            answers or self.sink,
            self.worklist,
            Topics("acme"),
            lambda: T0,
        )

    def start(self, source: str = "left") -> JobId:
        job_id = JobId(source, uuid.uuid4())
        self.command(StartCommand(identifier=self.spec.id, job_id=job_id))
        return job_id

    def command(self, command: StartCommand | JobCommand) -> None:
        message = Message("acme_livedata_commands", "", 0, command)
        self.worklist.add_commands([message])

    def add(self, number: int, events: int = 1, *, ends: bool = True) -> None:
        """Put a piece of a window of a second on the list."""
        start = T0 + number * SECOND
        zeros = np.zeros(events, dtype=np.int32)
        payload = EventData(np.array([start]), zeros[:1], zeros, zeros)
        message = Message("acme_detector", "banks", start, payload)
        batch = Batch(start, start + SECOND, {"left": [message], "right": [message]})
        self.worklist.add_pieces([Piece(batch, ends, 1)])

    def values(self, output: str, source: str = "left") -> list[float]:
        found = values(self.sink.sent, output, source)
        return [float(value) for value in found]


def test_one_window_is_one_update() -> None:
    parts = Parts()
    parts.start()
    for number in range(2):
        parts.add(number)
        parts.processor.step()
    assert parts.values("new") == [1.0, 1.0]
    assert parts.processor.state.span_s == 1.0
    assert parts.processor.state.together == 1


def test_what_waits_becomes_one_update_that_says_what_it_covers() -> None:
    parts = Parts()
    parts.start()
    for number in range(10):
        parts.add(number, events=number)
    parts.processor.step()
    assert parts.values("new") == [float(sum(range(8)))]
    (message,) = [m for k, m in results(parts.sink.sent) if k.output_name == "new"]
    covered = [int(message.payload.get(n).values) - T0 for n in ("start_time", "time")]
    assert covered == [0, 8 * SECOND]
    assert (parts.processor.state.span_s, parts.processor.state.together) == (8.0, 8)
    parts.processor.step()
    parts.processor.step()
    assert parts.values("new")[1:] == [8.0, 9.0]
    assert parts.processor.state.together == 1


def test_pieces_of_a_window_are_counted_at_once_and_published_at_its_end() -> None:
    parts = Parts()
    parts.start()
    parts.add(0, 2, ends=False)
    parts.processor.step()
    assert parts.values("new") == []
    parts.add(0, 3)
    parts.processor.step()
    assert parts.values("new") == [5.0]


def test_a_job_that_starts_or_is_reset_within_a_window_begins_with_the_next() -> None:
    parts = Parts()
    first = parts.start("left")
    parts.add(0, 2, ends=False)
    parts.processor.step()
    parts.start("right")
    parts.command(JobCommand(job_id=first, action=JobAction.RESET))
    parts.add(0, 3)
    parts.processor.step()
    assert parts.values("total", "left") == parts.values("total", "right") == []
    parts.add(1, 7)
    parts.processor.step()
    assert parts.values("total", "left") == [7.0]
    assert parts.values("total", "right") == [7.0]


def test_a_resume_of_a_job_that_runs_leaves_out_nothing() -> None:
    parts = Parts()
    job_id = parts.start()
    parts.add(0, 2, ends=False)
    parts.processor.step()
    parts.command(JobCommand(job_id=job_id, action=JobAction.RESUME))
    parts.add(0, 3)
    parts.processor.step()
    assert parts.values("total") == [5.0]
    parts.command(JobCommand(job_id=job_id, action=JobAction.PAUSE))
    parts.add(1, 1, ends=False)
    parts.processor.step()
    parts.command(JobCommand(job_id=job_id, action=JobAction.RESUME))
    parts.add(1, 1)
    parts.processor.step()
    parts.add(2, 7)
    parts.processor.step()
    assert parts.values("total")[-1] == 12.0, "a window that it has in part is left out"


def test_a_result_that_cannot_be_published_shows_at_its_job() -> None:
    parts = Parts()
    parts.start()

    def refuse(message: Message[Any]) -> None:
        if '"total"' in message.source_name:
            raise RuntimeError("message of 134 MB is too large")

    send, parts.sink.send = parts.sink.send, refuse  # type: ignore[method-assign]
    parts.add(0)
    parts.processor.step()
    (status,) = parts.processor.state.jobs
    assert status.state is JobState.ERROR
    assert (status.error or "").endswith(
        "could not publish total: message of 134 MB is too large"
    )
    parts.sink.send = send  # type: ignore[method-assign]
    parts.add(1)
    parts.processor.step()
    (status,) = parts.processor.state.jobs
    assert status.state is JobState.WARNING
    assert "1 updates since the start" in (status.warning or "")


class Commanding:
    """Gives a command while it works, as an operator may."""

    def __init__(self, context: WorkflowContext) -> None:
        self._source = context.source_name

    def accumulate(self, batch: Batch) -> None:
        if self._source == "left":
            ORDERS.pop()()

    def finalize(self) -> Mapping[str, sc.DataArray]:
        return {"new": sc.DataArray(sc.scalar(1.0, unit="counts"))}

    def reset(self) -> None: ...


ORDERS: list[Any] = []


def test_a_command_waits_for_no_more_than_one_job() -> None:
    parts = Parts(probe(factory="tests.plugins.worker.test_processor:Commanding"))
    parts.start("left")
    other = parts.start("right")
    stop = JobCommand(job_id=other, action=JobAction.STOP)
    ORDERS.append(lambda: parts.command(stop))
    parts.add(0)
    parts.processor.step()
    assert parts.values("new", "left") == [1.0]
    assert parts.values("new", "right") == []
    kinds = [m.topic.removeprefix("acme_livedata_") for m in parts.sink.sent]
    assert kinds == ["responses", "responses", "data", "nicos_data", "responses"]


def test_answers_have_a_sink_in_which_no_results_wait() -> None:
    answers = Sink()
    parts = Parts(answers=answers)
    parts.start()
    parts.add(0)
    parts.processor.step()
    assert {m.topic for m in answers.sent} == {"acme_livedata_responses"}
    assert parts.values("new") == [1.0]
    assert answers.sent[0] not in parts.sink.sent


def test_heartbeats_go_on_while_a_workflow_does_not() -> None:
    rig = Rig(
        workflows=[probe(factory="tests.plugins.worker.test_processor:Commanding")]
    )
    busy, go_on = threading.Event(), threading.Event()

    def work() -> None:
        busy.set()
        assert go_on.wait(60)

    ORDERS.append(work)
    rig.start("left", PROBE)
    rig.worker.start()
    beats = rig.broker.reader([rig.topics.heartbeat])
    for _ in range(11):
        rig.pulse([1])
        rig.clock.advance(0.1)
    assert busy.wait(60)
    beats.poll(0)
    rig.clock.advance(10)
    assert beats.poll(60), "nothing came"
    go_on.set()
    rig.worker.stop()
    assert "new" in {key.output_name for key, _ in results(rig.seen())}


def test_a_worker_that_is_behind_says_so_in_its_heartbeat() -> None:
    rig = Rig(workflows=[PROBE])
    rig.start("left", PROBE)
    rig.run(1)
    for _ in range(99):
        rig.pulse([1, 1])
        rig.clock.advance(0.1)
        rig.worker._intake.step(0.0)
    rig.worker._processor.step()
    rig.clock.advance(2)
    rig.seen()
    rig.worker._beat()
    status = service_statuses(rig.seen())[-1]
    assert status.batch_interval_s == 8.0
    assert "Behind" in (status.warning or "")
    rig.worker.step()
    rig.run(30)
    status = service_statuses(rig.seen())[-1]
    assert (status.batch_interval_s, status.warning, status.waiting) == (1.0, None, 0)
    assert status.lag_s is not None
    assert status.uptime_s is not None


def test_what_overtaxes_the_worker_waits_at_the_broker() -> None:
    rig = Rig(workflows=[PROBE])
    rig.start("left", PROBE)
    rig.run(1, pixels=[1])
    read = []
    for _ in range(600):
        rig.pulse([1])
        rig.clock.advance(0.1)
        read.append(rig.worker._intake.step(0.0))
    assert read[-1] == 0, "it reads no more"
    assert rig.worker._worklist.waiting == 32
    rig.worker.step()
    while rig.worker._intake.step(0.0):
        rig.worker.step()
    rig.worker.stop()
    seen = rig.seen()
    assert sum(values(seen, "new")) == 601.0, "nothing is lost but by the broker"
    assert {a.response for a in answers(seen)} == {"ACK"}

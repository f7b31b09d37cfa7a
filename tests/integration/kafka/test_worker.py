"""``livedata worker`` over a real broker: killed, ended, and badly commanded.

A simulator and workers run as processes; the dashboard runs here, without a browser.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from livedata_core.api import DashboardServices, load_plugins
from livedata_core.config import MemoryConfigStore
from livedata_core.contract import (
    CommandAck,
    JobAction,
    JobCommand,
    JobId,
    JobState,
    Message,
    ServiceState,
    StartCommand,
    WorkflowId,
    needed_topics,
    resolve,
)
from livedata_core.jobs import Reply
from tests.support.kafka import KafkaBroker
from tests.support.kafka.fixtures import made
from tests.support.serving import with_us

pytest.importorskip("livedata_kafka", reason="livedata-kafka is not installed")
pytestmark = pytest.mark.kafka

LIVEDATA = Path(sys.executable).with_name("livedata")
PATIENCE_S = 90.0
MONITORS = WorkflowId("dummy", "monitor_histogram", 1)
SOURCE = "monitor1"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """Run a broker with the topics of the simulated instrument."""
    with made(lambda: KafkaBroker(tmp_path_factory.mktemp("kafka"))) as broker:
        dummy = load_plugins().registry.instruments["dummy"]
        broker.create(*(topic.name for topic in needed_topics(dummy)))
        yield broker


class Process(subprocess.Popen[str]):
    """A process; what it says is in a file."""

    said: Path


@contextmanager
def process(broker: KafkaBroker, *words: str) -> Iterator[Process]:
    """Run a subcommand beside the broker; what it says becomes a file of its own."""
    command = [str(LIVEDATA), *words, "-i", "dummy", "--kafka", broker.address]
    with (
        tempfile.NamedTemporaryFile("w+", suffix=f".{words[0]}.log") as said,
        Process(with_us(command), stderr=said, stdout=said, text=True) as child,
    ):
        child.said = Path(said.name)
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


@contextmanager
def worker(broker: KafkaBroker) -> Iterator[Process]:
    """Run a worker; it reads when this is entered."""
    with process(broker, "worker", "--service", "monitor_data") as child:
        wait_until(
            lambda: "runs " in child.said.read_text() or child.poll() is not None
        )
        assert child.poll() is None, child.said.read_text()
        yield child


def wait_until(condition: Callable[[], bool]) -> None:
    """Look again and again until the condition holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "not reached in time"
        time.sleep(0.1)


class Dashboard:
    """A dashboard without a browser, and what workers answered to anybody."""

    def __init__(self, broker: KafkaBroker) -> None:
        plugins = load_plugins()
        spec = plugins.registry.transports["kafka"]
        settings = {"bootstrap.servers": broker.address}
        self._transport = resolve(str(spec.dashboard))(settings)
        self.services = DashboardServices(
            plugins=plugins,
            instrument=plugins.registry.instruments["dummy"],
            transport=self._transport,
            store=MemoryConfigStore(),
        )
        self._source = self._transport.source([self.services.topics.responses])
        self.answers: list[CommandAck] = []

    def __enter__(self) -> Dashboard:
        self.services.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.services.stop()
        self._transport.close()

    def start(self) -> JobId:
        """Start the monitor's workflow, once a worker is heard."""
        wait_until(self.hears_a_worker)
        number = self.services.jobs.commit(MONITORS, [SOURCE])
        return JobId(SOURCE, number)

    def hears_a_worker(self) -> bool:
        services = self.services.service_status.snapshot().values()
        now_ns = self.services.clock()
        return any(
            service.status.state is ServiceState.RUNNING
            and not service.is_silent(now_ns)
            for service in services
        )

    def lag(self, topic: str) -> int | None:
        """Return how far behind a worker says it is on a topic."""
        for service in self.services.service_status.snapshot().values():
            transport = service.status.transport
            for read in () if transport is None else transport.topics:
                if read.topic == topic and read.rate_hz > 0:
                    return read.lag
        return None

    def state(self, job_id: JobId) -> JobState | None:
        job = self.services.job_status.get(job_id)
        return None if job is None else job.status.state

    def send(self, *commands: StartCommand | JobCommand) -> None:
        for command in commands:
            message: Message[Any] = Message(
                self.services.topics.commands, "", 0, command
            )
            self.services.resources.commands.send(message)

    def answered(self, message_id: str | None, number: int) -> list[CommandAck]:
        """Wait for so many answers to a command, and return all there are."""

        def enough() -> bool:
            for wire in self._source.poll(0.1):
                self.answers.append(self.services.codecs.decode(wire).payload)
            return len(self._to(message_id)) >= number

        wait_until(enough)
        return self._to(message_id)

    def _to(self, message_id: str | None) -> list[CommandAck]:
        return [answer for answer in self.answers if answer.message_id == message_id]

    def data_flow(self) -> None:
        """Wait until results arrive that were not there yet."""
        reached = self.services.data.version
        wait_until(lambda: self.services.data.version > reached + 1)


@pytest.fixture
def dashboard(broker: KafkaBroker) -> Iterator[Dashboard]:
    with ExitStack() as stack:
        stack.enter_context(process(broker, "simulate"))
        yield stack.enter_context(Dashboard(broker))


def test_jobs_of_a_killed_worker_run_again_on_the_next(
    broker: KafkaBroker, dashboard: Dashboard
) -> None:
    with worker(broker) as first:
        job_id = dashboard.start()
        dashboard.data_flow()
        first.send_signal(signal.SIGKILL)
        assert first.wait(30) == -signal.SIGKILL
    killed_ns = dashboard.services.clock()
    with worker(broker):

        def runs_again() -> bool:
            job = dashboard.services.job_status.get(job_id)
            return (
                job is not None
                and job.last_seen_ns > killed_ns
                and job.status.state is JobState.ACTIVE
            )

        wait_until(runs_again)
        dashboard.data_flow()
    notes = [note.title for note in dashboard.services.notifications.since(0)]
    assert any("was started again" in title for title in notes)


def test_a_worker_that_is_asked_to_end_says_goodbye(
    broker: KafkaBroker, dashboard: Dashboard
) -> None:
    with worker(broker) as child:
        job_id = dashboard.start()
        dashboard.data_flow()
        wait_until(lambda: dashboard.lag("dummy_beam_monitor") is not None)
        child.terminate()
        assert child.wait(30) == 0
    wait_until(lambda: dashboard.state(job_id) is JobState.STOPPED)
    job = dashboard.services.job_status.get(job_id)
    assert job is not None
    assert job.status.ended == "shutdown"
    wait_until(
        lambda: any(
            service.status.state is ServiceState.STOPPED
            for service in dashboard.services.service_status.snapshot().values()
        )
    )


def test_commands_in_any_order_and_kind_do_no_harm(
    broker: KafkaBroker, dashboard: Dashboard
) -> None:
    def start(number: uuid.UUID, name: str = MONITORS.name, **params: Any) -> Any:
        return StartCommand(
            identifier=WorkflowId("dummy", name, 1),
            job_id=JobId(SOURCE, number),
            params=params,
        )

    def stop(number: uuid.UUID) -> JobCommand:
        return JobCommand(job_id=JobId(SOURCE, number), action=JobAction.STOP)

    twice, early, bad = (uuid.uuid4() for _ in range(3))
    with worker(broker) as child:
        running = dashboard.start()
        dashboard.data_flow()
        duplicate = start(twice)
        dashboard.send(duplicate, duplicate)
        assert _responses(dashboard.answered(duplicate.message_id, 2)) == ["ACK"] * 2

        overtaken = start(early)
        dashboard.send(stop(early), overtaken)
        (answer,) = dashboard.answered(overtaken.message_id, 1)
        assert "stopped before" in (answer.message or "")

        unknown, invalid = start(bad, "no_such"), start(bad, toa_edges={"num_bins": -5})
        dashboard.send(unknown, invalid)
        (answer,) = dashboard.answered(invalid.message_id, 1)
        assert answer.response == "ERR"
        assert "toa_edges.num_bins" in (answer.message or "")
        assert unknown.message_id not in {a.message_id for a in dashboard.answers}

        topic = dashboard.services.topics.commands
        dashboard._transport.sink().publish(topic, b'{"kind":"workflow_config","id')
        again = stop(twice)
        dashboard.send(again)
        assert _responses(dashboard.answered(again.message_id, 1)) == ["ACK"]
        wait_until(lambda: dashboard.state(JobId(SOURCE, twice)) is JobState.STOPPED)
        assert dashboard.state(JobId(SOURCE, early)) in (None, JobState.STOPPED)
        assert dashboard.state(running) is JobState.ACTIVE
        dashboard.data_flow()
        assert child.poll() is None
    desired = dashboard.services.jobs.snapshot()[MONITORS, SOURCE]
    reply = dashboard.services.pending.answer(desired.message_id, SOURCE)
    assert reply is not None
    assert reply.reply is Reply.ACCEPTED


def _responses(answers: Sequence[CommandAck]) -> list[str]:
    return [answer.response for answer in answers]

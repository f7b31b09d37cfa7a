"""The parts of the jobs layer joined without threads or a broker."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from livedata_core.config import (
    ConfigurationStates,
    MemoryConfigStore,
    SettingsWriter,
)
from livedata_core.contract import (
    CommandAck,
    Detector,
    Instrument,
    JobCommand,
    JobId,
    JobState,
    JobStatus,
    Message,
    Monitor,
    OutputSpec,
    StartCommand,
    Topics,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.jobs import (
    ActiveJobRegistry,
    CommandService,
    JobOrchestrator,
    JobStatusRegistry,
    PendingCommandTracker,
    WorkflowController,
)
from livedata_core.sessions import NotificationQueue
from tests.support.clock import FakeClock


class Edges(BaseModel):
    """Bin edges, in ms."""

    start: float = 0.0
    stop: float = 71.0
    num_bins: int = Field(default=100, ge=1)


class ViewParams(BaseModel):
    """Parameters of the view."""

    model_config = ConfigDict(extra="forbid")

    edges: Edges = Edges()


VIEW = WorkflowId("toy", "view", 1)
TOTAL = WorkflowId("toy", "total", 1)
OUTPUTS = (OutputSpec(name="counts", title="Counts"),)
SPECS = {
    VIEW: WorkflowSpec(
        name="view",
        id=VIEW,
        title="Detector view",
        description="Counts per pixel.",
        sources=("bank_a", "bank_b"),
        params=ViewParams,
        aux_sources={"monitor": "m1"},
        outputs=OUTPUTS,
        factory="toy.view:View",
    ),
    TOTAL: WorkflowSpec(
        name="total",
        id=TOTAL,
        title="Total counts",
        sources=("bank_a",),
        outputs=OUTPUTS,
        factory="toy.total:Total",
    ),
}
INSTRUMENT = Instrument(
    name="toy",
    title="Toy",
    detectors=tuple(
        Detector(
            name=name,
            title=title,
            topic="toy_detector",
            source_name=name,
            dims=("y", "x"),
            shape=(2, 2),
        )
        for name, title in (("bank_a", "Rear bank"), ("bank_b", "Front bank"))
    ),
    monitors=tuple(
        Monitor(name=name, title=title, topic="toy_monitor", source_name=name)
        for name, title in (("m1", "First monitor"), ("m2", "Second monitor"))
    ),
)
TITLES = {detector.name: detector.title for detector in INSTRUMENT.detectors}


class Sink:
    """Keeps what is sent; refuses after `room` messages."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.topics: set[str] = set()
        self.room = 1000

    def send(self, message: Message[Any]) -> None:
        if len(self.sent) >= self.room:
            raise RuntimeError("queue is full")
        self.sent.append(message.payload)
        self.topics.add(message.topic)

    def take(self) -> list[Any]:
        """Return what was sent since the last time."""
        taken, self.sent = self.sent, []
        return taken


class JobParts:
    """Jobs, controller and all they need; `post` runs at once unless held."""

    def __init__(
        self,
        adapters: dict[str, Any] | None = None,
        saved: ConfigurationStates | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.sink = Sink()
        self.held: list[Callable[[], None]] | None = None
        self.notes = NotificationQueue(self.clock)
        self.active = ActiveJobRegistry(self.clock)
        self.status = JobStatusRegistry()
        self.pending = PendingCommandTracker(self.clock, self.notes)
        self.saved = saved or ConfigurationStates(SettingsWriter(MemoryConfigStore()))
        self.jobs = JobOrchestrator(
            SPECS,
            self.active,
            CommandService(self.sink, Topics("toy")),
            self.pending,
            self.status,
            self.notes,
            self.post,
            self.saved,
            source_title=lambda name: TITLES.get(name, name),
            clock=self.clock,
        )
        self.workflows = WorkflowController(
            INSTRUMENT,
            SPECS,
            self.jobs,
            self.status,
            self.active,
            self.pending,
            self.saved,
            self.notes,
            adapters or {},
            clock=self.clock,
        )

    def post(self, action: Callable[[], None]) -> None:
        """Run on the thread that writes generations: at once, or when released."""
        if self.held is None:
            action()
        else:
            self.held.append(action)

    def release(self) -> None:
        """Run what was held."""
        held, self.held = self.held or [], None
        for action in held:
            action()

    def beat(
        self,
        job_id: JobId,
        workflow_id: WorkflowId = VIEW,
        state: str = "active",
        **fields: Any,
    ) -> None:
        """Take in a heartbeat as the orchestrator does."""
        status = JobStatus(
            state=JobState(state), job_id=job_id, workflow_id=workflow_id, **fields
        )
        self.status.update(status, self.clock())
        self.active.adopt(status)

    def acknowledge(
        self, command: StartCommand | JobCommand, error: str | None = None
    ) -> None:
        """Answer a command as a worker does."""
        assert command.message_id is not None
        assert command.job_id is not None
        start = isinstance(command, StartCommand)
        device = command.job_id.source_name if start else str(command.job_id)
        self.pending.acknowledge(
            CommandAck(
                message_id=command.message_id,
                device=device,
                response="ERR" if error else "ACK",
                message=error,
            )
        )

    def state(self, source: str = "bank_a", workflow_id: WorkflowId = VIEW) -> str:
        """Return the state that people see."""
        view = self.workflows.workflow(workflow_id)
        assert view is not None
        return next(str(s.state) for s in view.sources if s.name == source)


def foreign(n: int, source: str = "bank_a") -> JobId:
    """Return a job that somebody else started."""
    return JobId(source, uuid.UUID(int=n))

"""A dashboard's ingest over an in-process broker, with the real codecs and registries.

Nothing runs by itself: a test publishes, then calls `Ingest.step`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livedata_codecs.plugin import livedata_decoders, livedata_encoders
from livedata_core.contract import Message, Topics
from livedata_core.data.service import DataService
from livedata_core.jobs import (
    ActiveJobRegistry,
    JobStatusRegistry,
    PendingCommandTracker,
    ServiceStatusRegistry,
)
from livedata_core.orchestrator import Orchestrator
from livedata_core.transport import (
    CodecTable,
    DashboardResources,
    EncodingSink,
    InProcessBroker,
    InProcessTransport,
)
from tests.support.clock import FakeClock

TOPICS = Topics("dummy")
DECODERS = {spec.key: spec for spec in livedata_decoders()}
ENCODERS = {spec.key: spec for spec in livedata_encoders()}


@dataclass(frozen=True)
class Ingest:
    """The parts, and what a worker would use to talk to them."""

    clock: FakeClock
    transport: InProcessTransport
    resources: DashboardResources
    data: DataService
    active: ActiveJobRegistry
    jobs: JobStatusRegistry
    services: ServiceStatusRegistry
    pending: PendingCommandTracker
    orchestrator: Orchestrator
    worker: EncodingSink

    def publish(self, topic: str, value: bytes) -> None:
        """Publish bytes as they are."""
        self.transport.sink().publish(topic, value)

    def send(self, *messages: Message[Any]) -> None:
        """Publish messages as a worker does."""
        for message in messages:
            self.worker.send(message)

    def step(self) -> int:
        """Handle what has arrived."""
        return self.orchestrator.step(0)


def ingest() -> Ingest:
    """Wire the parts as `DashboardServices` does."""
    clock = FakeClock()
    codecs = CodecTable(DECODERS, ENCODERS, TOPICS)
    transport = InProcessTransport(InProcessBroker())
    resources = DashboardResources(transport, codecs, TOPICS)
    data = DataService(clock=clock)
    active, jobs = ActiveJobRegistry(clock), JobStatusRegistry()
    services, pending = ServiceStatusRegistry(), PendingCommandTracker(clock)
    orchestrator = Orchestrator(
        resources.messages, data, active, jobs, services, pending, clock=clock
    )
    worker = EncodingSink(transport.sink(), codecs)
    return Ingest(
        clock,
        transport,
        resources,
        data,
        active,
        jobs,
        services,
        pending,
        orchestrator,
        worker,
    )

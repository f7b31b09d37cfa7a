"""A worker on an in-process broker, stepped by hand with a clock of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from livedata_core.api import InProcessBroker, InProcessTransport
from livedata_core.contract import (
    CommandAck,
    Detector,
    EventData,
    Heartbeat,
    Instrument,
    JobAction,
    JobCommand,
    JobId,
    JobStatus,
    Log,
    LogData,
    Message,
    Monitor,
    ResultKey,
    RunStart,
    Schedule,
    ServiceStatus,
    StartCommand,
    Topics,
    WorkflowId,
    WorkflowSpec,
)
from livedata_worker.worker import Worker
from livedata_workflows import specs
from tests.support.clock import FakeClock
from tests.support.codecs import codec_table

PERIOD_NS = 100_000_000
ACME = Instrument(
    name="acme",
    title="ACME",
    detectors=tuple(
        Detector(
            name=name,
            title=name,
            topic="acme_detector",
            source_name="banks",
            dims=("y", "x"),
            shape=(2, 2),
            first_pixel_id=first,
        )
        for name, first in (("left", 1), ("right", 5))
    ),
    monitors=(Monitor(name="m1", title="M1", topic="acme_monitor", source_name="m1"),),
    logs=(Log(name="motor", title="Motor", topic="acme_motion", source_name="pv"),),
    pulse_rate_hz=10,
)
BANKS = specs.detector_view(ACME, ACME.detectors, name="banks", title="Banks")
MONITORS = specs.monitor_histogram(ACME)
LOGS = specs.timeseries(ACME)


class Rig:
    """A worker and what a dashboard would see of it."""

    def __init__(
        self,
        instrument: Instrument = ACME,
        workflows: Iterable[WorkflowSpec] = (BANKS, MONITORS, LOGS),
        clock: FakeClock | None = None,
        sources: Sequence[str] | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.topics = Topics(instrument.name)
        self.codecs = codec_table(instrument.name)
        self.broker = InProcessBroker()
        transport = InProcessTransport(self.broker)
        self._sink = transport.sink()
        self._source = transport.source(
            (*self.topics.dashboard(), self.topics.nicos_data)
        )
        self.worker = Worker(
            instrument,
            {workflow.id: workflow for workflow in workflows},
            transport,
            self.codecs,
            clock=self.clock,
            sources=sources,
        )

    def publish(self, topic: str, value: bytes) -> None:
        """Send bytes to the worker."""
        self._sink.publish(topic, value)

    def send(self, message: Message[Any]) -> None:
        """Send a message to the worker."""
        self.publish(message.topic, self.codecs.encode(message))

    def start(
        self,
        source: str,
        spec: WorkflowSpec | WorkflowId = BANKS,
        number: uuid.UUID | None = None,
        params: Mapping[str, Any] | None = None,
        schedule: Schedule | None = None,
        aux: Mapping[str, str] | None = None,
    ) -> JobId:
        """Command a start and return the job's id."""
        job_id = JobId(source, number or uuid.uuid4())
        identifier = spec if isinstance(spec, WorkflowId) else spec.id
        command = StartCommand(
            identifier=identifier,
            job_id=job_id,
            params=dict(params or {}),
            schedule=schedule or Schedule(),
            aux_source_names=dict(aux or {}),
        )
        self.send(Message(self.topics.commands, "", 0, command))
        return job_id

    def act(
        self,
        action: JobAction,
        job_id: JobId | None = None,
        workflow_id: WorkflowId | None = None,
    ) -> None:
        """Command a stop, a reset, …"""
        command = JobCommand(action=action, job_id=job_id, workflow_id=workflow_id)
        self.send(Message(self.topics.commands, "", 0, command))

    def begin_run(self, name: str, start_ns: int) -> None:
        """Say that a run has started."""
        run = RunStart(name, start_ns)
        self.send(Message(self.topics.filewriter, "", start_ns, run))

    def read(self, value: float, at_ns: int | None = None) -> None:
        """Send a reading of the motor; at the clock's time if not said otherwise."""
        time_ns = self.clock() if at_ns is None else at_ns
        self.send(Message("acme_motion", "pv", time_ns, LogData(np.array(value))))

    def pulse(
        self, pixels: Sequence[int], at_ns: int | None = None, times: int = 1_000_000
    ) -> None:
        """Send one pulse of the banks; at the clock's time if not said otherwise."""
        time_ns = self.clock() if at_ns is None else at_ns
        events = EventData(
            np.array([time_ns]),
            np.array([0], dtype=np.int32),
            np.full(len(pixels), times, dtype=np.int32),
            np.array(pixels, dtype=np.int32),
        )
        self.send(Message("acme_detector", "banks", time_ns, events))

    def run(self, pulses: int, pixels: Sequence[int] = (1, 5)) -> None:
        """Let pulses come at their pace, a step of the worker after each."""
        for _ in range(pulses):
            self.pulse(pixels)
            self.worker.step()
            self.clock.now_ns += PERIOD_NS

    def seen(self) -> list[Message[Any]]:
        """Return what the worker has published since the last call."""
        return [self.codecs.decode(wire) for wire in self._source.poll(0)]


def answers(messages: Iterable[Message[Any]]) -> list[CommandAck]:
    """Return the acknowledgements."""
    return [m.payload for m in messages if isinstance(m.payload, CommandAck)]


def job_statuses(messages: Iterable[Message[Any]]) -> list[JobStatus]:
    """Return what heartbeats say of jobs."""
    beats = [m.payload for m in messages if isinstance(m.payload, Heartbeat)]
    return [beat.status for beat in beats if isinstance(beat.status, JobStatus)]


def service_statuses(messages: Iterable[Message[Any]]) -> list[ServiceStatus]:
    """Return what heartbeats say of services."""
    beats = [m.payload for m in messages if isinstance(m.payload, Heartbeat)]
    return [beat.status for beat in beats if isinstance(beat.status, ServiceStatus)]


def results(
    messages: Iterable[Message[Any]], topic: str = "acme_livedata_data"
) -> list[tuple[ResultKey, Message[Any]]]:
    """Return the results with their keys."""
    return [
        (ResultKey.parse(message.source_name), message)
        for message in messages
        if message.topic == topic
    ]


def values(
    messages: Iterable[Message[Any]], output: str, source: str = "left"
) -> list[Any]:
    """Return the values of one output of one source, update by update."""
    found = [
        message.payload.get("signal").values.tolist()
        for key, message in results(messages)
        if (key.output_name, key.job_id.source_name) == (output, source)
    ]
    return list(found)

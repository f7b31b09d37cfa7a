"""Heartbeats: what the worker says of its services, its jobs and its input."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from livedata_core.api import StreamArrivals
from livedata_core.contract import (
    Heartbeat,
    Instrument,
    JobStatus,
    Message,
    ServiceState,
    ServiceStatus,
    StreamCount,
    StreamId,
    StreamStats,
    Topics,
    TopicStats,
    TopicTraffic,
    TransportStats,
    TransportStatus,
)
from livedata_worker.intake import Tardy
from livedata_worker.processor import WorkState
from livedata_worker.routing import Router

__all__ = ["Facts", "Heartbeats"]

INTERVAL_NS = 2 * 1_000_000_000
STATS_INTERVAL_NS = 30 * 1_000_000_000
MAX_UNMAPPED = 300
MAX_NAME = 150
"""Streams in a message that nothing maps, and letters of their names; a message must
stay below 1 MiB."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Where heartbeats get their facts from; each may be asked on any thread."""

    work: Callable[[], WorkState]
    tardy: Callable[[], Tardy]
    waiting: Callable[[], int]
    arrivals: Callable[[], Mapping[StreamId, StreamArrivals]]
    transport: Callable[[], TransportStatus]
    traffic: Callable[[], Mapping[str, TopicTraffic]]
    overdue: Callable[[], str | None]


class Heartbeats:
    """Writes status messages. One thread; `hurry` may be called from any.

    A service is a name under which workflows run; one worker is all the services of
    its workflows. What arrived on each stream and topic is told by the first of them.
    """

    def __init__(
        self,
        instrument: Instrument,
        services: Sequence[str],
        facts: Facts,
        now_ns: int,
        batch_length_s: float,
    ) -> None:
        self._instrument = instrument.name
        self._topic = Topics(instrument.name).heartbeat
        self._services = services
        self._facts = facts
        self._router = Router(instrument)
        self._worker_id = str(uuid.uuid4())
        self._started_ns = now_ns
        self._batch_length_s = batch_length_s
        self._due_ns = now_ns
        self._hurried = threading.Event()
        self._stats_ns = now_ns
        self._counted: dict[StreamId, int] = {}
        self._late: dict[StreamId, int] = {}
        self._told = (0, 0)  # version of the work, last job that has gone
        self._version = version("livedata-worker")
        self._host = socket.gethostname()

    def due(self, now_ns: int) -> bool:
        """Return whether it is time, as it is at once where a job has changed."""
        work = self._facts.work()
        if now_ns < self._due_ns and work.version == self._told[0]:
            return self._hurried.is_set()
        return True

    def hurry(self) -> None:
        """Make it time now: something changed."""
        self._hurried.set()

    def messages(
        self, state: ServiceState, now_ns: int, error: str | None = None
    ) -> Sequence[Message[Heartbeat]]:
        """Return one message for each job and service, and note that they were told."""
        self._due_ns = now_ns + INTERVAL_NS
        self._hurried.clear()
        work = self._facts.work()
        gone = [status for number, status in work.gone if number > self._told[1]]
        last = work.gone[-1][0] if work.gone else 0
        self._told = work.version, last
        statuses: list[JobStatus | ServiceStatus] = [*gone, *work.jobs]
        statuses += self._of_services(state, work, now_ns, error)
        return [self._message(status) for status in statuses]

    def _of_services(
        self, state: ServiceState, work: WorkState, now_ns: int, error: str | None
    ) -> list[ServiceStatus]:
        stats = self._stats(now_ns)
        tardy, transport = self._facts.tardy(), self._facts.transport()
        waiting, topics = self._facts.waiting(), _topics(self._facts.traffic())
        overdue = self._facts.overdue()
        statuses = []
        for name in self._services:
            status = ServiceStatus(
                instrument=self._instrument,
                service_name=name,
                worker_id=self._worker_id,
                state=state,
                started_at=self._started_ns,
                active_job_count=(work.active or {}).get(name, 0),
                error=error,
                batch_interval_s=work.span_s or self._batch_length_s,
                stream_stats=stats,
                uptime_s=round((now_ns - self._started_ns) / 1e9, 1),
                warning=_warning(work, waiting, transport, overdue),
                lag_s=work.lag_s,
                waiting=waiting,
                late=tardy.late,
                ahead=tardy.ahead,
                transport=TransportStats(
                    name=transport.name,
                    connected=transport.connected,
                    detail=transport.detail,
                    topics=topics,
                ),
            )
            statuses.append(status)
            stats, topics = None, ()
        return statuses

    def _message(self, status: JobStatus | ServiceStatus) -> Message[Heartbeat]:
        heartbeat = Heartbeat(
            status=status,
            software_version=self._version,
            host_name=self._host,
            process_id=os.getpid(),
            update_interval_ms=INTERVAL_NS // 1_000_000,
        )
        return Message(self._topic, status.service_id, 0, heartbeat)

    def _stats(self, now_ns: int) -> StreamStats | None:
        """Return what came since the last time, once in a while."""
        elapsed_ns = now_ns - self._stats_ns
        if elapsed_ns < STATS_INTERVAL_NS:
            return None
        arrived = self._facts.arrivals()
        counted = {stream: arrivals.count for stream, arrivals in arrived.items()}
        late = dict(self._facts.tardy().late_of)
        new = Counter(counted)
        new.subtract(self._counted)
        new_late = Counter(late)
        new_late.subtract(self._late)
        streams = [
            StreamCount(
                topic=stream.topic,
                source_name=_short(stream.source_name),
                stream=self._router.label(stream),
                count=count,
                late=new_late[stream] or None,
            )
            for stream, count in sorted(new.items())
            if count > 0
        ]
        self._stats_ns, self._counted, self._late = now_ns, counted, late
        return StreamStats(window_seconds=elapsed_ns / 1e9, streams=_bounded(streams))


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}\u2026"


def _bounded(streams: list[StreamCount]) -> tuple[StreamCount, ...]:
    """Return all that sources map, the largest of the others, and the rest as one."""
    unmapped = [stream for stream in streams if stream.stream is None]
    if len(unmapped) <= MAX_UNMAPPED:
        return tuple(streams)
    unmapped.sort(key=lambda stream: -stream.count)
    rest = unmapped[MAX_UNMAPPED:]
    others = StreamCount(
        topic="",
        source_name=f"<{len(rest)} other streams>",
        count=sum(stream.count for stream in rest),
        late=sum(stream.late or 0 for stream in rest) or None,
    )
    mapped = [stream for stream in streams if stream.stream is not None]
    return (*mapped, *unmapped[:MAX_UNMAPPED], others)


def _topics(traffic: Mapping[str, TopicTraffic]) -> tuple[TopicStats, ...]:
    return tuple(
        TopicStats(
            topic=name,
            rate_hz=round(topic.rate_hz, 2),
            bytes_per_s=round(topic.bytes_per_s),
            lag=topic.lag,
            skipped=topic.skipped,
            unsent=topic.unsent,
        )
        for name, topic in sorted(traffic.items())
    )


def _warning(
    work: WorkState, waiting: int, transport: TransportStatus, overdue: str | None
) -> str | None:
    """Return what an operator should know of a service, in sentences."""
    sentences = [] if overdue is None else [overdue]
    if work.together > 1:
        sentences.append(
            f"Behind: {waiting} windows wait; updates cover {work.span_s:.3g} s of "
            "data for now."
        )
    if not transport.connected:
        sentences.append(f"Not connected to the broker. {transport.detail}".strip())
    return " ".join(sentences) or None

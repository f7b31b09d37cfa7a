"""Heartbeats: what the worker says of its services, its jobs and its input."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from livedata_core.api import StreamCounters
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
)
from livedata_worker.routing import Router

__all__ = ["Heartbeats"]

INTERVAL_NS = 2 * 1_000_000_000
STATS_INTERVAL_NS = 30 * 1_000_000_000


class Heartbeats:
    """Writes status messages. One thread.

    A service is a name under which workflows run; one worker is all the services of
    its workflows. What arrived on each stream is told by the first of them.
    """

    def __init__(
        self,
        instrument: Instrument,
        services: Sequence[str],
        counters: StreamCounters,
        now_ns: int,
        batch_length_s: float,
    ) -> None:
        self._instrument = instrument.name
        self._topic = Topics(instrument.name).heartbeat
        self._services = services
        self._counters = counters
        self._router = Router(instrument)
        self._worker_id = str(uuid.uuid4())
        self._started_ns = now_ns
        self._batch_length_s = batch_length_s
        self._due_ns = now_ns
        self._stats_ns = now_ns
        self._counted: dict[StreamId, int] = {}
        self._version = version("livedata-worker")
        self._host = socket.gethostname()

    def due(self, now_ns: int) -> bool:
        """Return whether it is time; from then on it is time again later."""
        if now_ns < self._due_ns:
            return False
        self._due_ns = now_ns + INTERVAL_NS
        return True

    def hurry(self) -> None:
        """Make it time now: something changed."""
        self._due_ns = 0

    def jobs(self, statuses: Sequence[JobStatus]) -> Sequence[Message[Heartbeat]]:
        """Return one message for each job."""
        return [self._message(status) for status in statuses]

    def services(
        self,
        state: ServiceState,
        jobs: Mapping[str, int],
        now_ns: int,
        error: str | None = None,
    ) -> Sequence[Message[Heartbeat]]:
        """Return one message for each service; `jobs` are counted by service."""
        stats = self._stats(now_ns)
        messages = []
        for name in self._services:
            status = ServiceStatus(
                instrument=self._instrument,
                service_name=name,
                worker_id=self._worker_id,
                state=state,
                started_at=self._started_ns,
                active_job_count=jobs.get(name, 0),
                error=error,
                batch_interval_s=self._batch_length_s,
                stream_stats=stats,
            )
            messages.append(self._message(status))
            stats = None
        return messages

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
        counted = {
            stream: arrivals.count
            for stream, arrivals in self._counters.snapshot().items()
        }
        streams = tuple(
            StreamCount(
                topic=stream.topic,
                source_name=stream.source_name,
                stream=self._router.label(stream),
                count=count - self._counted.get(stream, 0),
            )
            for stream, count in sorted(counted.items())
            if count > self._counted.get(stream, 0)
        )
        self._stats_ns, self._counted = now_ns, counted
        return StreamStats(window_seconds=elapsed_ns / 1e9, streams=streams)

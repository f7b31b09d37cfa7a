"""A thread that has a frame at hand every so often, by the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from livedata_core.api import CodecTable, DashboardServices
from livedata_core.contract import (
    Heartbeat,
    JobId,
    JobState,
    JobStatus,
    Message,
    Transport,
)
from livedata_core.transport import EncodingSink
from tests.support.bench_data import Frames

__all__ = ["Feed", "publish_to"]

HEARTBEAT_NS = 1_000_000_000


class Feed:
    """Calls `deliver` with the number and the time of each frame when it is due.

    A frame that is late by more than its interval is left out, and so are those that
    are due while it is `paused`. `cpu_s` is what the thread has used.
    """

    def __init__(self, frames: Frames, deliver: Callable[[int, int], None]) -> None:
        self.frames = frames
        self.began_ns = time.time_ns()
        self.delivered = 0
        self.cpu_s = 0.0
        self.paused = False
        self._deliver = deliver
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        self.began_ns = time.time_ns()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        frame = 0
        while True:
            load = self.frames.load
            elapsed_s = (time.time_ns() - self.began_ns) / 1e9
            frame = max(frame + 1, int(elapsed_s * load.rate))
            due_ns = load.due_ns(self.began_ns, frame)
            if self._stopping.wait(max(0.0, (due_ns - time.time_ns()) / 1e9)):
                return
            if self.paused:
                continue
            self._deliver(frame, due_ns)
            self.delivered += 1
            self.cpu_s = time.thread_time()


def publish_to(
    services: DashboardServices, transport: Transport, frames: Frames
) -> Callable[[int, int], None]:
    """Return what publishes a frame as a worker does, with the jobs' heartbeats."""
    registry = services.registry
    codecs = CodecTable(registry.decoders, registry.encoders, services.topics)
    sink = EncodingSink(transport.sink(), codecs)
    last_beat_ns = 0

    def publish(frame: int, time_ns: int) -> None:
        nonlocal last_beat_ns
        if time_ns - last_beat_ns >= HEARTBEAT_NS:
            last_beat_ns = time_ns
            for heartbeat in heartbeats(frames):
                sink.send(Message(services.topics.heartbeat, "", time_ns, heartbeat))
        for key, data in frames.results(frame, time_ns):
            sink.send(Message(services.topics.data, key.to_wire(), time_ns, data))

    return publish


def heartbeats(frames: Frames) -> list[Heartbeat]:
    """Return that all jobs of the load are active."""
    return [
        Heartbeat(
            status=JobStatus(
                state=JobState.ACTIVE,
                job_id=JobId(source, frames.jobs[source]),
                workflow_id=workflow,
                start_time=1,
                params={},
            )
        )
        for workflow, source in frames.load.sources
    ]

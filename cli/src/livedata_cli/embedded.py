"""Everything of a facility in one process: worker, workflows, simulator or replay."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from livedata_core.contract import Producer, Transport

if TYPE_CHECKING:
    from livedata_core.api import DashboardServices
    from livedata_replay.playback import Playback
    from livedata_worker.worker import Worker

__all__ = ["EmbeddedBackend"]

log = logging.getLogger(__name__)

ANSWER_S = 20.0
"""How long the producer waits for the workflows to start."""
LOOK_S = 0.05


class EmbeddedBackend:
    """Runs what else runs on other machines, on threads of this process.

    The workflows are started before the first event is sent, so that a replay is
    counted whole.

    Parameters
    ----------
    services:
        The dashboard's.
    transport:
        What dashboard, worker and producer share.
    producer:
        Plays the instrument; None: no data.
    speed:
        How many times faster than real time to play.
    autostart:
        Whether to start the workflows of the default layout.
    memory_mib:
        Memory of the process at which the job that grew most is ended, MiB; None: 80 %
        of the machine's, 0: no limit.
    """

    def __init__(
        self,
        services: DashboardServices,
        transport: Transport,
        producer: Producer | None,
        *,
        speed: float = 1.0,
        autostart: bool = True,
        memory_mib: int | None = None,
    ) -> None:
        self._services = services
        self._transport = transport
        self._producer = producer
        self._speed = speed
        self._autostart = autostart
        self._memory_mib = memory_mib
        self._worker: Worker | None = None
        self._playback: Playback | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="livedata-embedded", daemon=True
        )

    @property
    def worker(self) -> Worker | None:
        """The worker, once it runs."""
        return self._worker

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop producer and worker."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        if self._playback is not None:
            self._playback.stop()
        if self._worker is not None:
            self._worker.stop()

    def _run(self) -> None:
        try:
            self._start_worker()
            if self._autostart:
                self._services.start_default_workflows()
                self._await_answers()
            if self._producer is not None and not self._stopping.is_set():
                self._start_playback(self._producer)
        except Exception as error:
            log.exception("the embedded backend failed to start")
            self._services.notifications.push(
                "error",
                "The embedded worker did not start",
                f"{type(error).__name__}: {error}",
            )

    def _start_worker(self) -> None:
        from livedata_worker.memory import limit_of
        from livedata_worker.worker import Worker

        services = self._services
        self._worker = Worker(
            services.instrument,
            services.specs,
            self._transport,
            services.codecs,
            memory_limit_bytes=limit_of(self._memory_mib),
            tracebacks=services.dev,
        )
        self._worker.start()

    def _await_answers(self) -> None:
        deadline = time.monotonic() + ANSWER_S
        while self._services.pending.snapshot() and time.monotonic() < deadline:
            if self._stopping.wait(LOOK_S):
                return

    def _start_playback(self, producer: Producer) -> None:
        from livedata_replay.playback import Playback
        from livedata_replay.recorded import RebasingEncoder

        self._playback = Playback(
            producer,
            RebasingEncoder(self._services.codecs, self._speed),
            self._transport.sink(),
            speed=self._speed,
            on_finished=self._played,
        )
        self._playback.start()

    def _played(self) -> None:
        self._services.notifications.push(
            "info", "The replay has ended", "Start it with --loop to repeat it."
        )

"""The message pump: from the transport to the data service and the registries.

Each message goes where its payload belongs; results only if they are of the accepted
generation. Decoding lives in `livedata_core.transport`, what jobs mean in
`livedata_core.jobs`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from livedata_core.contract import (
    ArrayData,
    CommandAck,
    Heartbeat,
    IdentityError,
    JobStatus,
    Message,
    ResultKey,
    RunStart,
    RunStop,
    ServiceStatus,
)
from livedata_core.contract.raised import pass_on
from livedata_core.data.runs import RunState
from livedata_core.data.service import DataService, Transaction
from livedata_core.transport.resources import MessageSource

__all__ = ["IngestCounts", "Orchestrator"]

log = logging.getLogger(__name__)

POLL_S = 0.05
"""Longest wait for messages: posted changes are applied within it."""

KEY_CACHE_LIMIT = 20_000
KEY_LENGTH_LIMIT = 1_000
LOG_AGAIN_NS = 60 * 1_000_000_000


class Generations(Protocol):
    """Which generation is accepted: `ActiveJobRegistry`."""

    def is_accepted(self, key: ResultKey) -> bool:
        """Return whether results of that job count."""

    def adopt(self, status: JobStatus) -> object:
        """Learn from a job's heartbeat."""


class JobStatuses(Protocol):
    """Where jobs' heartbeats go: `JobStatusRegistry`."""

    def update(self, status: JobStatus, now_ns: int) -> None:
        """Take in a heartbeat."""


class ServiceStatuses(Protocol):
    """Where services' heartbeats go: `ServiceStatusRegistry`."""

    def update(
        self,
        status: ServiceStatus,
        now_ns: int,
        host_name: str = "",
        software_version: str = "",
    ) -> None:
        """Take in a heartbeat."""


class Acknowledgements(Protocol):
    """Where answers to commands go: `PendingCommandTracker`."""

    def acknowledge(self, ack: CommandAck) -> object:
        """Take in an answer."""


@dataclass(frozen=True, slots=True)
class IngestCounts:
    """What became of the messages since the start.

    Attributes
    ----------
    stored:
        Results taken into the data service.
    foreign:
        Results of a generation that is not accepted.
    unnamed:
        Results whose source name is no result key.
    status:
        Heartbeats of jobs and services.
    acks:
        Answers to commands.
    runs:
        Starts and stops of runs.
    ignored:
        Messages of no concern to a dashboard.
    failed:
        Messages, posted changes and polls that raised, by kind.
    """

    stored: int = 0
    foreign: int = 0
    unnamed: int = 0
    status: int = 0
    acks: int = 0
    runs: int = 0
    ignored: int = 0
    failed: Mapping[str, int] | None = None


class Orchestrator:
    """Reads messages and is the only writer of shared state that they change.

    Parameters
    ----------
    messages:
        What to read; closed by `stop`.
    data:
        Where results go.
    active, job_status, service_status, pending:
        The registries of jobs, services and commands.
    runs:
        Where run control goes; one is made if none is given.
    clock:
        The present, ns since the epoch.
    """

    def __init__(
        self,
        messages: MessageSource,
        data: DataService,
        active: Generations,
        job_status: JobStatuses,
        service_status: ServiceStatuses,
        pending: Acknowledgements,
        runs: RunState | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self.runs = RunState() if runs is None else runs
        self._messages = messages
        self._data = data
        self._active = active
        self._job_status = job_status
        self._service_status = service_status
        self._pending = pending
        self._clock = clock
        self._now_ns = 0
        self._posted: deque[Callable[[], None]] = deque()
        self._guard = threading.Lock()
        self._keys: dict[str, ResultKey | None] = {}
        self._counts: dict[str, int] = {}
        self._failures = _Failures(clock)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._handlers: Mapping[type, Callable[[Any, Transaction], str]] = {
            ArrayData: self._result,
            Heartbeat: self._heartbeat,
            CommandAck: self._ack,
            RunStart: self._run_start,
            RunStop: self._run_stop,
        }

    @property
    def counts(self) -> IngestCounts:
        """What became of the messages so far; any thread."""
        return IngestCounts(**self._counts.copy(), failed=self._failures.counts())

    @property
    def is_alive(self) -> bool:
        """Whether messages are being read; any thread."""
        thread = self._thread
        return thread is not None and thread.is_alive()

    def post(self, change: Callable[[], None]) -> None:
        """Have `change` run on the ingest thread, soon; any thread, never blocks.

        It runs before the next message is handled; changes run in the order posted.
        """
        self._posted.append(change)

    def start(self) -> None:
        """Start the ingest thread."""
        self._thread = threading.Thread(
            target=self._run, name="livedata-ingest", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the source of messages and end the ingest thread."""
        self._stopping.set()
        self._messages.close()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def step(self, timeout_s: float = POLL_S) -> int:
        """Handle what has arrived, waiting for it at most `timeout_s`.

        Return the number of messages. Called by the ingest thread, or in its place.
        """
        messages = self._messages.poll(timeout_s)
        if messages or self._posted:
            with self.ingestion_guard() as transaction:
                self._handle(messages, transaction)
        return len(messages)

    @contextmanager
    def ingestion_guard(self) -> Iterator[Transaction]:
        """Make the current thread the only writer for the length of a batch.

        Posted changes are applied first; results written to the transaction become
        visible together at the end.

        Raises
        ------
        RuntimeError
            If a batch is under way, on whatever thread.
        """
        if not self._guard.acquire(blocking=False):
            raise RuntimeError(
                "a batch is being ingested; post the change instead of writing it"
            )
        try:
            self._now_ns = self._clock()
            self._apply_posted()
            with self._data.transaction() as transaction:
                yield transaction
        finally:
            self._guard.release()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.step()
            except BaseException as error:  # noqa: BLE001 - whatever a broker client raises
                pass_on(error)
                self._failures.add("poll", error)
                self._stopping.wait(POLL_S)

    def _apply_posted(self) -> None:
        for _ in range(len(self._posted)):
            change = self._posted.popleft()
            try:
                change()
            except Exception as error:  # noqa: BLE001 - the other changes must run
                self._failures.add("posted change", error)

    def _handle(
        self, messages: Sequence[Message[Any]], transaction: Transaction
    ) -> None:
        counts = self._counts
        for message in messages:
            handler = self._handlers.get(type(message.payload))
            try:
                kind = "ignored" if handler is None else handler(message, transaction)
            except Exception as error:  # noqa: BLE001 - the rest must arrive
                self._failures.add(type(message.payload).__name__, error)
                continue
            counts[kind] = counts.get(kind, 0) + 1

    # --- One handler for each payload; they return under what to count it ---

    def _result(self, message: Message[ArrayData], transaction: Transaction) -> str:
        key = self._key(message.source_name)
        if key is None:
            return "unnamed"
        if not self._active.is_accepted(key):
            return "foreign"
        transaction.put(key, message.payload, message.timestamp_ns)
        return "stored"

    def _heartbeat(self, message: Message[Heartbeat], transaction: Transaction) -> str:
        heartbeat = message.payload
        status = heartbeat.status
        if isinstance(status, JobStatus):
            self._job_status.update(status, self._now_ns)
            self._active.adopt(status)
        elif isinstance(status, ServiceStatus):
            self._service_status.update(
                status,
                self._now_ns,
                heartbeat.host_name,
                heartbeat.software_version,
            )
        else:
            return "ignored"
        return "status"

    def _ack(self, message: Message[CommandAck], transaction: Transaction) -> str:
        self._pending.acknowledge(message.payload)
        return "acks"

    def _run_start(self, message: Message[RunStart], transaction: Transaction) -> str:
        self.runs.started(message.payload)
        return "runs"

    def _run_stop(self, message: Message[RunStop], transaction: Transaction) -> str:
        self.runs.stopped(message.payload)
        return "runs"

    def _key(self, text: str) -> ResultKey | None:
        """Return the key that a source name spells; None if it does not."""
        if text in self._keys:
            return self._keys[text]
        try:
            key = ResultKey.parse(text)
        except IdentityError:
            key = None
        if len(text) <= KEY_LENGTH_LIMIT:
            if len(self._keys) >= KEY_CACHE_LIMIT:
                self._keys.clear()
            self._keys[text] = key
        return key


class _Failures:
    """Counts what raised, by kind, and logs each kind once a minute at most."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._counts: dict[str, int] = {}
        self._logged_ns: dict[str, int] = {}

    def counts(self) -> Mapping[str, int]:
        return self._counts.copy()

    def add(self, where: str, error: BaseException) -> None:
        kind = f"{where}: {type(error).__name__}"
        self._counts[kind] = self._counts.get(kind, 0) + 1
        now_ns = self._clock()
        if now_ns - self._logged_ns.get(kind, -LOG_AGAIN_NS) < LOG_AGAIN_NS:
            return
        self._logged_ns[kind] = now_ns
        log.error(
            "ingest went on after a failure (%s, %d so far)",
            kind,
            self._counts[kind],
            exc_info=error,
        )

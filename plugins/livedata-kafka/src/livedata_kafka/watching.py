"""What the broker says of topics and of us: one thread asks it now and then.

Whether it can be reached, which topics there are, of how many partitions and of which
identity: a topic that was deleted and made anew has another one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, auto

from confluent_kafka import KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclOperation,
    AdminClient,
    OffsetSpec,
)

from livedata_kafka.settings import KafkaSettings
from livedata_kafka.tokens import client_refused, no_token

__all__ = ["Place", "Presence", "TopicInfo", "Watcher"]

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
ANSWER_S = 3.0
REFUSED_FOR_S = 30.0
"""How long a broker that has let us in may refuse us, as one that restarts may."""
NO_TOKEN_FOR_S = 90.0
"""How long after a failure to get a token the one that we have may be out of date."""
REMIND_S = 600.0
_STEP_S = 0.05

Place = tuple[str, int]
"""A topic and the number of a partition."""

_MISSING = KafkaError.UNKNOWN_TOPIC_OR_PART
_FORBIDDEN = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.TOPIC_EXCEPTION,  # a name that no topic can have
)


_READING = {AclOperation.READ, AclOperation.ALL}


class Presence(Enum):
    """What the broker says of a topic."""

    UNKNOWN = auto()
    PRESENT = auto()
    MISSING = auto()
    FORBIDDEN = auto()


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic as the broker describes it; `identity` differs once it is made anew.

    `reason` says why it cannot be read, also where it is there.
    """

    presence: Presence = Presence.UNKNOWN
    identity: str = ""
    partitions: int = 0
    reason: str = ""


class Watcher:
    """Asks the broker about topics; any thread.

    Attributes
    ----------
    admin:
        The client that asks; any thread.
    version:
        Rises whenever what is known of topics changes.
    """

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._topics: dict[str, TopicInfo] = {}
        self._reached = False
        self._ever_reached = False
        self._reason = f"no answer yet from {settings.servers}"
        self._told_absent = False
        self._no_token_s = self._told_no_token_s = float("-inf")
        self._refused_since_s: float | None = None
        self._refusal = ""
        self.version = 0
        self._stopping = threading.Event()
        self.admin = AdminClient(settings.admin(self.on_error))
        self._thread = threading.Thread(
            target=self._run, name="livedata-kafka-watch", daemon=True
        )

    @property
    def reached(self) -> bool:
        """Whether the broker answered when it was last asked."""
        return self._reached

    @property
    def ever_reached(self) -> bool:
        """Whether it has ever answered."""
        return self._ever_reached

    @property
    def reason(self) -> str:
        """Why the broker cannot be reached; empty while it can."""
        return "" if self._reached else self._reason

    @property
    def denied(self) -> str:
        """Why the broker refuses us for good; empty unless it does."""
        since_s = self._refused_since_s
        if since_s is None:
            return ""
        if self._ever_reached and time.monotonic() - since_s < REFUSED_FOR_S:
            return ""
        return self._refusal

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=ANSWER_S)

    def watch(self, topics: Iterable[str]) -> None:
        """Ask about these topics too from now on."""
        with self._lock:
            for topic in topics:
                self._topics.setdefault(topic, TopicInfo())

    def snapshot(self) -> Mapping[str, TopicInfo]:
        """Return what is known of the topics."""
        with self._lock:
            return self._topics.copy()

    def look(self, timeout_s: float = ANSWER_S) -> bool:
        """Ask now; return whether the broker answered."""
        with self._lock:
            names = [*self._topics]
        try:
            futures = self._ask(names, timeout_s)
            self._wait([*futures.values()], timeout_s)
            found = {name: _described(future) for name, future in futures.items()}
        except (KafkaException, TimeoutError) as error:
            self._lost(_text(error))
            if names:  # somebody reads or writes, and does not just ask
                self._tell_absent()
            return False
        self._learn({name: info for name, info in found.items() if name in names})
        return True

    def ends(self, places: Iterable[Place]) -> dict[Place, int]:
        """Return where partitions end, of those the broker tells about in time."""
        return self._offsets(places, OffsetSpec.latest())

    def beginnings(self, places: Iterable[Place]) -> dict[Place, int]:
        """Return where partitions begin, of those the broker tells about in time."""
        return self._offsets(places, OffsetSpec.earliest())

    def on_error(self, error: object) -> None:
        """Take in what a client reports; called by whichever thread polls it."""
        if not isinstance(error, KafkaError):
            return
        text = self._settings.redact(error.str())
        code = error.code()
        if code == KafkaError._AUTHENTICATION and self._lacks_token(text):
            self._reason = text
            return
        handshake = code == KafkaError._SSL and not self._ever_reached
        if code == KafkaError._AUTHENTICATION or handshake:
            if self._refused_since_s is None:
                self._refused_since_s = time.monotonic()
                log.warning("the broker refuses us: %s", text)
            self._refusal = text
        elif code == KafkaError._ALL_BROKERS_DOWN:
            self._lost(f"no broker answers at {self._settings.servers}")
        elif code in (KafkaError._TRANSPORT, KafkaError._RESOLVE):
            self._reason = text

    def _lacks_token(self, text: str) -> bool:
        """Take in a failure to authenticate; return whether the provider is to blame.

        Then it is asked again by the client, every few seconds.
        """
        if not self._settings.asks_provider or client_refused(text):
            return False
        now_s = time.monotonic()
        if no_token(text):
            self._no_token_s = now_s
            if now_s - self._told_no_token_s >= REMIND_S:
                self._told_no_token_s = now_s
                log.warning("no token of the identity provider: %s", text)
        return now_s - self._no_token_s < NO_TOKEN_FOR_S

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.look()
            for _ in range(int(LOOK_EVERY_S / _STEP_S)):
                self.admin.poll(0)
                if self._stopping.wait(_STEP_S):
                    return

    def _ask(self, names: list[str], timeout_s: float) -> dict[str, Future[object]]:
        if not names:
            return {"": self.admin.describe_cluster(request_timeout=timeout_s)}
        answers: dict[str, Future[object]] = self.admin.describe_topics(
            TopicCollection(names),
            request_timeout=timeout_s,
            include_authorized_operations=True,
        )
        return answers

    def _wait(self, futures: list[Future[object]], timeout_s: float) -> None:
        """Wait for answers; errors of the connection are served meanwhile."""
        deadline = time.monotonic() + timeout_s
        while not all(future.done() for future in futures):
            self.admin.poll(_STEP_S / 5)
            if self._stopping.is_set() or self.denied or time.monotonic() > deadline:
                raise TimeoutError(self._reason)

    def _learn(self, found: Mapping[str, TopicInfo]) -> None:
        if not self._reached:
            log.info("connected to the broker at %s", self._settings.servers)
        with self._lock:
            for name, info in found.items():
                if info.presence is Presence.UNKNOWN or info == self._topics.get(name):
                    continue
                self._topics[name] = info
                self.version += 1
                if info.reason:
                    log.warning("topic %s: %s; it is awaited", name, info.reason)
        self._refused_since_s = None
        self._reached = self._ever_reached = True

    def _lost(self, reason: str) -> None:
        if self._reached:
            log.warning("lost the broker: %s", reason)
        self._reached = False
        self._reason = self._settings.redact(reason) or self._reason

    def _tell_absent(self) -> None:
        """Say once that the broker is awaited which has never answered."""
        over = self._told_absent or self._ever_reached or self._stopping.is_set()
        if not (over or self.denied):
            self._told_absent = True
            log.warning(
                "no broker answers at %s; it is awaited", self._settings.servers
            )

    def _offsets(self, places: Iterable[Place], which: OffsetSpec) -> dict[Place, int]:
        """Ask until all are told; a topic that is new has no leader yet."""
        found: dict[Place, int] = {}
        wanted = set(places)
        deadline = time.monotonic() + ANSWER_S
        while wanted and not self._stopping.is_set():
            left_s = deadline - time.monotonic()
            if left_s <= 0 or self.denied:
                break
            asked = {TopicPartition(*place): which for place in wanted}
            futures = self.admin.list_offsets(asked, request_timeout=max(left_s, 0.1))
            for partition, future in futures.items():
                try:
                    offset = future.result(left_s + 1.0).offset
                except (KafkaException, TimeoutError):
                    continue
                found[partition.topic, partition.partition] = int(offset)
            wanted -= found.keys()
            if wanted:
                self._stopping.wait(_STEP_S)
        return found


def _described(future: Future[object]) -> TopicInfo:
    """Return what an answer says of a topic.

    Raises
    ------
    KafkaException
        If it is no answer but a failure to get one.
    """
    try:
        topic = future.result(0)
    except KafkaException as failure:
        error = failure.args[0]
        if error.code() == _MISSING:
            return TopicInfo(Presence.MISSING, reason="the broker has no such topic")
        if error.code() in _FORBIDDEN:
            return TopicInfo(Presence.FORBIDDEN, reason=error.str())
        if error.code() < 0:  # the client's own: it got no answer
            raise
        return TopicInfo()
    identity, partitions = (
        getattr(topic, "topic_id", ""),
        getattr(topic, "partitions", ()),
    )
    # Who may only describe a topic hears of it from a fetch, once: ask in its place.
    rights = getattr(topic, "authorized_operations", None) or ()
    forbidden = rights and not _READING & set(rights)
    reason = "we lack the right to read it" if forbidden else ""
    return TopicInfo(Presence.PRESENT, str(identity), len(partitions), reason)


def _text(error: BaseException) -> str:
    first = error.args[0] if error.args else ""
    return first.str() if isinstance(first, KafkaError) else str(first)

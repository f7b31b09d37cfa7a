"""Settings of librdkafka: ours and the user's; secrets kept.

Any option of librdkafka can be given. Ours are chosen for live data: short waits,
messages of 100 MiB, memory bounded. What livedata relies on cannot be changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["FIXED", "KafkaSettings", "Role", "librdkafka_log"]

MIB = 1 << 20
LAST_PORT = 65_535
LARGEST_MESSAGE = 128 * MIB
"""Above the field's 100 MiB; what the broker takes is set on its topics."""

FIXED: Mapping[str, object] = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "enable.partition.eof": False,
    "auto.offset.reset": "error",
    "statistics.interval.ms": 1000,
}
"""What readers rely on: nothing is committed, and gaps are mended by us."""

_COMMON: Mapping[str, object] = {
    "client.id": "livedata",
    "socket.keepalive.enable": True,
    "socket.nagle.disable": True,
    "reconnect.backoff.ms": 100,
    "reconnect.backoff.max.ms": 2000,
    # Of new leaders the client learns from errors; this is for those without.
    "topic.metadata.refresh.interval.ms": 10_000,
}
_CONSUMER: Mapping[str, object] = {
    # Asked for by the client; nobody joins it.
    "group.id": "livedata",
    # The broker answers as soon as there is anything; this bounds how long a
    # partition that is new, or was full, waits for the answer to the others.
    "fetch.wait.max.ms": 50,
    "fetch.min.bytes": 1,
    # Of one partition at a time: large enough for the network, small enough for the
    # processor's cache and beside the queue. A larger message still comes, alone.
    "fetch.message.max.bytes": 4 * MIB,
    "fetch.max.bytes": 64 * MIB,
    "receive.message.max.bytes": 2 * LARGEST_MESSAGE,
    # A full queue is looked at again after this; the default of 1 s starves readers.
    "fetch.queue.backoff.ms": 10,
    "allow.auto.create.topics": False,
}
_PRODUCER: Mapping[str, object] = {
    "message.max.bytes": LARGEST_MESSAGE,
    # How long a command waits for its answer: what comes later is of no use.
    "message.timeout.ms": 30_000,
    # Order is kept over retries, without the fatal states of idempotence.
    "max.in.flight": 1,
    "retry.backoff.ms": 50,
    "retry.backoff.max.ms": 1000,
    "queue.buffering.max.kbytes": 256 * 1024,
    "queue.buffering.max.messages": 100_000,
    "batch.size": 4 * MIB,
}

_SECRETS = ("password", "secret", "key.pem", "oauthbearer.config", "assertion")
_RENAMED = {"log.level": "log_level"}  # from the environment, which has no dots


@dataclass(frozen=True, slots=True)
class Role:
    """What a dashboard and a worker need differently.

    Attributes
    ----------
    name:
        What the client is called at the broker.
    read_ahead_kb:
        How much the client reads ahead of us, kB.
    linger_ms:
        How long a message waits for company.
    """

    name: str
    read_ahead_kb: int
    linger_ms: float


@dataclass(frozen=True)
class KafkaSettings:
    """Options of librdkafka as the user gave them.

    Examples
    --------
    >>> settings = KafkaSettings.parse(
    ...     {"bootstrap.servers": "broker:9092", "sasl.password": "hush"}
    ... )
    >>> settings
    KafkaSettings(servers='broker:9092')
    >>> settings.redact("broker said: hush")
    'broker said: ***'
    """

    servers: str
    given: Mapping[str, str | int | float] = field(repr=False)

    @classmethod
    def parse(cls, settings: Mapping[str, object]) -> KafkaSettings:
        """Check what was given.

        Raises
        ------
        ValueError
            If no broker is named, one with a port that is none, or a setting is none
            or fixed; shows no value but an address.
        """
        given = {
            _RENAMED.get(name, name): _plain(name, value)
            for name, value in settings.items()
        }
        for name in FIXED.keys() & given.keys():
            raise ValueError(f"setting {name!r} is livedata's own; leave it out")
        servers = str(given.get("bootstrap.servers", "")).strip()
        if not servers:
            raise ValueError("no Kafka broker is named; give --kafka HOST:PORT")
        _check_ports(servers)
        return cls(servers, given)

    @property
    def asks_provider(self) -> bool:
        """Whether tokens come from an identity provider."""
        return str(self.given.get("sasl.oauthbearer.method")).lower() == "oidc"

    def admin(self, on_error: Callable[[object], None]) -> dict[str, Any]:
        """Return the options of a client that asks about topics."""
        return self._options({}, on_error)

    def consumer(
        self, role: Role, on_error: Callable[[object], None]
    ) -> dict[str, Any]:
        """Return the options of a reader."""
        ours = {**_CONSUMER, "queued.max.messages.kbytes": role.read_ahead_kb}
        options = self._options({"client.id": role.name, **ours}, on_error)
        # For writing: as a reader the client wants it below `fetch.max.bytes`.
        options.pop("message.max.bytes", None)
        return options | dict(FIXED)

    def producer(
        self, role: Role, on_error: Callable[[object], None]
    ) -> dict[str, Any]:
        """Return the options of a writer."""
        ours = {**_PRODUCER, "linger.ms": role.linger_ms}
        return self._options({"client.id": role.name, **ours}, on_error)

    def redact(self, text: str) -> str:
        """Return the text with every secret of these settings hidden."""
        for name, value in self.given.items():
            if any(mark in name for mark in _SECRETS) and str(value):
                text = text.replace(str(value), "***")
        return text

    def _options(
        self, ours: Mapping[str, object], on_error: Callable[[object], None]
    ) -> dict[str, Any]:
        return {
            **_COMMON,
            **ours,
            **self.given,
            "error_cb": on_error,
            "logger": librdkafka_log,
        }


def _check_ports(servers: str) -> None:
    """Check addresses as librdkafka reads them; it takes any port and tries forever.

    Raises
    ------
    ValueError
        If what stands for a port is none; an address may go without.
    """
    for address in filter(None, map(str.strip, servers.split(","))):
        host, colon, port = address.split("://")[-1].rpartition(":")
        of_ipv6 = ":" in host and not host.endswith("]")
        if not colon or of_ipv6:
            continue
        if not (port.isascii() and port.isdigit() and 1 <= int(port) <= LAST_PORT):
            raise ValueError(
                f"Kafka broker {address!r}: the port must be a number from 1 to "
                f"{LAST_PORT}, as in HOST:9092"
            )


def _plain(name: str, value: object) -> str | int | float:
    """Return the value as librdkafka reads it: ``true``, not Python's ``True``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return value
    raise ValueError(
        f"setting {name!r} must be text or a number, not {type(value).__name__}"
    )


class _OnlyDebug(logging.Filter):
    """Every attempt to reconnect is a line; what matters, livedata says itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        return logging.getLogger("livedata_kafka").isEnabledFor(logging.DEBUG)


librdkafka_log = logging.getLogger("livedata_kafka.librdkafka")
librdkafka_log.addFilter(_OnlyDebug())

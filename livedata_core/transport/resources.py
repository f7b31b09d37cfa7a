"""Messages in and out of a transport: decoding source, encoding sink.

`DashboardResources` is the set that one dashboard opens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from livedata_core.contract import (
    ByteSink,
    ByteSource,
    DecodeError,
    MeasuredTransport,
    Message,
    Topics,
    TopicTraffic,
    Transport,
    TransportStatus,
)
from livedata_core.transport.codecs import CodecTable
from livedata_core.transport.counters import StreamCounters

__all__ = [
    "DashboardResources",
    "DecodingSource",
    "EncodingSink",
    "MessageSink",
    "MessageSource",
]


class MessageSource(Protocol):
    """Reads messages of some topics. One thread at a time."""

    def poll(self, timeout_s: float) -> Sequence[Message[Any]]:
        """Return what has arrived; wait up to `timeout_s` if nothing has."""

    def close(self) -> None:
        """Stop reading; a waiting `poll` returns."""


class MessageSink(Protocol):
    """Publishes messages on the topic each names. Any thread."""

    def send(self, message: Message[Any]) -> None:
        """Hand over for sending; never blocks.

        Raises
        ------
        ValueError
            If the message cannot be encoded.
        RuntimeError
            If the transport cannot take it.
        """


class DecodingSource:
    """A `MessageSource` over any transport's bytes.

    Bytes that cannot be read are counted as ``<error>`` of their topic, with the
    reason; the rest of the batch arrives.
    """

    def __init__(
        self,
        source: ByteSource,
        codecs: CodecTable,
        counters: StreamCounters,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._source = source
        self._codecs = codecs
        self._counters = counters
        self._clock = clock

    def poll(self, timeout_s: float) -> Sequence[Message[Any]]:
        """Return the readable messages among what has arrived."""
        arrived = self._source.poll(timeout_s)
        if not arrived:
            return ()
        now_ns = self._clock()
        decode, counters = self._codecs.decode, self._counters
        messages: list[Message[Any]] = []
        for wire in arrived:
            try:
                message = decode(wire)
            except DecodeError as error:
                counters.error(wire.topic, str(error), now_ns)
                continue
            counters.count(wire.topic, message.source_name, now_ns)
            messages.append(message)
        return messages

    def close(self) -> None:
        """Stop reading; a waiting `poll` returns."""
        self._source.close()


class EncodingSink:
    """A `MessageSink` over any transport; any thread."""

    def __init__(self, sink: ByteSink, codecs: CodecTable) -> None:
        self._sink = sink
        self._codecs = codecs

    def send(self, message: Message[Any]) -> None:
        """Encode, and hand over for sending.

        Raises
        ------
        EncodeError
            If no encoder can write it.
        RuntimeError
            If the transport cannot take it.
        """
        self._sink.publish(message.topic, self._codecs.encode(message))


class DashboardResources:
    """What one dashboard reads and writes; opened and closed off the event loop.

    Attributes
    ----------
    messages:
        Results, heartbeats, acknowledgements and run control, decoded. Read by the
        ingest thread.
    commands, roi:
        Where commands and regions of interest are sent; any thread.
    counters:
        What arrived on each stream.
    """

    def __init__(
        self, transport: Transport, codecs: CodecTable, topics: Topics
    ) -> None:
        self._transport = transport
        self._bytes_out = transport.sink()
        self.counters = StreamCounters()
        self.messages: MessageSource = DecodingSource(
            transport.source(topics.dashboard()), codecs, self.counters
        )
        self.commands: MessageSink = EncodingSink(self._bytes_out, codecs)
        self.roi: MessageSink = EncodingSink(self._bytes_out, codecs)

    def status(self) -> TransportStatus:
        """Return the state of the connection; any thread, never blocks."""
        return self._transport.status()

    def traffic(self) -> Mapping[str, TopicTraffic]:
        """Return what went through by topic; empty where the transport does not count.

        Any thread, never blocks.
        """
        transport = self._transport
        return transport.traffic() if isinstance(transport, MeasuredTransport) else {}

    def close(self) -> None:
        """Stop reading, send what is queued; the transport stays its owner's."""
        self.messages.close()
        self._bytes_out.close()

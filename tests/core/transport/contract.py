"""What every `Transport` with a broker must do; subclass and give the fixture.

Behaviour that brokers differ in (order between topics, retention) is left out.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from livedata_core.contract import ByteSource, Transport, WireMessage

DEADLINE_S = 30.0


def read(source: ByteSource, count: int) -> Sequence[WireMessage]:
    """Poll until `count` messages have come; the test's own timeout ends it."""
    messages: list[WireMessage] = []
    for _ in range(int(DEADLINE_S / 0.1)):
        if len(messages) >= count:
            break
        messages.extend(source.poll(0.1))
    return messages


class TransportContract:
    """Subclass with fixtures ``transport`` (open) and ``topic`` (unused before)."""

    @pytest.fixture
    def topic(self) -> str:
        return "contract_topic"

    def test_what_is_published_arrives_in_order(
        self, transport: Transport, topic: str
    ) -> None:
        source, sink = transport.source([topic]), transport.sink()
        for n in range(50):
            sink.publish(topic, b"%d" % n)
        messages = read(source, 50)
        assert [m.value for m in messages] == [b"%d" % n for n in range(50)]
        assert {m.topic for m in messages} == {topic}
        assert all(m.log_time_ms > 0 for m in messages)

    def test_every_source_gets_every_message(
        self, transport: Transport, topic: str
    ) -> None:
        sources = [transport.source([topic]) for _ in range(3)]
        transport.sink().publish(topic, b"for all")
        assert [[m.value for m in read(s, 1)] for s in sources] == [[b"for all"]] * 3

    def test_a_source_starts_at_the_end(self, transport: Transport, topic: str) -> None:
        sink, early = transport.sink(), transport.source([topic])
        sink.publish(topic, b"before")
        assert [m.value for m in read(early, 1)] == [b"before"]
        late = transport.source([topic])
        sink.publish(topic, b"after")
        assert [m.value for m in read(late, 1)] == [b"after"]

    def test_a_source_reads_all_of_its_topics_and_no_other(
        self, transport: Transport, topic: str
    ) -> None:
        source, sink = transport.source([topic, f"{topic}_b"]), transport.sink()
        sink.publish(f"{topic}_c", b"other")
        sink.publish(topic, b"a")
        sink.publish(f"{topic}_b", b"b")
        messages = read(source, 2)
        assert {(m.topic, m.value) for m in messages} == {
            (topic, b"a"),
            (f"{topic}_b", b"b"),
        }

    def test_a_poll_without_messages_returns_empty(
        self, transport: Transport, topic: str
    ) -> None:
        assert len(transport.source([topic]).poll(0.0)) == 0

    def test_closing_a_source_ends_a_waiting_poll(
        self, transport: Transport, topic: str
    ) -> None:
        source = transport.source([topic])
        polling = threading.Event()

        def poll() -> Sequence[WireMessage]:
            polling.set()
            return source.poll(10 * DEADLINE_S)

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(poll)
            assert polling.wait(DEADLINE_S)
            source.close()
            assert len(waiting.result(DEADLINE_S)) == 0

    def test_a_large_message_arrives_whole(
        self, transport: Transport, topic: str
    ) -> None:
        source = transport.source([topic])
        value = bytes(range(256)) * (8 << 12)  # 8 MiB, an image of 1024 x 1024 float64
        transport.sink().publish(topic, value)
        assert read(source, 1)[0].value == value

    def test_status_names_the_transport_and_is_connected(
        self, transport: Transport
    ) -> None:
        status = transport.status()
        assert status.name
        assert status.connected

    def test_a_closed_sink_refuses_with_its_reason(
        self, transport: Transport, topic: str
    ) -> None:
        sink = transport.sink()
        sink.close()
        with pytest.raises(RuntimeError, match="closed"):
            sink.publish(topic, b"late")

    def test_close_ends_everything_opened(
        self, transport: Transport, topic: str
    ) -> None:
        source, sink = transport.source([topic]), transport.sink()
        transport.close()
        assert len(source.poll(10 * DEADLINE_S)) == 0
        with pytest.raises(RuntimeError, match="closed"):
            sink.publish(topic, b"late")

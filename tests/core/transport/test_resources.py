from __future__ import annotations

import pytest

from livedata_core.contract import Message, StreamId, Topics
from livedata_core.transport import (
    CodecTable,
    DashboardResources,
    DecodingSource,
    EncodeError,
    InProcessBroker,
    InProcessTransport,
    StreamCounters,
)
from tests.support.toy_codecs import DECODERS, ENCODERS, Toy, toy_bytes

TOPICS = Topics("dummy")


@pytest.fixture
def transport() -> InProcessTransport:
    return InProcessTransport(InProcessBroker())


@pytest.fixture
def codecs() -> CodecTable:
    return CodecTable(DECODERS, ENCODERS, TOPICS)


def test_bad_bytes_are_counted_and_the_rest_of_the_batch_arrives(
    transport: InProcessTransport, codecs: CodecTable
) -> None:
    counters = StreamCounters()
    source = DecodingSource(transport.source(["t"]), codecs, counters, lambda: 42)
    sink = transport.sink()
    for value in (toy_bytes(b"1"), b"bad", toy_bytes(b"2"), toy_bytes(b"", b"brok")):
        sink.publish("t", value)
    assert [message.payload for message in source.poll(0)] == [Toy(b"1"), Toy(b"2")]
    snapshot = counters.snapshot()
    assert snapshot[StreamId("t", "toy")].count == 2
    error = snapshot[StreamId("t", "<error>")]
    assert (error.count, error.errors, error.last_ns) == (2, 2, 42)
    assert "ZeroDivisionError" in (error.last_error or "")


def test_a_dashboard_reads_its_topics_and_sends_on_any(
    transport: InProcessTransport, codecs: CodecTable
) -> None:
    worker = transport.source([TOPICS.commands, TOPICS.roi])
    resources = DashboardResources(transport, codecs, TOPICS)
    sink = transport.sink()
    for topic in (TOPICS.data, TOPICS.heartbeat, TOPICS.filewriter, "raw"):
        sink.publish(topic, toy_bytes(b""))
    received = {message.topic for message in resources.messages.poll(0)}
    assert received == {TOPICS.data, TOPICS.heartbeat, TOPICS.filewriter}
    resources.commands.send(Message(TOPICS.commands, "", 0, Toy(b"start")))
    resources.roi.send(Message(TOPICS.roi, "", 0, Toy(b"square")))
    assert [m.value[8:] for m in worker.poll(0)] == [b"start", b"square"]
    assert resources.status().connected


def test_closed_resources_end_polls_and_refuse_to_send(
    transport: InProcessTransport, codecs: CodecTable
) -> None:
    resources = DashboardResources(transport, codecs, TOPICS)
    resources.close()
    assert resources.messages.poll(3600) == ()
    with pytest.raises(RuntimeError, match="closed"):
        resources.commands.send(Message(TOPICS.commands, "", 0, Toy(b"")))
    assert transport.status().connected


def test_sending_what_cannot_be_encoded_raises(
    transport: InProcessTransport, codecs: CodecTable
) -> None:
    resources = DashboardResources(transport, codecs, TOPICS)
    with pytest.raises(EncodeError):
        resources.commands.send(Message(TOPICS.commands, "", 0, object()))


def test_a_decoder_that_always_fails_is_counted_and_named_once(
    transport: InProcessTransport,
    codecs: CodecTable,
    caplog: pytest.LogCaptureFixture,
) -> None:
    resources = DashboardResources(transport, codecs, TOPICS)
    for _ in range(3):
        transport.sink().publish(TOPICS.data, toy_bytes(b"", b"brok"))
        transport.sink().publish(TOPICS.data, toy_bytes(b"x"))
    arrived = resources.messages.poll(0)
    assert [message.payload for message in arrived] == [Toy(b"x")] * 3
    counted = resources.counters.snapshot()[StreamId(TOPICS.data, "<error>")]
    assert counted.errors == 3
    assert "ZeroDivisionError" in str(counted.last_error)
    (record,) = caplog.records
    assert record.message.startswith("brok: the decoder of ")

from __future__ import annotations

import pytest

from livedata_core.transport import InProcessBroker, InProcessTransport
from livedata_core.transport.inprocess import create
from tests.core.transport.contract import TransportContract


class TestContract(TransportContract):
    @pytest.fixture
    def transport(self) -> InProcessTransport:
        return InProcessTransport(InProcessBroker())


def test_transports_over_one_broker_reach_each_other() -> None:
    broker = InProcessBroker()
    worker, dashboard = InProcessTransport(broker), InProcessTransport(broker)
    source = dashboard.source(["results"])
    worker.sink().publish("results", b"frame")
    worker.close()
    assert [m.value for m in source.poll(0)] == [b"frame"]


def test_status_tells_what_slow_readers_missed() -> None:
    transport = InProcessTransport(InProcessBroker(limit_messages_per_topic=2))
    source, sink = transport.source(["t"]), transport.sink()
    assert transport.status().detail == ""
    for _ in range(5):
        sink.publish("t", b"x")
    source.poll(0)
    assert transport.status().detail == "slow readers missed 3 messages"


def test_nothing_can_be_opened_after_close() -> None:
    transport = InProcessTransport(InProcessBroker())
    transport.close()
    assert not transport.status().connected
    with pytest.raises(RuntimeError, match="closed"):
        transport.source(["t"])
    with pytest.raises(RuntimeError, match="closed"):
        transport.sink()


def test_create_takes_the_limit_from_settings() -> None:
    with pytest.raises(RuntimeError, match="limit of 10 bytes"):
        create({"limit_bytes_per_topic": 10}).sink().publish("t", bytes(11))
    create({}).sink().publish("t", bytes(11))


def test_create_reads_the_limit_from_text() -> None:
    with pytest.raises(RuntimeError, match="limit of 10 bytes"):
        create({"limit_bytes_per_topic": "10"}).sink().publish("t", bytes(11))


@pytest.mark.parametrize("limit", ["much", 1.5, "0"])
def test_create_refuses_a_limit_that_is_none(limit: object) -> None:
    with pytest.raises(ValueError, match="limit"):
        create({"limit_bytes_per_topic": limit})


def test_create_refuses_settings_of_another_transport() -> None:
    with pytest.raises(ValueError, match=r"no setting 'security\.protocol'"):
        create({"security.protocol": "SSL"})

"""Both Kafka transports over a real broker, held to the contract of all transports."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from livedata_core.contract import Transport
from livedata_kafka.transport import create, create_dashboard
from tests.core.transport.contract import TransportContract
from tests.support.kafka import KafkaBroker

pytestmark = pytest.mark.kafka
NUMBERS = itertools.count()


@pytest.fixture
def topic(shared_kafka: KafkaBroker) -> str:
    name = f"contract_topic_{next(NUMBERS)}"
    shared_kafka.create(name, f"{name}_b", f"{name}_c", partitions=1)
    return name


class TestWorker(TransportContract):
    @pytest.fixture
    def topic(self, topic: str) -> str:
        return topic

    @pytest.fixture
    def transport(self, shared_kafka: KafkaBroker) -> Iterator[Transport]:
        transport = create({"bootstrap.servers": shared_kafka.address})
        yield transport
        transport.close()


class TestDashboard(TransportContract):
    @pytest.fixture
    def topic(self, topic: str) -> str:
        return topic

    @pytest.fixture
    def transport(self, shared_kafka: KafkaBroker) -> Iterator[Transport]:
        transport = create_dashboard({"bootstrap.servers": shared_kafka.address})
        yield transport
        transport.close()

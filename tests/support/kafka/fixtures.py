"""Fixtures of a real broker; a ``conftest.py`` imports those that it needs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.support.kafka.broker import KafkaBroker, reachable
from tests.support.kafka.distribution import NoKafkaError
from tests.support.require import lacking

__all__ = ["kafka_address", "made", "own_kafka", "shared_kafka"]

T = TypeVar("T")
ADDRESS = "LIVEDATA_TEST_KAFKA"


def made(make: Callable[[], T]) -> T:
    """Make a broker, or skip where this machine cannot run one."""
    try:
        return make()
    except NoKafkaError as error:
        lacking("kafka", str(error))


@pytest.fixture(scope="session")
def shared_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """Run one broker for all tests that leave it as it was, topics of theirs apart."""
    with made(lambda: KafkaBroker(tmp_path_factory.mktemp("kafka"))) as broker:
        yield broker


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[KafkaBroker]:
    """Make a broker for one test, which starts it, kills it and starts it again."""
    broker = made(lambda: KafkaBroker(tmp_path / "kafka"))
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def kafka_address(request: pytest.FixtureRequest) -> str:
    """Return the address of a running broker: ``LIVEDATA_TEST_KAFKA``, or our own."""
    given = os.environ.get(ADDRESS)
    if given is None:
        shared: KafkaBroker = request.getfixturevalue("shared_kafka")
        return shared.address
    if not reachable(given, 10.0):
        lacking("kafka", f"no broker answers at {given}, which {ADDRESS} names")
    return given

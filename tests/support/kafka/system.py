"""A dashboard and a worker of the dummy instrument, joined by a real broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from livedata_cli.embedded import EmbeddedBackend
from livedata_core.api import DashboardServices, load_plugins
from livedata_core.config import MemoryConfigStore
from livedata_core.contract import SessionInfo, needed_topics, resolve
from livedata_kafka.transport import create, create_dashboard
from tests.support.kafka.broker import KafkaBroker

__all__ = ["KafkaSystem", "make_topics", "running_system"]

PATIENCE_S = 90.0
INSTRUMENT = "dummy"


def make_topics(broker: KafkaBroker) -> list[str]:
    """Make the topics of the instrument; return their names."""
    instrument = load_plugins().registry.instruments[INSTRUMENT]
    names = [topic.name for topic in needed_topics(instrument)]
    broker.create(*names)
    return names


class KafkaSystem:
    """Each part reaches the broker through a transport of its own.

    Attributes
    ----------
    services:
        The dashboard's.
    dashboard, facility:
        Transports of the dashboard, and of worker and simulator.
    """

    def __init__(self, address: str) -> None:
        plugins = load_plugins()
        instrument = plugins.registry.instruments[INSTRUMENT]
        settings = {"bootstrap.servers": address}
        self.dashboard = create_dashboard(settings)
        self.facility = create(settings)
        self.services = DashboardServices(
            plugins=plugins,
            instrument=instrument,
            transport=self.dashboard,
            store=MemoryConfigStore(),
        )
        simulator = resolve(str(instrument.simulator))(instrument)
        self.backend = EmbeddedBackend(self.services, self.facility, simulator)
        self._woken = threading.Event()
        self.services.sessions.open(SessionInfo("test", INSTRUMENT), self._woken.set)

    def start(self) -> None:
        """Start dashboard, worker, simulator and the default workflows."""
        self.services.start()
        self.backend.start()

    def stop(self) -> None:
        """Stop everything."""
        self.backend.stop()
        self.services.stop()
        self.dashboard.close()
        self.facility.close()

    @property
    def stored(self) -> int:
        """How many results the dashboard has taken in."""
        return self.services.orchestrator.counts.stored

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait, from wake-up to wake-up, until `condition` holds.

        Raises
        ------
        AssertionError
            If it does not within `PATIENCE_S`, with the state of both transports.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"not reached within {PATIENCE_S:.0f} s: dashboard "
                    f"{self.dashboard.status()}, worker {self.facility.status()}"
                )
            self._woken.wait(0.2)
            self._woken.clear()
            self.services.sessions.touch("test")

    def wait_for_data(self, results: int = 10) -> None:
        """Wait until so many further results have come."""
        before = self.stored
        self.wait_until(lambda: self.stored >= before + results)


@contextmanager
def running_system(address: str) -> Iterator[KafkaSystem]:
    """Run one while the block lasts."""
    system = KafkaSystem(address)
    system.start()
    try:
        yield system
    finally:
        system.stop()

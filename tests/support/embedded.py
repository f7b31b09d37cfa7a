"""A whole system in this process, without browser: for integration tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from livedata_cli.embedded import EmbeddedBackend
from livedata_core.api import (
    DashboardServices,
    InProcessBroker,
    InProcessTransport,
    load_plugins,
)
from livedata_core.config import MemoryConfigStore
from livedata_core.contract import Instrument, Producer, SessionInfo, resolve

MakeProducer = Callable[[Instrument], Producer]
PATIENCE_S = 60.0


class System:
    """Dashboard, worker and producer of an instrument, joined by a broker."""

    def __init__(
        self,
        instrument: str,
        make_producer: MakeProducer | None = None,
        speed: float = 1.0,
    ) -> None:
        plugins = load_plugins()
        record = plugins.registry.instruments[instrument]
        make = make_producer or resolve(str(record.simulator))
        self.transport = InProcessTransport(InProcessBroker())
        self.services = DashboardServices(
            plugins=plugins,
            instrument=record,
            transport=self.transport,
            store=MemoryConfigStore(),
        )
        self.backend = EmbeddedBackend(
            self.services, self.transport, make(record), speed=speed
        )
        self._woken = threading.Event()
        self.services.sessions.open(SessionInfo("test", instrument), self._woken.set)

    def view_all(self) -> None:
        """View every cell, as a browser with the whole layout open would."""
        cells = frozenset(cell.id for _, cell in self.services.plots.layout.cells())
        self.services.sessions.view("test", cells)
        self.services.plot_data.look()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait, from wake-up to wake-up, until `condition` holds."""
        for _ in range(int(PATIENCE_S)):
            if condition():
                return
            self._woken.wait(1.0)
            self._woken.clear()
            self.services.sessions.touch("test")
        raise AssertionError(f"not reached within {PATIENCE_S:.0f} s")


@contextmanager
def running(
    instrument: str, make_producer: MakeProducer | None = None, speed: float = 1.0
) -> Iterator[System]:
    """Run a system with its default layout viewed."""
    system = System(instrument, make_producer, speed)
    system.services.start()
    system.view_all()
    system.backend.start()
    try:
        yield system
    finally:
        system.backend.stop()
        system.services.stop()
        system.transport.close()

"""A whole system in this process, without browser: for integration tests."""

from __future__ import annotations

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
from livedata_core.contract import Instrument, Producer, resolve
from tests.support.viewer import Viewer

MakeProducer = Callable[[Instrument], Producer]


class System(Viewer):
    """Dashboard, worker and producer of an instrument, joined by a broker."""

    def __init__(
        self,
        instrument: str,
        make_producer: MakeProducer | None = None,
        speed: float = 1.0,
        dev: bool = False,
        memory_mib: int | None = None,
    ) -> None:
        plugins = load_plugins()
        record = plugins.registry.instruments[instrument]
        make = make_producer or resolve(str(record.simulator))
        self.transport = InProcessTransport(InProcessBroker())
        services = DashboardServices(
            plugins=plugins,
            instrument=record,
            transport=self.transport,
            store=MemoryConfigStore(),
            dev=dev,
        )
        super().__init__(services)
        self.backend = EmbeddedBackend(
            services, self.transport, make(record), speed=speed, memory_mib=memory_mib
        )


@contextmanager
def running(
    instrument: str,
    make_producer: MakeProducer | None = None,
    speed: float = 1.0,
    dev: bool = False,
    memory_mib: int | None = None,
) -> Iterator[System]:
    """Run a system with its default layout viewed."""
    system = System(instrument, make_producer, speed, dev, memory_mib)
    system.services.start()
    system.view_all()
    system.backend.start()
    try:
        yield system
    finally:
        system.backend.stop()
        system.services.stop()
        system.transport.close()

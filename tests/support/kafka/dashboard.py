"""A dashboard over Kafka in this process, without browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from livedata_core.api import DashboardServices, load_plugins
from livedata_core.config import MemoryConfigStore
from livedata_core.contract import resolve
from tests.support.viewer import Viewer

__all__ = ["dashboard"]


@contextmanager
def dashboard(address: str, instrument: str = "dummy") -> Iterator[Viewer]:
    """Run one that remembers nothing and views all of its default layout."""
    plugins = load_plugins()
    spec = plugins.registry.transports["kafka"]
    transport = resolve(str(spec.dashboard))({"bootstrap.servers": address})
    services = DashboardServices(
        plugins=plugins,
        instrument=plugins.registry.instruments[instrument],
        transport=transport,
        store=MemoryConfigStore(),
    )
    viewer = Viewer(services)
    services.start()
    viewer.view_all()
    try:
        yield viewer
    finally:
        services.stop()
        transport.close()

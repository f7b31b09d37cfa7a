"""What the core itself registers, as a plugin like any other."""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import ConfigStoreSpec, TransportSpec, hookimpl

__all__ = ["livedata_config_stores", "livedata_transports"]


@hookimpl
def livedata_transports() -> Iterable[TransportSpec]:
    """Offer the broker inside the process, and the transport without data."""
    yield TransportSpec(
        name="in-process",
        title="Embedded broker",
        factory="livedata_core.transport.inprocess:create",
    )
    yield TransportSpec(
        name="null", title="No data", factory="livedata_core.transport.null:create"
    )


@hookimpl
def livedata_config_stores() -> Iterable[ConfigStoreSpec]:
    """Offer files in a folder, and a memory that forgets."""
    yield ConfigStoreSpec(
        name="file",
        title="Files in a folder",
        factory="livedata_core.config.stores:FileConfigStore",
    )
    yield ConfigStoreSpec(
        name="memory",
        title="Memory, forgotten at the end",
        factory="livedata_core.config.stores:MemoryConfigStore",
    )

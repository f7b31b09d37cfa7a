"""What this distribution registers: the subcommand that looks into event files.

Playing them is not registered but used: ``livedata serve --replay`` runs
`livedata_replay.producer.NexusProducer` in a `livedata_replay.playback.Playback`.
"""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import SubcommandSpec, hookimpl


@hookimpl
def livedata_subcommands() -> Iterable[SubcommandSpec]:
    """Add ``livedata nexus``."""
    yield SubcommandSpec(
        name="nexus",
        summary="Show what a NeXus event file holds and where it would play.",
        command="livedata_replay.cli:nexus",
    )

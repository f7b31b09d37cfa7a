"""What this distribution registers: the subcommands that record and play.

Playing them in ``livedata serve --replay`` is not registered but used: it asks
`livedata_replay.opening.open_producer` for what plays a file.
"""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import SubcommandSpec, hookimpl

_SECTION = "Recordings"


@hookimpl
def livedata_subcommands() -> Iterable[SubcommandSpec]:
    """Add ``livedata record``, ``replay``, ``simulate`` and ``info``."""
    yield SubcommandSpec(
        name="info",
        summary="Show what a recording or a NeXus event file holds.",
        command="livedata_replay.info_command:info",
        section=_SECTION,
    )
    yield SubcommandSpec(
        name="record",
        summary="Record the traffic of an instrument.",
        command="livedata_replay.record_command:record",
        section=_SECTION,
        broker=True,
    )
    yield SubcommandSpec(
        name="replay",
        summary="Play a recording or a NeXus event file into a broker.",
        command="livedata_replay.replay_command:replay",
        section=_SECTION,
        broker=True,
    )
    yield SubcommandSpec(
        name="simulate",
        summary="Play an instrument's simulator into a broker.",
        command="livedata_replay.simulate_command:simulate",
        section="Run",
        broker=True,
    )

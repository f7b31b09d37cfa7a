"""What this distribution registers: the subcommand that looks into recordings.

Playing them in ``livedata serve --replay`` is not registered but used: it asks
`livedata_replay.opening.open_producer` for what plays a file.
"""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import SubcommandSpec, hookimpl

_SECTION = "Recordings"


@hookimpl
def livedata_subcommands() -> Iterable[SubcommandSpec]:
    """Add ``livedata info``."""
    yield SubcommandSpec(
        name="info",
        summary="Show what a recording or a NeXus event file holds.",
        command="livedata_replay.info_command:info",
        section=_SECTION,
    )

"""What this distribution registers: the subcommand that runs workers.

The embedded system of ``livedata serve`` makes a `livedata_worker.worker.Worker` of its
own.
"""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import SubcommandSpec, hookimpl


@hookimpl
def livedata_subcommands() -> Iterable[SubcommandSpec]:
    """Add ``livedata worker``."""
    yield SubcommandSpec(
        name="worker",
        summary="Run the workflows of an instrument on what the broker brings.",
        command="livedata_worker.command:worker",
        section="Run",
        broker=True,
    )

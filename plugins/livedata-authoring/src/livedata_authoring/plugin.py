"""What this distribution registers: the subcommands for authors of plugins."""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import SubcommandSpec, hookimpl

_SECTION = "Write plugins"


@hookimpl
def livedata_subcommands() -> Iterable[SubcommandSpec]:
    """Add ``livedata new``."""
    yield SubcommandSpec(
        name="new",
        summary="Begin a plugin: a package that works, to be changed.",
        command="livedata_authoring.new_command:new",
        section=_SECTION,
    )

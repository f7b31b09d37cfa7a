"""What this distribution registers: the subcommands for authors of plugins."""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import SubcommandSpec, hookimpl

_SECTION = "Write plugins"


@hookimpl
def livedata_subcommands() -> Iterable[SubcommandSpec]:
    """Add ``livedata new``, ``check`` and ``gallery``."""
    yield SubcommandSpec(
        name="new",
        summary="Begin a plugin: a package that works, to be changed.",
        command="livedata_authoring.new_command:new",
        section=_SECTION,
    )
    yield SubcommandSpec(
        name="check",
        summary="Check what plugins register, and say how to mend it.",
        command="livedata_authoring.check_command:check",
        section=_SECTION,
    )
    yield SubcommandSpec(
        name="gallery",
        summary="Write pages of what is installed, with pictures.",
        command="livedata_authoring.gallery_command:gallery",
        section=_SECTION,
    )

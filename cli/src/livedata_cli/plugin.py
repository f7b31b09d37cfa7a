"""What the ``livedata`` distribution itself registers: subcommands, a journal."""

from __future__ import annotations

from collections.abc import Iterable

from livedata_cli.journal import (
    livedata_job_changed,
    livedata_services_started,
    livedata_services_stopped,
    livedata_session_closed,
    livedata_session_started,
)
from livedata_core.contract import SubcommandSpec, hookimpl

__all__ = [
    "livedata_job_changed",
    "livedata_services_started",
    "livedata_services_stopped",
    "livedata_session_closed",
    "livedata_session_started",
    "livedata_subcommands",
]

RUN = "Run"
INSPECT = "See what is installed"
SHELL = "Set up"


@hookimpl
def livedata_subcommands() -> Iterable[SubcommandSpec]:
    """Register the standard commands; each is imported when it is run."""
    yield SubcommandSpec(
        name="serve",
        summary="Show live data of an instrument in the browser.",
        command="livedata_cli.serve:serve",
        section=RUN,
        broker=True,
    )
    yield SubcommandSpec(
        name="plugins",
        summary="List plugins, show one, disable or enable it.",
        command="livedata_cli.plugins_command:plugins",
        section=INSPECT,
    )
    yield SubcommandSpec(
        name="instruments",
        summary="List instruments.",
        command="livedata_cli.listings:instruments",
        section=INSPECT,
    )
    yield SubcommandSpec(
        name="workflows",
        summary="List the workflows of an instrument or of all.",
        command="livedata_cli.listings:workflows",
        section=INSPECT,
    )
    yield SubcommandSpec(
        name="plotters",
        summary="List the ways to show results.",
        command="livedata_cli.listings:plotters",
        section=INSPECT,
    )
    yield SubcommandSpec(
        name="topics",
        summary="List the topics of an instrument; make them on a broker.",
        command="livedata_cli.topics_command:topics",
        section=INSPECT,
        broker=True,
    )
    yield SubcommandSpec(
        name="completion",
        summary="Print the script that completes commands in your shell.",
        command="livedata_cli.completion:completion",
        section=SHELL,
    )

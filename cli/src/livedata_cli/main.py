"""The program ``livedata`` and its global options."""

from __future__ import annotations

import atexit
import signal
from types import FrameType

import click

from livedata_cli.context import LivedataContext, debug_option
from livedata_cli.group import PluginGroup

__all__ = ["cli", "main"]


def _set_disabled(
    ctx: click.Context, _param: click.Parameter, names: tuple[str, ...]
) -> None:
    ctx.ensure_object(LivedataContext).disabled = names


@click.group(
    cls=PluginGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@debug_option
@click.option(
    "--disable-plugin",
    multiple=True,
    metavar="NAME",
    is_eager=True,
    expose_value=False,
    callback=_set_disabled,
    help="Do not load the plugin or distribution NAME; may be repeated.",
)
@click.version_option(package_name="livedata", message="livedata %(version)s")
def cli() -> None:
    """Live data of scientific instruments in the browser.

    Instruments, workflows, plotters and commands come from plugins, which are
    ordinary Python packages: install one, and it is there.
    """


def main() -> None:
    """Run the program; the entry point of the console script."""
    try:
        cli(prog_name="livedata")
    finally:
        _end_undisturbed()


def _end_undisturbed() -> None:
    """Let Ctrl-C change nothing about how a command ended that is done.

    While Python takes itself down, it would turn an exit code of 0 into a death by
    signal. If threads keep it from ending, the second one ends it at once.
    """

    def heard(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)

    signal.signal(signal.SIGINT, heard)
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)

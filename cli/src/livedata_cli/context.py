"""What a command gets from ``livedata``: the plugins and the global options.

Commands take it with `pass_livedata`::

    @click.command()
    @debug_option
    @pass_livedata
    def serve(livedata: LivedataContext) -> None:
        registry = livedata.plugins.registry

A third party's command, which does not import this package, finds the same object
at ``click.get_current_context().obj``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import click

from livedata_cli.broker import BrokerChoice

if TYPE_CHECKING:
    from livedata_core.contract import Transport
    from livedata_core.plugins import PluginManager

__all__ = ["LivedataContext", "debug_option", "json_option", "pass_livedata"]

R = TypeVar("R")


class LivedataContext:
    """State of one run of ``livedata``.

    Attributes
    ----------
    debug:
        Whether tracebacks are shown (``--debug``).
    disabled:
        Names given by ``--disable-plugin``; those of the environment and of the
        file are known to the plugin manager.
    broker:
        What the broker options of the command say.
    """

    def __init__(self) -> None:
        self.debug = False
        self.disabled: tuple[str, ...] = ()
        self.broker = BrokerChoice()

    @cached_property
    def plugins(self) -> PluginManager:
        """The plugins, loaded at first use.

        What they print then goes to standard error, as commands print JSON.
        """
        from livedata_core.plugins import load_plugins

        with redirect_stdout(sys.stderr):
            return load_plugins(self.disabled)

    def all_plugins(self) -> PluginManager:
        """Return the plugins after asking them about every instrument."""
        with redirect_stdout(sys.stderr):
            self.plugins.open_all_instruments()
        return self.plugins

    def open_transport(
        self, default: str | None = None, *, dashboard: bool = False
    ) -> Transport:
        """Open the transport that the broker options chose.

        The command's record has ``broker=True``. Closing it is up to the command.

        Parameters
        ----------
        default:
            Name of the transport where none was chosen.
        dashboard:
            Whether it may skip results of which newer ones have come.

        Raises
        ------
        CliError
            If none was chosen and there is no default, with the ways to choose one;
            if it is unknown; if its settings are wrong (exit code 4); if the broker
            refuses the credentials (6).
        """
        from livedata_cli.factories import open_transport

        transports = self.plugins.registry.transports
        return open_transport(transports, self.broker, default, dashboard=dashboard)


_pass = click.make_pass_decorator(LivedataContext)


def pass_livedata(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command the `LivedataContext` as its first argument."""
    return _pass(function)


def _set_debug(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    if value:
        ctx.ensure_object(LivedataContext).debug = True
    return value


debug_option = click.option(
    "--debug",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_set_debug,
    help="Show tracebacks of errors.",
)
"""Lets a command take ``--debug`` behind its name too."""

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for other programs."
)
"""The ``--json`` flag that all listing commands share; passed as ``as_json``."""

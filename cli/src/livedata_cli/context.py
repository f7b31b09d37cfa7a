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

if TYPE_CHECKING:
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
    """

    def __init__(self) -> None:
        self.debug = False
        self.disabled: tuple[str, ...] = ()

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

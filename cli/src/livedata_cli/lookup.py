"""Finding things by the name a user typed, with a suggestion where it is unknown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

import click

from livedata_cli.context import LivedataContext
from livedata_cli.errors import CliError
from livedata_cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from livedata_core.contract import Instrument
    from livedata_core.plugins import Registry

__all__ = ["complete_instrument", "did_you_mean", "find", "find_instrument"]

T = TypeVar("T")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that names what the user may have meant, or else what there is.

    Examples
    --------
    >>> did_you_mean("dumy", ["dummy", "sans2d"])
    "did you mean 'dummy'?"
    >>> did_you_mean("loki", ["dummy", "sans2d"])
    'there are: dummy, sans2d'
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(repr(match) for match in close)}?"
    return f"there are: {', '.join(names)}" if names else "there is none"


def find(kind: str, name: str, known: Mapping[str, T], listing: str) -> T:
    """Return ``known[name]``.

    Parameters
    ----------
    kind:
        What is looked for, e.g. ``instrument``.
    listing:
        The command that lists them.

    Raises
    ------
    CliError
        With exit code 3 if there is none of that name.
    """
    if name in known:
        return known[name]
    raise CliError(
        f"no {kind} {name!r}; {did_you_mean(name, known)} (`{listing}` lists them)",
        ExitCode.NOT_FOUND,
    )


def find_instrument(registry: Registry, name: str) -> Instrument:
    """Return the instrument of that name.

    Raises
    ------
    CliError
        With exit code 3 if no plugin registers it.
    """
    return find("instrument", name, registry.instruments, "livedata instruments")


def complete_instrument(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[str]:
    """Complete the name of an instrument in the shell."""
    livedata = ctx.find_object(LivedataContext) or LivedataContext()
    names = livedata.plugins.registry.instruments
    return [name for name in names if name.startswith(incomplete)]

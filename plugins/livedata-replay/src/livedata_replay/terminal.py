"""How the commands of this plugin speak: errors, a line of progress, signals, sizes."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from livedata_core.contract import Instrument, Transport

__all__ = [
    "CannotStart",
    "Denied",
    "NotFound",
    "StatusLine",
    "broker_state",
    "find_instrument",
    "megabytes",
    "on_signal",
    "size",
]

_REFRESH_S = 0.5
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


class NotFound(click.ClickException):
    """No instrument of that name; the exit code is the one `livedata` documents."""

    exit_code = 3


class Denied(click.ClickException):
    """The broker refuses us; the exit code is the one `livedata` documents."""

    exit_code = 6


class CannotStart(click.ClickException):
    """A file or broker of no use; the exit code is the one `livedata` documents."""

    exit_code = 4


def broker_state(transport: Transport) -> str:
    """Return what is to be said of the connection, empty if all is well.

    Raises
    ------
    Denied
        If the broker refuses us for good.
    """
    status = transport.status()
    if status.denied:
        raise Denied(status.detail or f"{status.name}: the broker refuses the access")
    return status.detail or ("" if status.connected else "not connected")


def size(
    _ctx: click.Context | None, _param: click.Parameter | None, value: str | None
) -> int | None:
    """Return the bytes of a number with k, M, G or T for powers of 1000.

    An option's callback.

    Raises
    ------
    click.BadParameter
        If it is no such number.

    Examples
    --------
    >>> size(None, None, "1.5G")
    1500000000
    """
    if value is None:
        return None
    text = value.strip().lower().removesuffix("b")
    number = text.rstrip("".join(_FACTORS))
    try:
        nbytes = float(number) * _FACTORS[text[len(number) :]]
    except (ValueError, KeyError):
        nbytes = 0.0  # no number, or two letters
    if not 1 <= nbytes < 2**63:
        raise click.BadParameter(f"{value!r} is no size; write one like 500M or 20G")
    return int(nbytes)


class StatusLine:
    """One line on a terminal's standard error that is written over; else nothing."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._next_s = 0.0
        self._width = 0

    def show(self, text: str) -> None:
        """Show a text, at most twice a second."""
        now = time.monotonic()
        if self._shown and now >= self._next_s:
            self._next_s = now + _REFRESH_S
            click.echo(f"\r{text:<{self._width}}", nl=False, err=True)
            self._width = len(text)

    def end(self) -> None:
        """Go to the next line."""
        if self._width:
            click.echo("", err=True)
            self._width = 0


@contextmanager
def on_signal() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and SIGTERM set, in place of ending the program.

    The second one ends it as usual. Main thread only.
    """
    event = threading.Event()
    kept = {number: signal.getsignal(number) for number in _SIGNALS}

    def heard(number: int, _frame: FrameType | None) -> None:
        event.set()
        signal.signal(number, kept[signal.Signals(number)])

    for number in _SIGNALS:
        signal.signal(number, heard)
    try:
        yield event
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def find_instrument(livedata: Any, name: str) -> Instrument:
    """Return an instrument; `livedata` is the context of the program.

    Raises
    ------
    NotFound
        If there is none of that name.
    """
    known = livedata.plugins.registry.instruments
    if name not in known:
        raise NotFound(f"no instrument {name!r}; there are: {', '.join(sorted(known))}")
    instrument: Instrument = known[name]
    return instrument


def megabytes(nbytes: float) -> str:
    """Return a size in MB.

    Examples
    --------
    >>> megabytes(12_345_678)
    '12.3 MB'
    """
    return f"{nbytes / 1e6:,.1f} MB"

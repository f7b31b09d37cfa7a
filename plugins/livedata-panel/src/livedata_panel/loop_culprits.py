"""Who held up the event loop: read from its thread's stack, counted by function.

Nothing here waits or measures; that is `loop_monitor`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import PurePath
from types import FrameType

__all__ = ["STARVED", "UNSEEN", "Blame", "Culprit", "Culprits", "Place", "culprit_of"]

KEPT = 32
"""So many culprits are told apart; the least is forgotten for a new one."""
OWN = "livedata_"
"""How the packages of livedata begin."""
TURN = {
    ("asyncio.base_events", "_run_once"),
    ("asyncio.events", "_run"),
    ("tornado.platform.asyncio", "_handle_events"),
}
"""What is further out than these ran the loop and is not to blame for one turn."""


@dataclass(frozen=True)
class Place:
    """A function that was running, and where in it.

    `function` is the module and the qualified name, `line` of `file` (its last part).
    """

    function: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return (
            f"{self.function} ({self.file}:{self.line})" if self.file else self.function
        )


@dataclass(frozen=True)
class Culprit:
    """What the loop was doing: a function, and the library function it was inside."""

    place: Place
    inside: Place | None = None

    def __str__(self) -> str:
        return f"{self.place}, in {self.inside}" if self.inside else str(self.place)


STARVED = Culprit(Place("Other threads or programs had the processor"))
"""The loop had nothing to do when it was late."""
UNSEEN = Culprit(Place("Not seen: nothing else could run meanwhile"))
"""Compiled code that lets no other Python thread run, or a machine too busy."""


def culprit_of(stack: Sequence[FrameType], packages: Collection[str] = ()) -> Culprit:
    """Say whom a stack of the loop's thread shows.

    The innermost function of livedata or of a plugin, or of any library where none of
    theirs is running.

    Parameters
    ----------
    stack:
        The frames of the thread, the innermost first.
    packages:
        Top-level packages of plugins, which are blamed as livedata's own are.
    """
    if not stack:
        return UNSEEN
    frames = list(takewhile(_is_of_turn, stack))
    if not frames or _module(frames[0]) == "selectors":
        return STARVED
    outside = [f for f in frames if _package(f) not in sys.stdlib_module_names]
    inner = (outside or frames)[0]
    own = next((f for f in outside if _is_own(_package(f), packages)), inner)
    return Culprit(_place(own), None if own is inner else _place(inner))


def _is_of_turn(frame: FrameType) -> bool:
    """Whether a frame belongs to the loop's current turn."""
    return (_module(frame), frame.f_code.co_name) not in TURN


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _package(frame: FrameType) -> str:
    return _module(frame).partition(".")[0]


def _is_own(package: str, packages: Collection[str]) -> bool:
    return package.startswith(OWN) or package in packages


def _place(frame: FrameType) -> Place:
    code = frame.f_code
    return Place(
        function=f"{_module(frame)}.{code.co_qualname}",
        file=PurePath(code.co_filename).name,
        line=frame.f_lineno,
    )


@dataclass(frozen=True)
class Blame:
    """What one function has cost: how often, and what is known of the worst delay.

    `computing_s` is the processor time of the loop's thread in it. The rest is waiting:
    for a file, a lock, another thread, or a busy machine.
    """

    culprit: Culprit
    count: int
    delay_s: float
    computing_s: float
    time_ns: int


class Culprits:
    """Counts delays by function, in bounded memory.

    Parameters
    ----------
    kept:
        How many functions are told apart.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._blames: dict[str, Blame] = {}

    def add(
        self, culprit: Culprit, delay_s: float, computing_s: float, time_ns: int
    ) -> None:
        """Count a delay that ended at a time, ns since the epoch."""
        name = culprit.place.function
        known = self._blames.get(name)
        latest = Blame(culprit, 1, delay_s, computing_s, time_ns)
        if known is None:
            self._make_room()
            self._blames[name] = latest
        else:
            worst = latest if delay_s >= known.delay_s else known
            self._blames[name] = replace(worst, count=known.count + 1)

    def _make_room(self) -> None:
        if len(self._blames) >= self._kept:
            del self._blames[min(self._blames, key=lambda n: self._blames[n].delay_s)]

    def worst(self) -> tuple[Blame, ...]:
        """Return all, the longest delay first."""
        blames = list(self._blames.values())
        return tuple(sorted(blames, key=lambda blame: -blame.delay_s))

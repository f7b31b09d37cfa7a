"""What became of each plugin, as data. Finding and checking plugins is elsewhere."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import dropwhile
from pathlib import Path

from livedata_core.contract import Origin, Record

__all__ = ["PluginReport", "PluginState", "Problem", "ProblemKind"]


_CORE_FOLDER = Path(__file__).parents[1]


class PluginState(StrEnum):
    """Whether a plugin is in use."""

    LOADED = "loaded"
    """In use; it may still have problems, which cost it some of its records."""
    FAILED = "failed"
    """Not in use: it could not be loaded, or nothing that it says could be used."""
    DISABLED = "disabled"
    """Not imported, because the user said so."""


class ProblemKind(StrEnum):
    """What is wrong with a plugin."""

    METADATA = "broken-metadata"
    REQUIREMENT = "unmet-requirement"
    IMPORT_ERROR = "import-error"
    UNKNOWN_HOOK = "unknown-hook"
    UNMARKED_HOOK = "unmarked-hook"
    WRONG_SIGNATURE = "wrong-signature"
    HOOK_ERROR = "hook-error"
    SLOW_HOOK = "slow-hook"
    INVALID_RECORD = "invalid-record"
    DUPLICATE_NAME = "duplicate-name"
    NAME_CONFLICT = "name-conflict"
    ENTRY_POINT_CONFLICT = "entry-point-conflict"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a plugin.

    Attributes
    ----------
    message:
        A sentence with the plugin, its distribution and version, and the way out.
    hook:
        The hook concerned, if it is about one.
    traceback:
        Of the exception behind it, if there was one.
    """

    kind: ProblemKind
    message: str
    hook: str | None = None
    traceback: str | None = None


@dataclass(frozen=True, slots=True)
class PluginReport:
    """One plugin: where it comes from, what it registers, what is wrong with it.

    Attributes
    ----------
    origin:
        Name of the entry point, distribution and version.
    module:
        What the entry point names.
    summary:
        The distribution's own one-line description.
    hooks:
        Names of the hooks it implements.
    records:
        The records in use, by kind (``instruments``, ``plotters``, …).
    load_time_s:
        Time to import it and call its hooks; None if it was not imported.
    """

    origin: Origin
    module: str
    state: PluginState
    summary: str = ""
    hooks: tuple[str, ...] = ()
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    load_time_s: float | None = None

    @property
    def name(self) -> str:
        """Name of the entry point."""
        return self.origin.plugin

    @property
    def distribution(self) -> str:
        """Name of the distribution."""
        return self.origin.distribution

    @property
    def version(self) -> str:
        """Version of the distribution."""
        return self.origin.version

    @property
    def reason(self) -> str | None:
        """The first problem in a sentence; None if there is none."""
        return self.problems[0].message if self.problems else None


def format_traceback(error: BaseException) -> str:
    """Return the traceback of an exception as Python prints it."""
    return "".join(traceback.format_exception(error)).rstrip()


def authors_traceback(error: BaseException) -> str:
    """Return the traceback without what leads to the author's own code.

    Examples
    --------
    >>> def plot():
    ...     return 1 / 0
    >>> try:
    ...     plot()
    ... except ZeroDivisionError as error:
    ...     print(authors_traceback(error).splitlines()[-1])
    ZeroDivisionError: division by zero
    """
    told = traceback.TracebackException.from_exception(error)
    frames = list(dropwhile(_leads_there, told.stack))
    if frames or isinstance(error, SyntaxError):
        told.stack[:] = frames
    return "".join(told.format()).rstrip()


def _leads_there(frame: traceback.FrameSummary) -> bool:
    return (
        "importlib" in frame.filename
        or Path(frame.filename).is_relative_to(_CORE_FOLDER)
        or frame.filename.startswith("<frozen")
    )


def label(origin: Origin) -> str:
    """Return how messages name a plugin: name, distribution and version."""
    return f"plugin '{origin.plugin}' ({origin})"


def way_to_disable(origin: Origin) -> str:
    """Return the command that puts a plugin out of use."""
    return f"`livedata plugins disable {shlex.quote(origin.plugin)}`"

"""Finding plugins: entry points of the group ``livedata`` and their metadata.

One distribution at a time, so that a broken one hides no other. Nothing of a plugin is
imported here; `livedata_core.plugins.loading` does that.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, DistributionFinder
from pathlib import Path

from packaging.utils import canonicalize_name

from livedata_core.contract import ENTRY_POINT_GROUP, Origin
from livedata_core.contract.raised import describe
from livedata_core.plugins.first_party import is_first_party
from livedata_core.plugins.isolation import attempt
from livedata_core.plugins.reports import (
    Problem,
    ProblemKind,
    format_traceback,
    label,
)
from livedata_core.plugins.requirements import unmet_requirement

__all__ = ["Found", "discover"]

UNKNOWN = "unknown"
_VALUE = re.compile(r"[\w.]+(\s*:\s*[\w.]+)?\s*(\[.*\])?$")


@dataclass(frozen=True, slots=True)
class Found:
    """An entry point that names a plugin, not yet imported.

    Attributes
    ----------
    module:
        What it names, ``package.module`` or ``package.module:object``.
    load:
        Imports and returns that module or object.
    problems:
        Why it must not be imported; empty if it may.
    """

    origin: Origin
    module: str
    load: Callable[[], object]
    summary: str = ""
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(
        cls, plugin: object, name: str, distribution: str = "", version: str = "0"
    ) -> Found:
        """Return a plugin that is at hand already, e.g. in a test."""
        origin = Origin(plugin=name, distribution=distribution or name, version=version)
        return cls(origin, getattr(plugin, "__name__", name), lambda: plugin)


def discover(path: Sequence[str] | None = None) -> tuple[Found, ...]:
    """Return what the installed distributions name: this project's own first.

    Others follow in order of distribution and name, whatever order the disk has.

    Parameters
    ----------
    path:
        Folders to look into; ``sys.path`` by default.
    """
    context = DistributionFinder.Context(path=list(sys.path if path is None else path))
    found: dict[str, tuple[Found, ...]] = {}
    for distribution in importlib.metadata.distributions(context=context):
        plugins = tuple(_plugins(distribution))
        if plugins:
            name = canonicalize_name(plugins[0].origin.distribution)
            found.setdefault(name, plugins)  # the first on the path is the one used
    order = sorted(found, key=lambda name: (not is_first_party(name), name))
    return tuple(plugin for name in order for plugin in found[name])


def _plugins(distribution: Distribution) -> Iterator[Found]:
    """Yield the plugins of one distribution; broken ones with their problem."""
    text = attempt(lambda: distribution.read_text("entry_points.txt") or "")
    if text.error is None and f"[{ENTRY_POINT_GROUP}]" not in (text.value or ""):
        return
    facts = _Facts.read(distribution)
    if text.error is not None:
        fault = f"entry_points.txt cannot be read ({describe(text.error)})"
        yield facts.plugin(facts.name, "", facts.problem(facts.name, fault, text.error))
        return
    for name, value in _entries(text.value or ""):
        yield facts.plugin(name, value, facts.check(name, value))


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of each line of our section; value "" if malformed."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
        elif section == ENTRY_POINT_GROUP and line and line[0] not in "#;":
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the metadata of a distribution say, as far as they can be read."""

    name: str
    version: str
    summary: str
    requires: tuple[str, ...]
    error: BaseException | None

    @classmethod
    def read(cls, distribution: Distribution) -> _Facts:
        outcome = attempt(lambda: _read_metadata(distribution))
        if outcome.value is not None:
            return outcome.value
        return cls(_name_of_folder(distribution), UNKNOWN, "", (), outcome.error)

    def plugin(self, name: str, value: str, problem: Problem | None) -> Found:
        entry_point = importlib.metadata.EntryPoint(name, value, ENTRY_POINT_GROUP)
        return Found(
            self.origin(name),
            value,
            entry_point.load,
            self.summary,
            (problem,) if problem else (),
        )

    def origin(self, plugin: str) -> Origin:
        return Origin(plugin=plugin, distribution=self.name, version=self.version)

    def check(self, name: str, value: str) -> Problem | None:
        """Return why a plugin of this distribution must not be imported."""
        if self.error is not None:
            fault = f"its metadata cannot be read ({describe(self.error)})"
            return self.problem(name, fault, self.error)
        if not _VALUE.match(value):
            fault = f"its entry point {value!r} is not 'package.module[:object]'"
            return self.problem(name, fault)
        unmet = unmet_requirement(self.requires)
        if unmet:
            return Problem(
                ProblemKind.REQUIREMENT,
                f"{label(self.origin(name))} {unmet}; install a version of "
                f"{self.name} made for this core, or update the core",
            )
        return None

    def problem(
        self, name: str, fault: str, error: BaseException | None = None
    ) -> Problem:
        return Problem(
            ProblemKind.METADATA,
            f"{label(self.origin(name))} is damaged: {fault}; install it again with "
            f"`pip install --force-reinstall {self.name}`",
            traceback=format_traceback(error) if error else None,
        )


def _read_metadata(distribution: Distribution) -> _Facts:
    metadata = distribution.metadata
    found = {key: metadata.get_all(key) for key in ("Name", "Version", "Summary")}
    for key in ("Name", "Version"):
        if not found[key]:
            raise ValueError(f"METADATA has no {key}")
    name, version, summary = ((found[key] or [""])[0] for key in found)
    return _Facts(name, version, summary, tuple(distribution.requires or ()), None)


def _name_of_folder(distribution: Distribution) -> str:
    """Return a name for a distribution whose metadata do not tell it."""
    folder = getattr(distribution, "_path", None)  # no public way without metadata
    return Path(str(folder)).name.partition("-")[0] if folder else UNKNOWN

"""Why a plugin does not work here and what would mend it: ``plugins doctor``.

Looks at the environment, where the plugin manager looks at the plugin: which Python,
what the distribution requires and what is installed, what hides what.
"""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from livedata_core.plugins import (
    PluginReport,
    PluginState,
    ProblemKind,
    disabled_file,
    read_disabled,
)

__all__ = ["Diagnosis", "environment", "examine"]

_MISSING = re.compile(r"ModuleNotFoundError: No module named '(?P<module>[\w.]+)'")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One reason why a plugin, or the environment, is not as it should be.

    Attributes
    ----------
    plugin:
        Whose; empty for the environment.
    cause, remedy:
        A sentence each.
    """

    plugin: str
    cause: str
    remedy: str


def environment() -> Iterator[Diagnosis]:
    """Look at the environment as a whole."""
    pip = shutil.which("pip")
    here = Path(sys.prefix)
    if pip is not None and not Path(pip).is_relative_to(here):
        yield Diagnosis(
            "",
            f"`pip` on the PATH is {pip}, but livedata runs in {here}",
            f"install plugins with `{sys.executable} -m pip install …`, or activate "
            "the environment first",
        )


def examine(report: PluginReport) -> Iterator[Diagnosis]:
    """Look at one plugin: what it reports, what it requires, what hides it."""
    if report.state is PluginState.DISABLED:
        yield _disabled(report)
        return
    for problem in report.problems:
        missing = _MISSING.search(problem.message)
        if problem.kind is ProblemKind.IMPORT_ERROR and missing:
            yield _missing(report, missing["module"])
        else:
            cause, _, remedy = problem.message.rpartition("; ")
            yield Diagnosis(report.name, cause or problem.message, remedy.rstrip("."))
    yield from _requirements(report)
    yield from _versions(report)


def _disabled(report: PluginReport) -> Diagnosis:
    listed = {report.name, report.distribution} & set(read_disabled())
    if listed:
        where, way = str(disabled_file()), f"`livedata plugins enable {min(listed)}`"
    else:
        where = "--disable-plugin or LIVEDATA_DISABLE_PLUGINS"
        way = "leave that out"
    return Diagnosis(report.name, f"it is disabled by {where}", way)


def _missing(report: PluginReport, module: str) -> Diagnosis:
    package = module.partition(".")[0]
    declared = any(
        canonicalize_name(requirement.name) == canonicalize_name(package)
        for requirement in _parsed(report.distribution)
    )
    own = package == re.split(r"[.:]", report.module)[0].strip()
    cause = f"it imports {module!r}, which is not installed in {sys.prefix}"
    if own:
        again = f"`pip install --force-reinstall {report.distribution}`"
        remedy = f"install it again: {again}"
    elif declared:
        remedy = f"`pip install {package}`"
    else:
        remedy = (
            f"`pip install {package}`; {report.distribution} does not name it among "
            "its dependencies, which its authors should know"
        )
    return Diagnosis(report.name, cause, remedy)


def _requirements(report: PluginReport) -> Iterator[Diagnosis]:
    """Yield what the distribution requires and does not have."""
    for requirement in _parsed(report.distribution):
        if not _applies(requirement):
            continue
        if canonicalize_name(requirement.name) == "livedata-core":
            continue  # the plugin manager says so itself
        try:
            installed = _version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            yield Diagnosis(
                report.name,
                f"it requires {str(requirement)!r}, which is not installed",
                f"`pip install '{requirement}'`",
            )
            continue
        if installed is None:
            yield Diagnosis(
                report.name,
                f"it requires {str(requirement)!r}, but of what is installed the "
                "version cannot be read",
                f"`pip install --force-reinstall '{requirement}'`",
            )
        elif not requirement.specifier.contains(installed, prereleases=True):
            yield Diagnosis(
                report.name,
                f"it requires {str(requirement)!r}, but {installed} is installed",
                f"`pip install '{requirement}'`, or another version of "
                f"{report.distribution}",
            )
    yield from _python(report)


def _applies(requirement: Requirement) -> bool:
    """Return whether it is for here; one that compares what cannot be, is not."""
    try:
        return requirement.marker is None or requirement.marker.evaluate()
    except (ValueError, KeyError):
        return False


def _version(distribution: str) -> str | None:
    """Return what is installed; None if its metadata name no version.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If it is not installed.
    """
    try:
        told: str | None = importlib.metadata.version(distribution)
    except KeyError:  # from Python 3.12 on in place of None
        return None
    return told


def _python(report: PluginReport) -> Iterator[Diagnosis]:
    try:
        needed = importlib.metadata.metadata(report.distribution)["Requires-Python"]
        fits = not needed or SpecifierSet(needed).contains(_PYTHON)
    except (importlib.metadata.PackageNotFoundError, InvalidSpecifier, KeyError):
        return
    if not fits:
        yield Diagnosis(
            report.name,
            f"it requires Python {needed}, but this is {_PYTHON}",
            "use another Python, or another version of the plugin",
        )


_PYTHON = ".".join(map(str, sys.version_info[:3]))


def _versions(report: PluginReport) -> Iterator[Diagnosis]:
    """Yield that a distribution is installed twice, and which one counts."""
    places: dict[str, list[Path]] = defaultdict(list)
    for folder in dict.fromkeys(sys.path):
        found = importlib.metadata.distributions(
            name=report.distribution, path=[folder]
        )
        for distribution in found:
            places[distribution.version].append(Path(folder).resolve())
    if len(places) > 1:
        listed = " and ".join(f"{v} in {p[0]}" for v, p in places.items())
        yield Diagnosis(
            report.name,
            f"{report.distribution} is installed more than once: {listed}; the first "
            f"on Python's path counts, {report.version}",
            "uninstall it until it is gone, then install the version that you want",
        )


def _parsed(distribution: str) -> Sequence[Requirement]:
    try:
        lines = importlib.metadata.requires(distribution) or ()
    except importlib.metadata.PackageNotFoundError:
        return ()
    parsed = []
    for line in lines:
        try:
            parsed.append(Requirement(line))
        except InvalidRequirement:
            continue
    return parsed

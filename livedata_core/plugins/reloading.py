"""Loading a plugin anew after its source was edited, or keeping it as it was.

For authors, in one process that goes on. All modules of the plugin's package are
imported anew; if one of them cannot be, or a hook fails, all stay as they were.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType

from livedata_core.contract import Instrument, Origin
from livedata_core.contract.raised import describe
from livedata_core.plugins.first_party import is_host
from livedata_core.plugins.isolation import attempt
from livedata_core.plugins.loading import LoadedPlugin, load
from livedata_core.plugins.manager import PluginManager
from livedata_core.plugins.reports import (
    PluginReport,
    PluginState,
    Problem,
    ProblemKind,
    authors_traceback,
    label,
)
from livedata_core.plugins.staying import staying

__all__ = ["Reloaded", "reload_package", "source_files", "watched_packages"]


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What became of loading a package anew.

    Attributes
    ----------
    manager:
        The one to use from now on: a new one, or the one before where it failed.
    origins:
        The plugins of the package.
    problem:
        Why all is as it was; None if it was loaded.
    stays:
        What is used as it was, in words, until the program is started again.
    """

    manager: PluginManager
    origins: frozenset[Origin]
    problem: Problem | None = None
    stays: tuple[str, ...] = ()


def watched_packages(manager: PluginManager) -> Mapping[str, tuple[Path, ...]]:
    """Return the packages whose sources people may be editing, with their folders.

    These are the ones that are installed editable, or that lie outside of
    ``site-packages``; those that serve the dashboard itself are left out.
    """
    found: dict[str, tuple[Path, ...]] = {}
    for report in manager.reports:
        package = _top(report.module)
        if (
            report.state is not PluginState.DISABLED
            and not is_host(report.distribution)
            and package not in found
            and (paths := _sources(package, report))
        ):
            found[package] = paths
    return found


def reload_package(
    manager: PluginManager,
    package: str,
    instrument: Instrument,
    edited: Collection[Path] = (),
) -> Reloaded:
    """Import a package anew with its plugins; raises nothing because of it.

    Parameters
    ----------
    manager:
        What is in use.
    package:
        Name of the top-level package or module.
    instrument:
        The instrument that is open; its hooks are called anew too.
    edited:
        The files that were edited, to tell what of them is not in use. One that was
        never imported is not used as it was by anything.
    """
    before = [item for item in manager.loaded if _top(item.found.module) == package]
    origins = frozenset(item.origin for item in before)
    known = [manager.registry.records_of(item.origin) for item in before]
    modules = _take_out(package)
    in_use = _files_of(modules.values()) & {path.resolve() for path in edited}
    loaded = [load(item.found) for item in before]
    problem = _first_new(before, loaded) or _imported_again(modules, before)
    if problem is None:
        made = manager.with_plugins(loaded)
        made.registry.workflows(instrument)
        problem = _of_hooks(manager, made, origins)
        if problem is None:
            stays = [
                words
                for old, new, records in zip(before, loaded, known, strict=True)
                for words in staying(old, new, records, in_use)
            ]
            return Reloaded(made, origins, stays=tuple(dict.fromkeys(stays)))
    _take_out(package)
    sys.modules.update(modules)
    return Reloaded(manager, origins, problem)


def _top(module: str) -> str:
    return module.partition(":")[0].partition(".")[0]


def _take_out(package: str) -> dict[str, ModuleType]:
    """Have Python forget the modules of a package, and what it compiled of them."""
    taken = {
        name: module
        for name, module in sys.modules.items()
        if name == package or name.startswith(f"{package}.")
    }
    for name, module in taken.items():
        del sys.modules[name]
        file = getattr(module, "__file__", None)
        if file and file.endswith(".py"):
            # Two edits within a second are one to Python, if the size is the same.
            with suppress(OSError, NotImplementedError):
                Path(importlib.util.cache_from_source(file)).unlink(missing_ok=True)
    importlib.invalidate_caches()
    return taken


def _files_of(modules: Iterable[ModuleType]) -> set[Path]:
    files = (getattr(module, "__file__", None) for module in modules)
    return {Path(file).resolve() for file in files if file}


def _first_new(before: list[LoadedPlugin], after: list[LoadedPlugin]) -> Problem | None:
    known = {problem.message for item in before for problem in item.problems}
    problems = (
        problem
        for item in after
        for problem in item.problems
        if problem.kind is not ProblemKind.DEPRECATED
    )
    failed = any(not item.implementations for item in after)
    return next((p for p in problems if failed or p.message not in known), None)


def _imported_again(
    modules: Mapping[str, ModuleType], before: list[LoadedPlugin]
) -> Problem | None:
    """Import what had been imported, e.g. plotters that records name."""
    for name in sorted(modules):
        error = attempt(lambda name=name: importlib.import_module(name)).error  # type: ignore[misc]
        gone = isinstance(error, ModuleNotFoundError) and error.name == name
        if error is not None and not gone:
            return Problem(
                ProblemKind.IMPORT_ERROR,
                f"{label(before[0].origin)}: {name} cannot be imported: "
                f"{describe(error)}",
                traceback=authors_traceback(error),
            )
    return None


def _of_hooks(
    old: PluginManager, new: PluginManager, origins: frozenset[Origin]
) -> Problem | None:
    """Return what hooks that depend on an instrument do wrong since the edit."""
    known = {p.message for o in origins for p in old.registry.problems_of(o)}
    for origin in origins:
        for problem in new.registry.problems_of(origin):
            is_told = problem.kind is ProblemKind.DEPRECATED
            if problem.message not in known and not is_told:
                return problem
    return None


def _sources(package: str, report: PluginReport) -> tuple[Path, ...]:
    """Return the folder, or the file, of a package that may be edited."""
    outcome = attempt(lambda: importlib.util.find_spec(package))
    spec = outcome.value
    if spec is None:
        return ()
    places = [Path(place) for place in spec.submodule_search_locations or ()]
    if not places and spec.origin and spec.origin.endswith(".py"):
        places = [Path(spec.origin)]
    edited = _is_editable(report.distribution)
    return tuple(place for place in places if edited or _is_loose(place))


def _is_loose(path: Path) -> bool:
    return not {"site-packages", "dist-packages"} & set(path.parts)


def _is_editable(name: str) -> bool:
    try:
        text = distribution(name).read_text("direct_url.json")
    except PackageNotFoundError:
        return False
    document = attempt(lambda: json.loads(text or "{}")).value
    info = document.get("dir_info") if isinstance(document, dict) else None
    return bool(isinstance(info, dict) and info.get("editable"))


def source_files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the Python files below folders, and files as they are."""
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]

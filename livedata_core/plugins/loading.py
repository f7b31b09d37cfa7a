"""From a plugin that was found to one that is loaded: import, check, call its hooks.

One plugin at a time, knowing nothing of the others; conflicts between plugins are
settled by the registry.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from livedata_core.contract import Origin, Record
from livedata_core.contract.raised import describe
from livedata_core.plugins.checks import Implementation, inspect_plugin
from livedata_core.plugins.collecting import collect
from livedata_core.plugins.deprecations import in_hooks, in_records
from livedata_core.plugins.discovery import Found
from livedata_core.plugins.isolation import attempt
from livedata_core.plugins.kinds import HOOKS
from livedata_core.plugins.reports import (
    Problem,
    ProblemKind,
    format_traceback,
    label,
    way_to_disable,
)
from livedata_core.plugins.tracing import traced

__all__ = ["LoadedPlugin", "load"]


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin after loading, or the attempt at it.

    Attributes
    ----------
    records:
        What its hooks without arguments yield, by kind, before conflicts are settled.
    load_time_s:
        None if it was not imported.
    """

    found: Found
    disabled: bool = False
    implementations: tuple[Implementation, ...] = ()
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    load_time_s: float | None = None

    @property
    def origin(self) -> Origin:
        """The plugin's name, distribution and version."""
        return self.found.origin

    def of(self, hook_name: str) -> tuple[Implementation, ...]:
        """Return its implementations of one hook."""
        return tuple(
            implementation
            for implementation in self.implementations
            if implementation.hook.name == hook_name
        )


def load(found: Found) -> LoadedPlugin:
    """Import a plugin and call its hooks that take no arguments. Raises nothing."""
    if found.problems:
        return LoadedPlugin(found, problems=found.problems)
    started = time.perf_counter()
    with traced(found.origin, "import"):
        plugin = attempt(found.load)
    if plugin.error is not None:
        problem = _not_importable(found, plugin.error)
        return LoadedPlugin(
            found, problems=(problem,), load_time_s=time.perf_counter() - started
        )
    inspection = attempt(lambda: inspect_plugin(plugin.value, found.origin))
    if inspection.value is None:
        problem = _not_inspectable(found, inspection.error or RuntimeError())
        return LoadedPlugin(
            found, problems=(problem,), load_time_s=time.perf_counter() - started
        )
    implementations, faults = inspection.value
    inspected = LoadedPlugin(found, implementations=implementations)
    records: dict[str, tuple[Record, ...]] = {}
    problems = list(faults)
    for hook in filter(lambda hook: hook.is_eager, HOOKS.values()):
        records[hook.kind], more = collect(inspected.of(hook.name), found.origin, {})
        problems.extend(more)
        problems.extend(in_records(found.origin, records[hook.kind]))
    problems.extend(in_hooks(found.origin, implementations))
    return replace(
        inspected,
        records=records,
        problems=tuple(problems),
        load_time_s=time.perf_counter() - started,
    )


def _not_inspectable(found: Found, error: BaseException) -> Problem:
    return Problem(
        ProblemKind.IMPORT_ERROR,
        f"{label(found.origin)}: looking for the hooks of {found.module} raised "
        f"{describe(error)}; update it, or disable it with "
        f"{way_to_disable(found.origin)}",
        traceback=format_traceback(error),
    )


def _not_importable(found: Found, error: BaseException) -> Problem:
    return Problem(
        ProblemKind.IMPORT_ERROR,
        f"{label(found.origin)} cannot be imported: {describe(error)}; install what "
        f"it lacks, update it, or disable it with {way_to_disable(found.origin)}",
        traceback=format_traceback(error),
    )

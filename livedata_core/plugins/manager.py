"""The plugin manager: finds, loads and reports. The way in is `load_plugins`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy

from packaging.utils import canonicalize_name

from livedata_core.contract import Origin
from livedata_core.plugins.checks import Implementation
from livedata_core.plugins.conflicts import entry_point_conflicts
from livedata_core.plugins.disabled import (
    DisabledListError,
    from_environment,
    read_disabled,
)
from livedata_core.plugins.discovery import Found, discover
from livedata_core.plugins.first_party import is_essential
from livedata_core.plugins.loading import LoadedPlugin, load
from livedata_core.plugins.observers import Observers
from livedata_core.plugins.registry import Registry
from livedata_core.plugins.reports import PluginReport, PluginState, Problem

__all__ = ["PluginManager", "load_plugins"]


class PluginManager:
    """The plugins of one process.

    Parameters
    ----------
    found:
        The plugins, as `discover` or `Found.of` gives them.
    disabled:
        Names of plugins or distributions that are not to be imported.
    notes:
        Sentences for the user about the loading as a whole.

    Attributes
    ----------
    loaded:
        The plugins as they were loaded.
    registry:
        What the plugins register.
    """

    def __init__(
        self,
        found: Iterable[Found],
        disabled: Collection[str] = (),
        notes: Sequence[str] = (),
    ) -> None:
        wanted = tuple(found)
        plugins = tuple(
            LoadedPlugin(item, disabled=True)
            if _is_disabled(item.origin, disabled)
            else load(item)
            for item in wanted
        )
        self._observers = Observers(
            _observing(plugin for plugin in plugins if not plugin.disabled)
        )
        self._use(plugins)
        self._notes = (*notes, *_unmatched(disabled, wanted))

    def _use(self, plugins: tuple[LoadedPlugin, ...]) -> None:
        self.loaded = plugins
        in_use = [plugin for plugin in plugins if not plugin.disabled]
        self.registry = Registry(in_use, self._observers)
        self._conflicts = entry_point_conflicts(plugin.origin for plugin in in_use)

    def with_plugins(self, plugins: Iterable[LoadedPlugin]) -> PluginManager:
        """Return a manager with some plugins loaded anew; observers stay as they are.

        Parameters
        ----------
        plugins:
            Each takes the place of the one of its origin.
        """
        anew = {plugin.origin: plugin for plugin in plugins}
        made = copy(self)
        made._use(tuple(anew.get(item.origin, item) for item in self.loaded))
        return made

    @property
    def reports(self) -> tuple[PluginReport, ...]:
        """One report for each plugin, as things stand now."""
        return tuple(map(self._report, self.loaded))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know beside the reports, a sentence each."""
        return self._notes

    @property
    def dropped_observations(self) -> int:
        """Changes that observers were not told of, as too many waited."""
        return self._observers.dropped

    def on_set_aside(self, tell: Callable[[Problem], None]) -> None:
        """Have `tell` called, on any thread, when an observer is set aside."""
        self._observers.on_set_aside = tell

    def open_all_instruments(self) -> None:
        """Call the hooks for every instrument, so that the reports are complete."""
        for instrument in self.registry.instruments.values():
            self.registry.workflows(instrument)

    def close(self, timeout_s: float = 2.0) -> bool:
        """Let the observers finish; return whether they did within `timeout_s`."""
        return self._observers.close(timeout_s)

    def _report(self, plugin: LoadedPlugin) -> PluginReport:
        origin = plugin.origin
        records = self.registry.records_of(origin)
        problems = (
            *plugin.problems,
            *(problem for owner, problem in self._conflicts if owner == origin),
            *self.registry.problems_of(origin),
            *self._observers.problems(origin),
        )
        hooks = dict.fromkeys(item.hook.name for item in plugin.implementations)
        return PluginReport(
            origin=origin,
            module=plugin.found.module,
            summary=plugin.found.summary,
            state=_state(plugin, bool(records), problems),
            hooks=tuple(hooks),
            records=records,
            problems=problems,
            load_time_s=plugin.load_time_s,
        )


def load_plugins(
    disabled: Collection[str] = (), path: Sequence[str] | None = None
) -> PluginManager:
    """Find and load the installed plugins. Never raises because of one of them.

    Parameters
    ----------
    disabled:
        Names not to load, beside those of the file and of the environment.
    path:
        Folders in which distributions are looked for; ``sys.path`` by default.
    """
    notes: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    try:
        listed = read_disabled()
    except DisabledListError as error:
        notes = (str(error),)
    names = {*disabled, *from_environment(), *listed}
    return PluginManager(discover(path), names, notes)


def _is_disabled(origin: Origin, names: Collection[str]) -> bool:
    distribution = canonicalize_name(origin.distribution)
    if is_essential(distribution):
        return False
    return origin.plugin in names or distribution in map(canonicalize_name, names)


def _unmatched(names: Collection[str], found: Sequence[Found]) -> tuple[str, ...]:
    """Return a sentence for each disabled name that has no effect."""
    off = {
        name for name in names for item in found if _is_disabled(item.origin, (name,))
    }
    return tuple(
        f"{name!r} is to be disabled, but no plugin or distribution that can be "
        "disabled has that name"
        for name in sorted(set(names) - off)
    )


def _observing(
    plugins: Iterable[LoadedPlugin],
) -> Sequence[tuple[Origin, Implementation]]:
    return [
        (plugin.origin, implementation)
        for plugin in plugins
        for implementation in plugin.implementations
        if implementation.hook.record is None
    ]


def _state(
    plugin: LoadedPlugin, has_records: bool, problems: Sequence[Problem]
) -> PluginState:
    if plugin.disabled:
        return PluginState.DISABLED
    if not problems or has_records:
        return PluginState.LOADED
    raising = {problem.hook for problem in problems}
    usable = any(
        not item.hook.is_eager and item.hook.name not in raising
        for item in plugin.implementations
    )
    return PluginState.LOADED if usable else PluginState.FAILED

"""What the plugins register, without what is in conflict. Read-only.

Hooks that depend on an instrument or a session are called when that is opened. How
plugins are found and loaded is elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast

from livedata_core.contract import (
    AdapterSpec,
    ConfigStoreSpec,
    DecoderSpec,
    EncoderSpec,
    GridTemplate,
    Instrument,
    Origin,
    PlotterSpec,
    Record,
    SessionInfo,
    SubcommandSpec,
    TransportSpec,
    WidgetSpec,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.plugins.collecting import collect
from livedata_core.plugins.conflicts import Settlement, settle
from livedata_core.plugins.deprecations import in_records
from livedata_core.plugins.kinds import HOOKS, PREFIX
from livedata_core.plugins.loading import LoadedPlugin
from livedata_core.plugins.observers import Observers
from livedata_core.plugins.reports import Problem, ProblemKind, label

__all__ = ["Registry"]

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What the plugins say about one instrument."""

    instrument: Instrument
    workflows: Settlement
    templates: Settlement


class Registry:
    """Records by name, of all plugins that are in use.

    Safe to read from any thread. The mappings never change.

    Attributes
    ----------
    instruments, plotters, transports, config_stores, subcommands:
        By name.
    adapters:
        By target, ``workflow:…`` or ``plotter:…``.
    decoders:
        By schema id.
    encoders:
        By the import string of the payload's class.
    """

    def __init__(self, plugins: Sequence[LoadedPlugin], observers: Observers) -> None:
        self._plugins = tuple(plugins)
        self._observers = observers
        self._lock = threading.RLock()
        self._opened: dict[str, _Opened] = {}
        self._widgets = Settlement({}, ())
        self._settled = {
            hook.kind: self._settle(hook.name)
            for hook in HOOKS.values()
            if hook.is_eager
        }
        self.instruments = self._table("instruments", Instrument)
        self.plotters = self._table("plotters", PlotterSpec)
        self.transports = self._table("transports", TransportSpec)
        self.config_stores = self._table("config_stores", ConfigStoreSpec)
        self.subcommands = self._table("subcommands", SubcommandSpec)
        self.adapters = self._table("configuration_adapters", AdapterSpec)
        self.decoders = self._table("decoders", DecoderSpec)
        self.encoders = self._table("encoders", EncoderSpec)

    def workflows(self, instrument: Instrument) -> Mapping[WorkflowId, WorkflowSpec]:
        """Return the workflows of an instrument by id."""
        specs = _of_type(self._open(instrument).workflows.records, WorkflowSpec)
        return MappingProxyType({spec.id: spec for spec in specs.values()})

    def grid_templates(self, instrument: Instrument) -> Mapping[str, GridTemplate]:
        """Return the layouts offered for an instrument by name."""
        templates = _of_type(self._open(instrument).templates.records, GridTemplate)
        return MappingProxyType({item.name: item for item in templates.values()})

    def session_widgets(self, session: SessionInfo) -> tuple[WidgetSpec, ...]:
        """Return the widgets that plugins add to a session. Any thread."""
        settled = self._collect_and_settle("session_widgets", {"session": session})
        with self._lock:
            self._widgets = settled
        return tuple(_of_type(settled.records, WidgetSpec).values())

    def observe(self, hook_name: str, /, **values: Any) -> None:
        """Tell the observers of a change; never blocks, never raises.

        Parameters
        ----------
        hook_name:
            E.g. ``livedata_job_changed``.
        values:
            The hook's arguments.
        """
        self._observers.observe(hook_name, values)

    def records_of(self, origin: Origin) -> Mapping[str, tuple[Record, ...]]:
        """Return the records in use of one plugin, by kind.

        Those of instruments count from when the instrument was first opened.
        """
        found: dict[str, tuple[Record, ...]] = {}
        for kind, settlement in self._settlements():
            own = tuple(
                record
                for record in settlement.records.values()
                if record.origin == origin
            )
            if own:
                found[kind] = found.get(kind, ()) + own
        return MappingProxyType(found)

    def problems_of(self, origin: Origin) -> tuple[Problem, ...]:
        """Return the problems of one plugin that were found here, each once."""
        problems = (
            problem
            for _kind, settlement in self._settlements()
            for owner, problem in settlement.problems
            if owner == origin
        )
        return tuple(dict.fromkeys(problems))

    def _settlements(self) -> Iterator[tuple[str, Settlement]]:
        with self._lock:
            opened = tuple(self._opened.values())
            widgets = self._widgets
        yield from self._settled.items()
        for instrument in opened:
            yield "workflows", instrument.workflows
            yield "grid_templates", instrument.templates
        yield "session_widgets", widgets

    def _table(self, kind: str, record_type: type[R]) -> Mapping[str, R]:
        return MappingProxyType(_of_type(self._settled[kind].records, record_type))

    def _settle(self, hook_name: str) -> Settlement:
        hook = HOOKS[hook_name]
        return settle(
            hook,
            (
                (plugin.origin, record)
                for plugin in self._plugins
                for record in plugin.records.get(hook.kind, ())
            ),
        )

    def _open(self, instrument: Instrument) -> _Opened:
        with self._lock:
            opened = self._opened.get(instrument.name)
            if opened is None or opened.instrument != instrument:
                values = {"instrument": instrument}
                opened = _Opened(
                    instrument,
                    self._collect_and_settle("workflows", values),
                    self._collect_and_settle("grid_templates", values),
                )
                self._opened[instrument.name] = opened
            return opened

    def _collect_and_settle(self, kind: str, values: Mapping[str, Any]) -> Settlement:
        hook = HOOKS[PREFIX + kind]
        claims: list[tuple[Origin, Record]] = []
        problems: list[tuple[Origin, Problem]] = []
        for plugin in self._plugins:
            origin = plugin.origin
            records, faults = collect(plugin.of(hook.name), origin, values)
            problems.extend((origin, fault) for fault in faults)
            problems.extend((origin, fault) for fault in in_records(origin, records))
            for record in records:
                named = _instrument_of(record)
                if named is not None and named not in self.instruments:
                    problems.append((origin, _no_instrument(origin, record, named)))
                if named is None or named == values["instrument"].name:
                    claims.append((origin, record))
        settled = settle(hook, claims)
        return Settlement(settled.records, (*problems, *settled.problems))


def _of_type(records: Mapping[str, Record], record_type: type[R]) -> dict[str, R]:
    """Narrow the type; the records were checked when they were collected."""
    return cast("dict[str, R]", dict(records))


def _instrument_of(record: Record) -> str | None:
    """Return the instrument that a record is for; None if it is for any."""
    if isinstance(record, WorkflowSpec):
        return record.id.instrument
    return record.instrument if isinstance(record, GridTemplate) else None


def _no_instrument(origin: Origin, record: Record, named: str) -> Problem:
    return Problem(
        ProblemKind.INVALID_RECORD,
        f"{label(origin)} yields {record.key!r} for the instrument {named!r}, which "
        "no plugin registers; correct the name or install that instrument",
    )

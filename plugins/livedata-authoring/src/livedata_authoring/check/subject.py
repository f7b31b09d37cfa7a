"""The plugin under check: its report, its records, and the registry around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from livedata_core.api import CodecTable
from livedata_core.contract import Instrument, Record, Topics
from livedata_core.contract.raised import describe
from livedata_core.plugins import PluginReport, Registry
from livedata_core.plugins.isolation import within

if TYPE_CHECKING:
    import scipp as sc

__all__ = ["Subject", "called", "name_of_error", "unit_of"]

TIMEOUT_S = 60.0
"""A call that takes longer is abandoned: a first one may import and compile."""

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules look at. Records are those of the plugin that are in use."""

    report: PluginReport
    registry: Registry

    def records(self, kind: str, record_type: type[R]) -> tuple[R, ...]:
        """Return the plugin's records of a kind, e.g. ``plotters``."""
        found = self.report.records.get(kind, ())
        return tuple(record for record in found if isinstance(record, record_type))

    @property
    def all_records(self) -> Mapping[str, tuple[Record, ...]]:
        """All records of the plugin by kind."""
        return self.report.records

    def codecs(self, instrument: Instrument) -> CodecTable:
        """Return the codecs that an instrument's messages go through."""
        registry = self.registry
        topics = Topics(instrument.name)
        return CodecTable(registry.decoders, registry.encoders, topics)

    def instrument(self, name: str) -> Instrument | None:
        """Return an installed instrument."""
        return self.registry.instruments.get(name)


def called(function: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    """Call code of the plugin; return what it returned or raised, or that it hangs."""
    outcome = within(function, TIMEOUT_S)
    return outcome.value, outcome.error


def unit_of(text: str) -> sc.Unit:
    """Return the unit that a record names; times of day travel in ns.

    Raises
    ------
    scipp.UnitError
        If it is none.
    """
    import scipp as sc

    return sc.Unit("ns" if text == "datetime64[ns]" else text)


def name_of_error(error: BaseException | None) -> str:
    """Return type and message of an exception on one line."""
    if error is None:
        return "nothing"
    if isinstance(error, SystemExit):
        return f"sys.exit({error.code!r})"
    return describe(error)

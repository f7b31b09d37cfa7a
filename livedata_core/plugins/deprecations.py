"""What of the contract goes in a later version, and which plugins still use it.

Nothing is deprecated now. What is to go is entered here, for at least two minor
versions; see ``docs/explanation/contract-versions.md``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from livedata_core.contract import Origin, Record
from livedata_core.plugins.checks import Implementation
from livedata_core.plugins.reports import Problem, ProblemKind, label

__all__ = ["FIELDS", "HOOKS", "Deprecation", "in_hooks", "in_records"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Something that plugins should use no more.

    Attributes
    ----------
    since, gone_in:
        Versions of the core.
    instead:
        What to write in its place, in the imperative.
    """

    since: str
    gone_in: str
    instead: str


HOOKS: dict[str, Deprecation] = {}
"""By the name of the hook, or ``hook.argument``."""

FIELDS: dict[str, Deprecation] = {}
"""By ``Record.field``."""


def in_hooks(
    origin: Origin, implementations: Iterable[Implementation]
) -> Iterator[Problem]:
    """Yield a problem for each deprecated hook or argument that a plugin uses."""
    for item in implementations:
        name = item.hook.name
        used = [name, *(f"{name}.{argument}" for argument in item.arguments)]
        yield from _used(origin, used, HOOKS)


def in_records(origin: Origin, records: Iterable[Record]) -> Iterator[Problem]:
    """Yield a problem for each deprecated field that a plugin sets, each once."""
    used = {
        f"{type(record).__name__}.{field}": None
        for record in records
        for field in sorted(record.model_fields_set)
    }
    yield from _used(origin, used, FIELDS)


def _used(
    origin: Origin, names: Iterable[str], known: Mapping[str, Deprecation]
) -> Iterator[Problem]:
    for name in names:
        found = known.get(name)
        if found is not None:
            message = (
                f"{label(origin)} uses {name}, which is deprecated since livedata-core "
                f"{found.since} and gone in {found.gone_in}; {found.instead}"
            )
            log.warning("%s", message)
            yield Problem(ProblemKind.DEPRECATED, message)

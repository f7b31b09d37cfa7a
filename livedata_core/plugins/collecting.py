"""Calling one hook of one plugin and checking each record that it yields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from livedata_core.contract import Origin, Record
from livedata_core.contract.raised import describe
from livedata_core.plugins.checks import Implementation
from livedata_core.plugins.isolation import attempt, iterate, within
from livedata_core.plugins.kinds import Hook
from livedata_core.plugins.reports import (
    Problem,
    ProblemKind,
    format_traceback,
    label,
    way_to_disable,
)
from livedata_core.plugins.tracing import traced

__all__ = ["HOOK_TIMEOUT_S", "MOST_RECORDS", "collect", "hook_error"]

_Keyed = tuple[str, Record]

HOOK_TIMEOUT_S = 10.0
"""A hook that takes longer is abandoned: it describes, and has nothing to wait for."""

MOST_RECORDS = 10_000
"""More than this from one hook is taken for a generator that never ends."""


def collect(
    implementations: Iterable[Implementation], origin: Origin, values: Mapping[str, Any]
) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Return what a plugin yields for one hook, stamped, and what is wrong with it.

    What a hook yielded before it raised counts. Of two records with one name the
    first counts.

    Parameters
    ----------
    implementations:
        The plugin's functions for the hook; as a rule one.
    values:
        What the hook is called with, by argument name.
    """
    records: dict[str, Record] = {}
    problems: list[Problem] = []
    for implementation in implementations:
        hook = implementation.hook
        for item in _in_time(implementation, origin, values):
            if isinstance(item, Problem):
                problems.append(item)
                continue
            key, record = item
            if key in records:
                problems.append(_duplicate(hook, origin, key))
            else:
                records[key] = record
    return tuple(records.values()), tuple(problems)


def _in_time(
    implementation: Implementation, origin: Origin, values: Mapping[str, Any]
) -> list[_Keyed | Problem]:
    """Return what a function yields, or that it did not return."""
    hook = implementation.hook
    with traced(origin, hook.name):
        items = within(
            lambda: list(_yielded(implementation, origin, values)), HOOK_TIMEOUT_S
        )
    return [_raised(hook, origin, items.error)] if items.error else items.value or []


def _yielded(
    implementation: Implementation, origin: Origin, values: Mapping[str, Any]
) -> Iterator[_Keyed | Problem]:
    hook = implementation.hook
    returned = attempt(lambda: implementation.call(values))
    if returned.error is not None:
        yield _raised(hook, origin, returned.error)
        return
    items = returned.value
    if items is None:
        return
    if isinstance(items, BaseModel | str) or not isinstance(items, Iterable):
        fault = f"returned one {type(items).__name__}; yield records or return a list"
        yield _invalid(hook, origin, fault)
        return
    for count, item in enumerate(iterate(items)):
        if count >= MOST_RECORDS:
            fault = f"yields more than {MOST_RECORDS} records; it never ends"
            yield _invalid(hook, origin, fault)
            return
        stamped = attempt(partial(_stamped, hook, origin, item.value))
        error = item.error or stamped.error
        if error is not None:
            yield _raised(hook, origin, error)
        elif stamped.value is not None:
            yield stamped.value


def _stamped(hook: Hook, origin: Origin, item: object) -> _Keyed | Problem:
    """Return a record with its origin and key, which may be code of the plugin."""
    if hook.record is None or not isinstance(item, hook.record):
        wanted = hook.record.__name__ if hook.record else "nothing"
        shown = attempt(lambda: f"{item!r:.80}").value or "something"
        fault = f"yields {shown}, a {type(item).__name__}; it must be {wanted}"
        return _invalid(hook, origin, fault)
    record = item.model_copy(update={"origin": origin})
    return record.key, record


def _duplicate(hook: Hook, origin: Origin, key: str) -> Problem:
    return Problem(
        ProblemKind.DUPLICATE_NAME,
        f"{label(origin)} registers {hook.noun} {key!r} twice; the first is used; "
        "remove or rename the other in the plugin",
        hook=hook.name,
    )


def hook_error(hook: Hook, origin: Origin, error: BaseException) -> Problem:
    """Return the problem of a hook that raised."""
    return Problem(
        ProblemKind.HOOK_ERROR,
        f"{label(origin)}: {hook.name} raised {describe(error)}; "
        f"update the plugin or disable it with {way_to_disable(origin)}",
        hook=hook.name,
        traceback=format_traceback(error),
    )


def _raised(hook: Hook, origin: Origin, error: BaseException) -> Problem:
    if not isinstance(error, ValidationError):
        return hook_error(hook, origin, error)
    told = attempt(lambda: error.errors(include_url=False, include_input=False))
    if told.error is not None:
        return hook_error(hook, origin, error)
    faults = "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'record'}: {fault['msg']}"
        for fault in told.value or ()
    )
    text = f"yields a {error.title} that is not valid: {faults}"
    return _invalid(hook, origin, text, error)


def _invalid(
    hook: Hook, origin: Origin, fault: str, error: BaseException | None = None
) -> Problem:
    return Problem(
        ProblemKind.INVALID_RECORD,
        f"{label(origin)}: {hook.name} {fault}; mend or update the plugin, or disable "
        f"it with {way_to_disable(origin)}",
        hook=hook.name,
        traceback=format_traceback(error) if error else None,
    )

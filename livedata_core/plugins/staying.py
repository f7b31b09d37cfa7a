"""What of an edited plugin is used as it was until the program is started again.

Plotters, workflows, forms and layouts are taken anew; what transports and observers
hold on to, from the start, is not.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from livedata_core.contract import Record
from livedata_core.plugins.checks import Implementation
from livedata_core.plugins.kinds import HOOKS, OBSERVING, PREFIX
from livedata_core.plugins.loading import LoadedPlugin

__all__ = ["staying"]

STAYING = (
    "instruments",
    "decoders",
    "encoders",
    "transports",
    "config_stores",
    "subcommands",
)
"""Kinds of records that are used as they were when the program started."""


def staying(
    before: LoadedPlugin,
    after: LoadedPlugin,
    known: Mapping[str, Collection[Record]],
    edited: Collection[Path],
) -> tuple[str, ...]:
    """Return in words what of a plugin stays as it was though its files were edited.

    Parameters
    ----------
    before, after:
        The plugin before and after it was loaded anew.
    known:
        All its records in use, by kind.
    edited:
        The files that were edited after they had been imported. One that neither
        defines hooks nor is named by a record may be imported by anything.
    """
    files = set(edited)
    named = {
        file
        for records in known.values()
        for record in records
        for file in _files_of(record)
    }
    hooks = {_file_of(implementation) for implementation in before.implementations}
    anything = bool(files - named - hooks)
    found = [
        f"{HOOKS[PREFIX + kind].noun} {record.key!r}"
        for kind in STAYING
        for record in before.records.get(kind, ())
        if anything
        or files & {*_files_of(record)}
        or _differs(record, after.records.get(kind, ()))
    ]
    found += [
        f"hook {implementation.hook.name}"
        for implementation in before.implementations
        if implementation.hook.name in OBSERVING
        and (anything or _file_of(implementation) in files)
    ]
    return tuple(found)


def _files_of(record: Record) -> Iterator[Path]:
    """Yield the files of what a record names by import strings."""
    for value in dict(record).values():
        if isinstance(value, str):
            module = sys.modules.get(value.partition(":")[0])
            file = getattr(module, "__file__", None) if ":" in value else None
            if file:
                yield Path(file).resolve()


def _file_of(implementation: Implementation) -> Path:
    function = inspect.unwrap(implementation.function)
    code = getattr(function, "__code__", None)
    return Path(code.co_filename if code else "").resolve()


def _differs(record: Record, others: Collection[Record]) -> bool:
    """Return whether a record is among others with different contents, or is gone."""
    told = record.model_dump(exclude={"origin"})
    return not any(told == other.model_dump(exclude={"origin"}) for other in others)

"""The reference page of what the project's own distributions register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from livedata_core.contract import Record, WorkflowSpec
from livedata_core.plugins import Registry, is_first_party, load_plugins

__all__ = ["installed_page"]

R = TypeVar("R", bound=Record)


def installed_page() -> str:
    """Return the Markdown of instruments, workflows, plotters and the rest."""
    registry = load_plugins().registry
    return "\n\n".join(["# What is installed", *_parts(registry)]) + "\n"


def _parts(registry: Registry) -> Iterator[str]:
    yield (
        "What the distributions of this project register. `livedata plugins` shows the "
        "same for what is installed on your machine."
    )
    instruments = _own(registry.instruments.values())
    yield "## Instruments"
    yield _table(
        ("name", "title", "sources", "from"),
        (
            (
                f"`{item.name}`",
                item.title,
                ", ".join(f"`{source.name}`" for source in item.sources),
                _origin(item),
            )
            for item in instruments
        ),
    )
    for item in instruments:
        yield f"### Workflows of {item.name}"
        yield _workflows(_own(registry.workflows(item).values()))
    yield "## Plotters"
    yield _table(
        ("name", "title", "shows", "from"),
        (
            (f"`{item.name}`", item.title, item.description, _origin(item))
            for item in _own(registry.plotters.values())
        ),
    )
    yield "## Schemas"
    yield _table(
        ("decoded", "from"),
        (
            (f"`{item.name}`", _origin(item))
            for item in _own(registry.decoders.values())
        ),
    )
    yield "## Transports"
    transports = _own(registry.transports.values())
    yield _table(
        ("name", "title", "from"),
        ((f"`{item.name}`", item.title, _origin(item)) for item in transports),
    )
    yield "## Places for settings"
    stores = _own(registry.config_stores.values())
    yield _table(
        ("name", "title", "from"),
        ((f"`{item.name}`", item.title, _origin(item)) for item in stores),
    )


def _workflows(workflows: Iterable[WorkflowSpec]) -> str:
    return _table(
        ("id", "title", "outputs", "from"),
        (
            (
                f"`{item.id}`",
                item.title,
                ", ".join(f"`{output.name}`" for output in item.outputs),
                _origin(item),
            )
            for item in workflows
        ),
    )


def _own(records: Iterable[R]) -> list[R]:
    """Return those of this project, sorted by key."""
    own = (
        record
        for record in records
        if record.origin is not None and is_first_party(record.origin.distribution)
    )
    return sorted(own, key=lambda record: record.key)


def _origin(record: Record) -> str:
    return record.origin.distribution if record.origin else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |"
        for line in lines
    )

"""Layouts as files that people keep and pass on: YAML text, read with care.

Where the dashboard itself keeps its layout is the settings store's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from livedata_core.config.yaml_text import marked_yaml, require_whole
from livedata_core.plots.documents import UnreadableError, from_document, to_document
from livedata_core.plots.layout import Grid, Layout

__all__ = ["FILE_LIMIT", "layout_text", "read_layout_text"]

FILE_LIMIT = 1_000_000
"""Longest text that is read, in characters."""

DEPTH_LIMIT = 40


def layout_text(layout: Layout, grids: Iterable[Grid]) -> str:
    """Return some grids of a layout as text, with all that is kept of them.

    All of them bring the stored grids along that cannot be read.
    """
    chosen = tuple(grids)
    update: dict[str, object] = {"grids": chosen}
    if chosen != layout.grids:
        update["unreadable"] = ()
    document = to_document(layout.model_copy(update=update))
    return marked_yaml(document, _Plain)


def read_layout_text(text: str) -> tuple[Layout, tuple[str, ...]]:
    """Read grids from text. May take a second; not for the event loop.

    Returns
    -------
    :
        The grids with all that the text says of them, and a sentence for each that is
        not as it should be.

    Raises
    ------
    ValueError
        If it is no layout, with a sentence for people.
    """
    document = _parsed(text)
    if not isinstance(document, Mapping) or "grids" not in document:
        raise ValueError("this is no layout: it has no list of grids")
    layout, problems = from_document(document)
    if not layout.grids:
        reason = problems[0] if problems else "its list of grids is empty"
        raise ValueError(f"no grid was found: {reason}")
    return layout, problems


def _parsed(text: str) -> Any:
    if len(text) > FILE_LIMIT:
        raise ValueError(f"a layout has at most {FILE_LIMIT} characters")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        require_whole(text)
        _refuse_bombs(yaml.parse(text, Loader=loader))
        return yaml.load(text, Loader=loader)  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = _reason(error)
        raise ValueError(f"it cannot be read as YAML: {reason}") from error


def _reason(error: Exception) -> str:
    """Return what is wrong, and where if that is known."""
    mark = getattr(error, "problem_mark", None)
    if isinstance(error, yaml.MarkedYAMLError) and mark is not None and error.problem:
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return " ".join(str(error).split())


def _refuse_bombs(events: Iterable[Any]) -> None:
    """Refuse what would grow when it is read: references and deep nesting."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableError("references (*name) are not allowed")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_LIMIT:
            raise UnreadableError(f"nested deeper than {DEPTH_LIMIT} levels")


class _Plain(yaml.SafeDumper):
    """Writes values that are the same twice, not as references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

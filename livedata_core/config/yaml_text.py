"""Settings as YAML text that tells whether it is whole.

YAML that breaks off at the end of a line is YAML still, of less. What is written here
lies between the marks of a document, ``---`` and ``...``: a text with the first and
without the second was cut. Text without either, written by hand, is taken as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

__all__ = ["marked_yaml", "require_whole"]

_BEGIN, _END = "---", "..."


def marked_yaml(
    document: Mapping[str, Any], dumper: type[yaml.SafeDumper] = yaml.SafeDumper
) -> str:
    """Return a document as text between marks; names keep their order.

    Raises
    ------
    yaml.YAMLError
        If it holds what YAML cannot carry.
    """
    text: str = yaml.dump(
        dict(document),
        Dumper=dumper,
        sort_keys=False,
        allow_unicode=True,
        explicit_start=True,
        explicit_end=True,
    )
    return text


def require_whole(text: str) -> None:
    """Check that a text is not the beginning of another.

    Raises
    ------
    ValueError
        If it was cut off.

    Examples
    --------
    >>> require_whole(marked_yaml({"grids": []}))
    >>> require_whole("grids: []")
    """
    lines = text.strip().splitlines()
    if lines[:1] == [_BEGIN] and lines[-1] != _END:
        raise ValueError(f"it was cut off: the line {_END!r} at its end is missing")

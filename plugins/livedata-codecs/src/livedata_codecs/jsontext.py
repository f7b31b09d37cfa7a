"""JSON objects from a network: read with limits, written on one line.

Python's reader takes numbers of thousands of digits, nesting that later exhausts the
stack of whoever walks it, and halves of surrogate pairs that cannot be written as
UTF-8 again. None of that is let in.
"""

from __future__ import annotations

import json
from typing import Any

from livedata_core.contract import DecodeError

__all__ = ["read_object", "write_object"]

MAX_DEPTH = 32
_MAX_INTEGER = 2**63


def read_object(text: str | bytes) -> dict[str, Any]:
    """Return the object that the text holds.

    Raises
    ------
    DecodeError
        If it is no JSON, no object, or past the limits.
    """
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        value = json.loads(decoded, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"no JSON: {error}") from error
    if not isinstance(value, dict):
        raise DecodeError(f"expected a JSON object, found {type(value).__name__}")
    _check(value, MAX_DEPTH)
    return value


def write_object(value: dict[str, Any]) -> str:
    """Return the object as text on one line without spaces."""
    return json.dumps(value, separators=(",", ":"))


def _integer(digits: str) -> int:
    value = int(digits)
    if not -_MAX_INTEGER <= value < _MAX_INTEGER:
        raise ValueError(f"{digits[:24]} does not fit into 64 bits")
    return value


def _check(value: object, depth: int) -> None:
    if depth == 0:
        raise DecodeError(f"JSON nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check(member, depth - 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth - 1)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DecodeError(f"a JSON string holds half a character: {error}") from error

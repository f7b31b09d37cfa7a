"""What has been entered into a form: raw values, validation, errors per field."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python

from livedata_panel.forms.fields import Field, Group, Kind, Path

__all__ = ["Checked", "Raw", "check", "is_same", "raw_value", "raw_values"]

Raw = str | bool
"""As a browser holds it: text, or a tick. A select holds the number of its choice."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A form's values as its model, or what is wrong with them, by path."""

    model: BaseModel | None
    errors: Mapping[Path, str]


def raw_value(field: Field, value: object) -> Raw:
    """Return a value as its widget holds it."""
    if field.kind is Kind.BOOL:
        return bool(value)
    if field.kind is Kind.SELECT:
        return _choice_index(field, value)
    if value is None:
        return ""
    if field.kind is Kind.JSON:
        return json.dumps(to_jsonable_python(value, fallback=str))
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value)) if field.kind is Kind.INTEGER else f"{value:.1f}"
    return str(value)


def _choice_index(field: Field, value: object) -> str:
    for index, choice in enumerate(field.choices):
        plain = choice.value.value if isinstance(choice.value, Enum) else choice.value
        if value == choice.value or value == plain:
            return str(index)
    return ""


def raw_values(form: Group, values: Mapping[str, Any]) -> dict[Path, Raw]:
    """Return what a form shows for `values`; missing ones take the default."""
    raw: dict[Path, Raw] = {}
    for field in form.all_fields():
        found, value = _look_up(values, field.path)
        raw[field.path] = raw_value(field, value if found else field.default)
    for group in form.all_groups():
        if group.switch is not None:
            found, value = _look_up(values, group.path)
            there = value is not None if found else group.switch.default
            raw[group.path] = bool(there)
    return raw


def _look_up(values: Any, path: Path) -> tuple[bool, Any]:
    for name in path:
        if not isinstance(values, Mapping) or name not in values:
            return False, None
        values = values[name]
    return True, values


def is_same(field: Field, one: Raw, other: Raw) -> bool:
    """Tell whether two texts stand for one value, as ``1`` and ``1.0`` do."""
    if one == other:
        return True
    try:
        return bool(_parse(field, one) == _parse(field, other))
    except ValueError:
        return False


def check(form: Group, model: type[BaseModel], raw: Mapping[Path, Raw]) -> Checked:
    """Validate what has been entered."""
    errors: dict[Path, str] = {}
    values: dict[str, Any] = {}
    left_out = _left_out(form, raw)
    for group in form.all_groups():
        if not _is_within(group.path, left_out):
            _place(values, group.path)
    for path in left_out:
        if not _is_within(path[:-1], left_out):
            _place(values, path[:-1])[path[-1]] = None
    switches = {g.path for g in form.all_groups() if g.switch is not None}
    for field in form.all_fields():
        if field.path in switches or _is_within(field.path, left_out):
            continue
        try:
            value = _parse(field, raw.get(field.path, ""))
        except ValueError as error:
            errors[field.path] = str(error)
            continue
        if value is not _MISSING:
            _place(values, field.path[:-1])[field.path[-1]] = value
    if errors:
        return Checked(None, errors)
    try:
        return Checked(model.model_validate(values), {})
    except ValidationError as error:
        known = {field.path for field in form.all_fields()} | {
            group.path for group in form.all_groups()
        }
        return Checked(None, _by_path(error, known))


_MISSING = object()


def _left_out(form: Group, raw: Mapping[Path, Raw]) -> set[Path]:
    """Return the paths of nested models that are switched off."""
    return {
        group.path
        for group in form.all_groups()
        if group.switch is not None and not raw.get(group.path)
    }


def _is_within(path: Path, groups: set[Path]) -> bool:
    return any(path[: len(group)] == group for group in groups)


def _place(values: dict[str, Any], path: Path) -> dict[str, Any]:
    for name in path:
        values = values.setdefault(name, {})
    return values


def _parse(field: Field, raw: Raw) -> object:
    """Return the value of a field.

    Raises
    ------
    ValueError
        With a sentence if it cannot be read.
    """
    if field.kind is Kind.BOOL:
        return bool(raw)
    text = str(raw)
    if field.kind is Kind.TEXT:
        return None if field.nullable and not text else text
    if not text.strip():
        return _empty(field)
    if field.kind is Kind.SELECT:
        return _chosen(field, text)
    if field.kind is Kind.JSON:
        return _read_json(text)
    return _read_number(text.strip(), whole=field.kind is Kind.INTEGER)


def _empty(field: Field) -> object:
    if field.nullable:
        return None
    if field.kind is Kind.SELECT:
        raise ValueError("Choose one.")
    if field.kind is Kind.JSON and not field.required:
        return _MISSING
    raise ValueError("Enter a value." if field.kind is Kind.JSON else "Enter a number.")


def _chosen(field: Field, text: str) -> object:
    try:
        return field.choices[int(text)].value
    except (ValueError, IndexError):
        raise ValueError("Choose one.") from None


def _read_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"This is no JSON: {error}.") from None


def _read_number(text: str, *, whole: bool) -> float | int:
    if whole:
        with suppress(ValueError):
            return int(text)  # all digits, which a float has not beyond 2**53
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a number.") from None
    if not math.isfinite(number):
        raise ValueError("Enter a finite number.")
    if not whole:
        return number
    if number != int(number):
        raise ValueError("Enter a whole number.")
    return int(number)


def _by_path(error: ValidationError, known: set[Path]) -> dict[Path, str]:
    """Return one sentence for each field; what fits no field goes to its group."""
    found: dict[Path, str] = {}
    for item in error.errors(include_url=False):
        path: Path = tuple(str(part) for part in item["loc"])
        while path not in known and path:
            path = path[:-1]
        found.setdefault(path, _sentence(item["msg"]))
    return found


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."

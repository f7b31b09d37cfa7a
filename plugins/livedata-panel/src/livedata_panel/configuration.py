"""**ConfigurationWidget**: a form that configures what an adapter stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from livedata_core.contract import ConfigurationAdapter
from livedata_panel.forms import Checked, Field, Group, Path, Raw, check, form_of
from livedata_panel.forms.values import raw_value, raw_values

__all__ = ["ConfigurationWidget", "can_be_shown"]


class ConfigurationWidget:
    """The state of one open form: values, errors, chosen sources. Event loop only.

    Errors are shown for fields that have been touched, and for all after a try to
    apply.

    Parameters
    ----------
    adapter:
        What is configured.
    """

    def __init__(self, adapter: ConfigurationAdapter) -> None:
        self.adapter = adapter
        self._model = adapter.model
        self._form = form_of(adapter.model)
        self._fields = {field.path: field for field in self._form.all_fields()}
        self._raw = raw_values(self._form, adapter.initial())
        self._touched: set[Path] = set()
        self._tried = False
        self._refusal = ""
        self._sources = {choice.name: choice.selected for choice in adapter.sources}
        if self._sources and not any(self._sources.values()):
            self._sources = dict.fromkeys(self._sources, True)

    def change(self, path: Path, value: Raw) -> None:
        """Take in what was entered into a field; an unknown field is ignored."""
        if path in self._fields:
            self._raw[path] = value
            self._touched.add(path)
            self._refusal = ""

    def reset(self, path: Path | None = None) -> None:
        """Give a field, or all, its default value."""
        for field in self._fields.values():
            if path is None or field.path == path:
                self._raw[field.path] = raw_value(field, field.default)
        self._refusal = ""

    def choose(self, source: str, *, selected: bool) -> None:
        """Choose a source or leave it out."""
        if source in self._sources:
            self._sources[source] = selected
            self._refusal = ""

    def apply(self) -> bool:
        """Act on the button if all is well; return whether it was done."""
        self._tried = True
        checked = self._check()
        if checked.model is None:
            return False
        chosen = [name for name, selected in self._sources.items() if selected]
        try:
            self.adapter.apply(checked.model, chosen)
        except ValueError as error:
            self._refusal = str(error)
            return False
        self._tried = False
        self._touched.clear()
        return True

    def checked(self) -> tuple[BaseModel, list[str]] | None:
        """Return values and chosen sources if all is well; errors are shown if not."""
        self._tried = True
        model = self._check().model
        if model is None:
            return None
        return model, [name for name, selected in self._sources.items() if selected]

    def _check(self) -> Checked:
        return check(self._form, self._model, self._raw)

    def view(self) -> dict[str, Any]:
        """Return what the browser shows."""
        errors = self._check().errors
        shown = {
            path: text
            for path, text in errors.items()
            if self._tried or path in self._touched or path not in self._fields
        }
        return {
            "title": self.adapter.title,
            "description": self.adapter.description,
            "action": self.adapter.action,
            "valid": not errors,
            "refusal": self._refusal or shown.get((), ""),
            "sources": [
                {
                    "name": choice.name,
                    "title": choice.title,
                    "selected": self._sources.get(choice.name, False),
                }
                for choice in self.adapter.sources
            ],
            "group": self._group_view(self._form, shown),
        }

    def _group_view(self, group: Group, errors: Mapping[Path, str]) -> dict[str, Any]:
        return {
            "path": list(group.path),
            "title": group.title,
            "description": group.description if group.path else "",
            "error": errors.get(group.path, "") if group.path else "",
            "fields": [self._field_view(field, errors) for field in group.fields],
            "groups": [self._group_view(inner, errors) for inner in group.groups],
        }

    def _field_view(self, field: Field, errors: Mapping[Path, str]) -> dict[str, Any]:
        raw = self._raw[field.path]
        default = raw_value(field, field.default)
        return {
            "path": list(field.path),
            "label": field.label,
            "kind": field.kind.value,
            "description": field.description,
            "unit": field.unit,
            "limits": _limits(field),
            "value": raw,
            "changed": raw != default and not field.required,
            "default": _shown(field, default),
            "nullable": field.nullable,
            "choices": [choice.label for choice in field.choices],
            "error": errors.get(field.path, ""),
        }


def can_be_shown(adapter: ConfigurationAdapter) -> None:
    """Make a form of an adapter for nobody to see; raises whatever prevents it."""
    ConfigurationWidget(adapter).view()


def _shown(field: Field, raw: Raw) -> str:
    """Return a raw value as people read it."""
    if isinstance(raw, bool):
        return "on" if raw else "off"
    if field.choices and raw:
        return field.choices[int(raw)].label
    return raw or "empty"


def _limits(field: Field) -> str:
    if field.low and field.high:
        return f"{field.low} to {field.high}"
    if field.low:
        return field.low if field.low.startswith(">") else f"≥ {field.low}"
    if field.high:
        return field.high if field.high.startswith("<") else f"≤ {field.high}"
    return ""

"""**ConfigurationWidget**: a form that configures what an adapter stands for.

What is entered into fields is `livedata_panel.entries`' business; here is what a
browser shows of it, and the button.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livedata_core.contract import (
    ConfigurationAdapter,
    SourceConfigurationAdapter,
    SourceSettings,
)
from livedata_panel.entries import AUX, Draft, Entries, aux_group
from livedata_panel.form_problems import blamed, first_problem, wrong_fields
from livedata_panel.forms import Checked, Field, Group, Path, Raw, check, form_of
from livedata_panel.forms.values import raw_value

__all__ = ["ConfigurationWidget", "can_be_shown"]


class ConfigurationWidget:
    """The state of one open form: values, errors, chosen sources. Event loop only.

    Errors are shown for fields that have been touched, and for all after a try to
    apply. Where the adapter takes them, each source may have values of its own.

    Parameters
    ----------
    adapter:
        What is configured.
    """

    def __init__(self, adapter: ConfigurationAdapter) -> None:
        self.adapter = adapter
        self._each = (
            adapter if isinstance(adapter, SourceConfigurationAdapter) else None
        )
        self._model = adapter.model
        self._form = form_of(adapter.model)
        self._aux = aux_group(self._each.aux_choices() if self._each else ())
        self._offered = self._offer()
        self._sources = dict(self._offered)
        self._drafted = False
        if self._sources and not any(self._sources.values()):
            self._sources = dict.fromkeys(self._sources, True)
        self._entries = Entries(self._form, self._aux, adapter.initial())
        self._began = dict(self._sources)
        self._scope = ""
        self._touched: set[Path] = set()
        self._tried = False
        self._refusal = ""
        if self._each is not None:
            self._entries.take_own(
                {name: self._each.initial_of(name) for name in self._sources},
                self.chosen[0] if self._sources else "",
            )

    def _offer(self) -> dict[str, bool]:
        return {choice.name: choice.selected for choice in self.adapter.sources}

    @property
    def chosen(self) -> list[str]:
        """The sources that are ticked."""
        return [name for name, selected in self._sources.items() if selected]

    def change(self, path: Path, value: Raw) -> None:
        """Take in what was entered into a field; an unknown field is ignored."""
        if self._entries.change(self._scope, path, value):
            self._touched.add(path)
            self._refusal = ""

    def reset(self, path: Path | None = None) -> None:
        """Give a field, or all, its default value; of one source, that of all."""
        self._entries.reset(self._scope, path)
        self._refusal = ""

    def choose(self, source: str, *, selected: bool) -> None:
        """Choose a source or leave it out."""
        if source in self._sources:
            self._sources[source] = selected
            self._refusal = ""
            if self._scope not in self.chosen:
                self._scope = ""

    def choose_scope(self, source: str) -> None:
        """Show the values of one source; empty: those of all."""
        if source == "" or (self._each is not None and source in self.chosen):
            self._scope = source

    def apply(self) -> bool:
        """Act on the button if all is well; return whether it was done."""
        settings = self.settings()
        if settings is None:
            return False
        try:
            if self._each is not None and self._sources:
                self._each.apply_each(settings)
            else:
                model = self._check("").model
                if model is not None:  # it is: settings() has made sure
                    self.adapter.apply(model, self.chosen)
        except ValueError as error:
            self._refusal = str(error)
            return False
        self._tried = False
        self._touched.clear()
        self._entries.settle()
        self._began = dict(self._sources)
        return True

    def follow(self) -> None:
        """Show what the adapter has by now; what was entered and waits stays.

        For what others may change as well while the form is open. A form whose
        sources have values of their own stays as it is.
        """
        if self._each is not None:
            return
        self._entries.follow(self.adapter.initial())
        offered, self._offered = self._offered, self._offer()
        for name, selected in self._offered.items():
            if offered.get(name) != selected:
                self._sources[name] = self._began[name] = selected

    def settings(self) -> dict[str, SourceSettings] | None:
        """Return what each chosen source gets if all is well; else errors are shown."""
        self._tried = True
        if self._check("").model is None:
            self._scope = ""
            return None
        found: dict[str, SourceSettings] = {}
        for name in self.chosen:
            model = self._check(name).model
            if model is None:
                self._scope = name
                return None
            aux = self._entries.aux(name) if self._each is not None else None
            found[name] = SourceSettings(model, aux)
        return found

    def _check(self, scope: str) -> Checked:
        return check(self._form, self._model, self._entries.raw(scope))

    # --- What waits -------------------------------------------------------------

    def draft(self) -> Draft:
        """Return what was entered and not acted on."""
        began = self._began
        sources = {n: on for n, on in self._sources.items() if on != began[n]}
        return Draft(self._entries.waiting(), sources)

    def take(self, draft: Draft) -> None:
        """Enter a draft; what has become unknown of it is left out."""
        for name, selected in draft.sources.items():
            self.choose(name, selected=selected)
        for name, values in draft.values.items():
            if name and name not in self._sources:
                continue
            for path, value in values.items():
                if self._entries.change(name, path, value):
                    self._touched.add(path)
        self._drafted = bool(self.draft())

    # --- What the browser shows --------------------------------------------------

    def view(self) -> dict[str, Any]:
        """Return what the browser shows."""
        errors = self._check(self._scope).errors
        shown = {
            path: text
            for path, text in errors.items()
            if self._tried or path in self._touched or path not in self._entries.fields
        }
        group = self._group_view(self._form, shown)
        if self._aux.fields:
            group["groups"].append(self._group_view(self._aux, {}))
        problem = self._problem()
        return {
            "title": self.adapter.title,
            "description": self.adapter.description,
            "action": self.adapter.action,
            "valid": problem is None,
            "problem": problem,
            "waiting": self._waiting(errors) if problem else [],
            "refusal": self._refusal,
            "drafted": self._drafted,
            "sources": [
                {
                    "name": choice.name,
                    "title": choice.title,
                    "selected": self._sources.get(choice.name, False),
                }
                for choice in self.adapter.sources
            ],
            "scopes": self._scopes(),
            "scope": self._scope,
            "group": group,
        }

    def _problem(self) -> dict[str, Any] | None:
        """Return what to mend first, here or at another source; None: all is well."""
        titles = {choice.name: choice.title for choice in self.adapter.sources}
        others = [name for name in self.chosen if self._entries.own(name)]
        waiting = self._entries.waiting()
        for scope in dict.fromkeys((self._scope, "", *others)):
            errors, entered = self._check(scope).errors, waiting.get(scope, ())
            problem = first_problem(self._form, errors, entered)
            if problem is not None:
                source = titles.get(scope, scope) if scope != self._scope else ""
                where = ", ".join(filter(None, (source, problem.where)))
                return {
                    "scope": scope,
                    "path": list(problem.path),
                    "where": where,
                    "text": problem.text,
                }
        return None

    def _waiting(self, errors: Mapping[Path, str]) -> list[str]:
        """Return the titles of fields with a change that others hold up."""
        wrong = wrong_fields(self._form, errors)
        entered = self._entries.waiting().get(self._scope, {})
        return [
            self._entries.fields[path].label for path in entered if path not in wrong
        ]

    def _scopes(self) -> list[dict[str, Any]]:
        """Return for what values can be entered; empty: for all sources alike."""
        if self._each is None or len(self.chosen) < 2:
            return []
        titles = {choice.name: choice.title for choice in self.adapter.sources}
        return [
            {"name": "", "title": "All chosen sources", "own": 0, "valid": True},
            *(
                {
                    "name": name,
                    "title": titles.get(name, name),
                    "own": len(self._entries.own(name)),
                    "valid": self._check(name).model is not None,
                }
                for name in self.chosen
            ),
        ]

    def _group_view(self, group: Group, errors: Mapping[Path, str]) -> dict[str, Any]:
        on = group.switch is None or bool(
            self._entries.raw(self._scope)[group.switch.path]
        )
        error = errors.get(group.path, "") if on else ""
        wrong = {field.path for field in blamed(group, error)} if error else set()
        return {
            "path": list(group.path),
            "title": group.title,
            "description": group.description if group.path else "",
            "error": error if group.path else "",
            "switch": self._field_view(group.switch, {}) if group.switch else None,
            "fields": [
                {**self._field_view(f, errors), "blamed": f.path in wrong}
                for f in group.fields
                if on
            ],
            "groups": [self._group_view(g, errors) for g in group.groups if on],
        }

    def _field_view(self, field: Field, errors: Mapping[Path, str]) -> dict[str, Any]:
        raw = self._entries.raw(self._scope)[field.path]
        if self._scope:
            reference = self._entries.raw("")[field.path]
            changed = raw != reference
        else:
            reference = raw_value(field, field.default)
            changed = raw != reference and not field.required
        return {
            "path": list(field.path),
            "label": field.label,
            "kind": field.kind.value,
            "description": field.description,
            "unit": field.unit,
            "limits": _limits(field),
            "value": raw,
            "changed": changed,
            "default": _shown(field, reference),
            "others": [] if self._scope else self._others(field),
            "nullable": field.nullable,
            "choices": [choice.label for choice in field.choices],
            "error": errors.get(field.path, ""),
        }

    def _others(self, field: Field) -> list[str]:
        """Return which chosen sources have another value for a field, and which."""
        titles = {choice.name: choice.title for choice in self.adapter.sources}
        return [
            f"{titles.get(name, name)}: {_shown(field, own[field.path])}"
            for name in self.chosen
            if field.path in (own := self._entries.own(name))
        ]


def can_be_shown(adapter: ConfigurationAdapter) -> None:
    """Make a form of an adapter for nobody to see; raises whatever prevents it."""
    ConfigurationWidget(adapter).view()


def _shown(field: Field, raw: Raw) -> str:
    """Return a raw value as people read it."""
    if isinstance(raw, bool):
        return "on" if raw else "off"
    if field.choices and raw.isdecimal() and int(raw) < len(field.choices):
        return field.choices[int(raw)].label
    return raw or "empty"


def _limits(field: Field) -> str:
    if field.path[:1] == (AUX,):
        return ""
    if field.low and field.high:
        return f"{field.low} to {field.high}"
    if field.low:
        return field.low if field.low.startswith(">") else f"≥ {field.low}"
    if field.high:
        return field.high if field.high.startswith("<") else f"≤ {field.high}"
    return ""

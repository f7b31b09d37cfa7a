"""What has been entered into a form: for all sources, and for single ones.

Values of a source stand in place of those of all. Auxiliary sources are entered as
fields are, below a path that no parameter can have. Pure state, no front end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from livedata_core.contract import AuxChoice
from livedata_panel.forms import Choice, Field, Group, Kind, Path, Raw, raw_values
from livedata_panel.forms.values import is_same, raw_value

__all__ = ["AUX", "Draft", "Entries", "aux_group"]

AUX = "auxiliary sources"
"""First part of the paths of auxiliary sources; no name of a field has a space."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was entered into a form and not acted on.

    Attributes
    ----------
    values:
        By source, empty: of all.
    sources:
        Which were ticked, or not any more.
    """

    values: Mapping[str, Mapping[Path, Raw]]
    sources: Mapping[str, bool]

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.values or self.sources)


def aux_group(choices: Iterable[AuxChoice]) -> Group:
    """Return the fields in which auxiliary sources are chosen."""
    return Group(
        (AUX,),
        "Auxiliary sources",
        "What is read beside each source.",
        tuple(_aux_field(choice) for choice in choices),
        (),
    )


def _aux_field(choice: AuxChoice) -> Field:
    words = choice.name.replace("_", " ")
    return Field(
        path=(AUX, choice.name),
        label=words[:1].upper() + words[1:],
        kind=Kind.SELECT,
        default=choice.default,
        choices=tuple(Choice(source.name, source.title) for source in choice.sources),
    )


class Entries:
    """Raw values of all fields, and those that differ by source.

    Parameters
    ----------
    form, aux:
        The fields of parameters and of auxiliary sources.
    initial:
        Parameters to begin with.
    """

    def __init__(self, form: Group, aux: Group, initial: Mapping[str, Any]) -> None:
        self._form = form
        self._aux = aux
        self.fields = {field.path: field for field in form.all_fields()}
        self.fields.update((field.path, field) for field in aux.fields)
        self._raw = self._raw_of(initial, {})
        self._offered = dict(self._raw)
        self._own: dict[str, dict[Path, Raw]] = {}
        self.settle()

    def _raw_of(
        self, values: Mapping[str, Any], aux_sources: Mapping[str, str]
    ) -> dict[Path, Raw]:
        raw = raw_values(self._form, values)
        for field in self._aux.fields:
            chosen = aux_sources.get(field.path[-1], field.default)
            raw[field.path] = raw_value(field, chosen) or raw_value(
                field, field.default
            )
        return raw

    def take_own(
        self,
        initial: Mapping[str, tuple[Mapping[str, Any], Mapping[str, str]]],
        model_source: str,
    ) -> None:
        """Take in what each source begins with.

        Auxiliary sources of `model_source` are those of all.
        """
        found = {name: self._raw_of(*own) for name, own in initial.items()}
        for field in self._aux.fields:
            if model_source in found:
                self._raw[field.path] = found[model_source][field.path]
        self._own = {
            name: {p: value for p, value in raw.items() if value != self._raw[p]}
            for name, raw in found.items()
        }
        self.settle()

    def settle(self) -> None:
        """Take what is there as what has been acted on: nothing waits any more."""
        self._settled = dict(self._raw)
        self._settled_own = {name: self.own(name) for name in self._own}

    def waiting(self) -> dict[str, dict[Path, Raw]]:
        """Return what was entered and not acted on, by source; empty: for all.

        Sources without such values are not in it.
        """
        before = self._settled
        found = {"": {p: raw for p, raw in self._raw.items() if raw != before[p]}}
        for name in self._own.keys() | self._settled_own.keys():
            own, settled = self.own(name), self._settled_own.get(name, {})
            raw = self.raw(name)
            found[name] = {
                path: raw[path]
                for path in own.keys() | settled.keys()
                if own.get(path) != settled.get(path)
            }
        return {name: raw for name, raw in found.items() if raw}

    def follow(self, values: Mapping[str, Any]) -> None:
        """Show other parameters of all, but for what was entered and waits."""
        offered, self._offered = self._offered, self._raw_of(values, {})
        for path, raw in self._offered.items():
            if raw == offered[path]:
                continue
            if self._raw[path] != self._settled[path]:
                self._settled[path] = raw
            elif not is_same(self.fields[path], self._raw[path], raw):
                self._raw[path] = self._settled[path] = raw

    def raw(self, source: str) -> Mapping[Path, Raw]:
        """Return all values of a source; empty: of all."""
        return {**self._raw, **self._own.get(source, {})}

    def own(self, source: str) -> Mapping[Path, Raw]:
        """Return the values of a source that are not those of all."""
        own = self._own.get(source, {})
        return {path: raw for path, raw in own.items() if raw != self._raw[path]}

    def change(self, source: str, path: Path, value: Raw) -> bool:
        """Take in a value, for one source or (empty) all; tell if it fits."""
        if path not in self.fields:
            return False
        if not source:
            self._raw[path] = value
        else:
            self._own.setdefault(source, {})[path] = value
        return True

    def reset(self, source: str, path: Path | None) -> None:
        """Forget what was entered into a field, or (None) into all."""
        chosen = [found for found in self.fields if path is None or found == path]
        for found in chosen:
            if source:
                self._own.get(source, {}).pop(found, None)
            else:
                field = self.fields[found]
                self._raw[found] = raw_value(field, field.default)
        if path is None and not source:
            self._own.clear()

    def aux(self, source: str) -> dict[str, str]:
        """Return the auxiliary sources of a source, by the workflow's names."""
        raw = self.raw(source)
        return {
            field.path[-1]: str(field.choices[_index(field, raw[field.path])].value)
            for field in self._aux.fields
        }


def _index(field: Field, raw: Raw) -> int:
    """Return the number of a choice; the usual one where it makes no sense."""
    text = str(raw)
    known = text.isdecimal() and int(text) < len(field.choices)
    return int(text if known else str(raw_value(field, field.default) or 0))

"""What is wrong with a form: where to look, and what waits for it. Pure.

Errors of fields are where they are; that of a group is laid to the fields that its
sentence names by their titles, or to all of the group.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from livedata_panel.forms import Field, Group, Path

__all__ = ["Problem", "blamed", "first_problem", "wrong_fields"]


@dataclass(frozen=True, slots=True)
class Problem:
    """An error: where it is as people call it, what it is, and the field to look at."""

    where: str
    text: str
    path: Path


def blamed(group: Group, text: str) -> tuple[Field, ...]:
    """Return the fields of a group to which its error is laid."""
    named = tuple(field for field in group.fields if _names(text, field.label))
    return named or (group.fields if group.path else ())


def _names(text: str, label: str) -> bool:
    """Tell whether a sentence has the title of a field, apart from its unit."""
    title = label.partition(" [")[0]
    titles = [title]
    if len(title) > 3:  # the word "to" is in many a sentence
        titles.append(title[:1].lower() + title[1:])
    return any(re.search(rf"\b{re.escape(t)}\b", text) for t in titles if t)


def wrong_fields(form: Group, errors: Mapping[Path, str]) -> set[Path]:
    """Return the paths of all fields that have an error or are laid one to."""
    groups = {group.path: group for group in form.all_groups()}
    found = {path for path in errors if path not in groups}
    for path, text in errors.items():
        if path in groups:
            found.update(field.path for field in blamed(groups[path], text))
    return found


def first_problem(
    form: Group, errors: Mapping[Path, str], entered: Collection[Path] = ()
) -> Problem | None:
    """Return the first error in the order of the form; None: there is none.

    An error that is laid to no field leads to one of those that were `entered`.
    """
    return next(_problems(form, errors, entered), None)


def _problems(
    group: Group, errors: Mapping[Path, str], entered: Collection[Path]
) -> Iterator[Problem]:
    for field in group.fields:
        if field.path in errors:
            where = ", ".join(filter(None, (group.title, field.label)))
            yield Problem(where, errors[field.path], field.path)
    if group.path in errors:
        text = errors[group.path]
        paths = [field.path for field in blamed(group, text)]
        within = [field.path for field in group.all_fields()]
        paths += [path for path in within if path in entered]
        yield Problem(group.title, text, (*paths, *within, group.path)[0])
    for inner in group.groups:
        yield from _problems(inner, errors, entered)

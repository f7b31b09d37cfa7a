"""NumPy-style docstrings as Markdown.

Knows the sections this project uses. Names in single back-ticks become links where
the caller says where they lead.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping

__all__ = ["attributes", "linked", "render", "sections"]

_HEADING = re.compile(r"^(?P<title>[A-Z]\w+)\n-{3,}$", re.MULTILINE)
_NAME = re.compile(r"(?<!`)`(?P<name>[A-Za-z_][\w.]*)`(?!`)")
_LISTED = {"Parameters", "Attributes", "Returns", "Yields", "Raises"}


def sections(docstring: str) -> Iterator[tuple[str, str]]:
    r"""Yield the title (empty for the text before the first) and text of each section.

    Examples
    --------
    >>> list(sections("Do it.\n\nRaises\n------\nValueError"))
    [('', 'Do it.'), ('Raises', 'ValueError')]
    """
    text = inspect.cleandoc(docstring)
    headings = list(_HEADING.finditer(text))
    starts = [heading.end() for heading in headings]
    ends = [heading.start() for heading in headings] + [len(text)]
    yield "", text[: ends[0]].strip()
    for heading, start, end in zip(headings, starts, ends[1:], strict=True):
        yield heading["title"], text[start:end].strip("\n")


def linked(text: str, targets: Mapping[str, str]) -> str:
    """Turn names in single back-ticks into links to their targets.

    Examples
    --------
    >>> linked("One `Instrument` or `None`.", {"Instrument": "instrument"})
    'One [`Instrument`](#instrument) or `None`.'
    """

    def link(match: re.Match[str]) -> str:
        target = targets.get(match["name"].rpartition(".")[2])
        return f"[{match[0]}](#{target})" if target else match[0]

    return _NAME.sub(link, text)


def attributes(docstring: str) -> dict[str, str]:
    r"""Return what the section on attributes says of each.

    Examples
    --------
    >>> attributes("A point.\n\nAttributes\n----------\nx, y:\n    Place.")
    {'x': 'Place.', 'y': 'Place.'}
    """
    return {
        name.strip(): text
        for title, section in sections(docstring)
        if title == "Attributes"
        for names, text in _entries(section)
        for name in names.rstrip(":").split(",")
    }


def render(docstring: str, targets: Mapping[str, str], *, without: str = "") -> str:
    """Return the Markdown of a docstring, without a heading and one of its sections."""
    parts = []
    for title, text in sections(docstring):
        if title and title == without:
            continue
        if title == "Examples":
            parts.append(f"```pycon\n{text.strip()}\n```")
        elif title in _LISTED:
            entries = "\n".join(_entry(*entry, targets) for entry in _entries(text))
            parts.append(f"**{title}**\n\n{entries}")
        else:
            heading = f"**{title}**\n\n" if title else ""
            parts.append(heading + linked(text, targets))
    return "\n\n".join(part for part in parts if part)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    name = ""
    lines: list[str] = []
    for line in textwrap.dedent(text).splitlines():
        if line and not line.startswith(" "):
            if name:
                yield name, " ".join(lines)
            name, lines = line.strip(), []
        elif line.strip():
            lines.append(line.strip())
    if name:
        yield name, " ".join(lines)


def _entry(name: str, text: str, targets: Mapping[str, str]) -> str:
    label = name.rstrip(":").strip()
    described = linked(text, targets)
    return f"- `{label}`: {described}" if label else f"- {described}"

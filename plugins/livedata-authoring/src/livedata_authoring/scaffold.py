"""Making a new package from the templates of this distribution.

A template is a file that ends in ``.jinja``; its place below the folder of its kind is
the place of the file that is made of it. What is common to all kinds lies in
``common``, what ``--minimal`` makes in ``minimal``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

import jinja2

from livedata_authoring.names import Names

__all__ = ["Kind", "ScaffoldError", "render", "write"]

_TEMPLATES = Path(__file__).parent / "templates"
_SUFFIX = ".jinja"
_DEMO = ("demo", "simulator")


class Kind(StrEnum):
    """What the new plugin is to add."""

    INSTRUMENT = "instrument"
    PLOTTER = "plotter"
    WORKFLOW = "workflow"
    DECODER = "decoder"
    TRANSPORT = "transport"


class ScaffoldError(ValueError):
    """The package cannot be written there; the message says why and what to do."""


def render(
    kind: Kind,
    names: Names,
    *,
    minimal: bool = False,
    values: Mapping[str, Any] | None = None,
) -> dict[PurePosixPath, str]:
    """Return the text of each file by its place in the new package.

    Parameters
    ----------
    minimal:
        Two files in place of a complete package.
    values:
        What the templates use beside the names.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - Python and Markdown are made, no HTML
    )
    known = {
        **asdict(names),
        "kind": kind.value,
        "minimal": minimal,
        "core": version("livedata-core"),
        **(values or {}),
    }
    folders = ("minimal",) if minimal else ("common", kind.value)
    texts: dict[PurePosixPath, str] = {}
    for template in _templates(folders, kind, minimal):
        place = environment.from_string(template.partition("/")[2]).render(known)
        text = environment.get_template(template).render(known)
        texts[_place(place, names, minimal)] = text
    return texts


def _templates(folders: tuple[str, ...], kind: Kind, minimal: bool) -> Iterator[str]:
    for folder in folders:
        for path in sorted((_TEMPLATES / folder).rglob(f"*{_SUFFIX}")):
            if not minimal or path.stem in (kind.value, "pyproject.toml"):
                yield path.relative_to(_TEMPLATES).as_posix()
    if not minimal and kind not in (Kind.INSTRUMENT, Kind.DECODER):
        yield from (f"demo/src/{{{{ package }}}}/{name}.py.jinja" for name in _DEMO)


def _place(place: str, names: Names, minimal: bool) -> PurePosixPath:
    # A file whose name begins with a dot would be hidden among the templates.
    name = place.removesuffix(_SUFFIX).replace("dot-", ".")
    if minimal and not name.endswith(".toml"):
        name = f"{names.package}.py"
    return PurePosixPath(name)


def write(texts: Mapping[PurePosixPath, str], folder: Path) -> None:
    """Write the files into a folder that is not there yet, or empty.

    Raises
    ------
    ScaffoldError
        If it holds something, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ScaffoldError(
            f"{folder} is there already; remove it, or name another folder with "
            "--output"
        )
    try:
        for place, text in texts.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScaffoldError(
            f"cannot write {error.filename}: {error.strerror}"
        ) from error

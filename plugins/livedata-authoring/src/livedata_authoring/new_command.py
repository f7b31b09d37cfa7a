"""``livedata new``: begin a plugin."""

from __future__ import annotations

import os
from pathlib import Path

import click

from livedata_authoring.equipment import simple, values_of
from livedata_authoring.names import Names, NamesError, names_of
from livedata_authoring.scaffold import Kind, ScaffoldError, render, write

__all__ = ["new"]

EXAMPLES = """\b
Examples:
  livedata new plotter acme               a plotter with an instrument to see it on
  livedata new instrument loki            an instrument with a simulator
  livedata new workflow acme --minimal    two files
"""


class CannotWrite(click.ClickException):
    """The files cannot be written; the exit code is that of files in general."""

    exit_code = 4


@click.command(epilog=EXAMPLES)
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("name")
@click.option("--title", default="", help="What people call it; the name by default.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to write it; `livedata-NAME` in this folder by default.",
)
@click.option("--minimal", is_flag=True, help="Two files in place of a whole package.")
def new(
    kind: str,
    name: str,
    title: str,
    output: Path | None,
    minimal: bool,
) -> None:
    """Begin a plugin: write a package that works, to be changed.

    It passes its own tests and checks, builds, and is seen live with `livedata serve
    --instrument NAME` as it is.
    """
    try:
        names = names_of(name, title)
    except NamesError as error:
        raise click.BadParameter(str(error), param_hint="NAME") from error
    folder = output or Path(names.distribution)
    values = values_of(simple(names)) if kind == Kind.INSTRUMENT else {}
    texts = render(Kind(kind), names, minimal=minimal, values=values)
    try:
        write(texts, folder)
    except ScaffoldError as error:
        raise CannotWrite(str(error)) from error
    _tell(folder, names, list(map(str, texts)), minimal, Kind(kind))


def _tell(
    folder: Path, names: Names, files: list[str], minimal: bool, kind: Kind
) -> None:
    click.echo(f"Wrote {len(files)} files to {folder}{os.sep}:")
    for file in files:
        click.echo(f"  {file}")
    extra = "" if minimal else "[test]"
    dummy = minimal and kind is not Kind.INSTRUMENT
    steps: list[tuple[str, str]] = [
        (f'pip install -e "{folder}{extra}"', "install it; changes are seen at once"),
        (
            f"livedata serve --instrument {'dummy' if dummy else names.name}",
            "see it live",
        ),
    ]
    if not minimal:
        steps.append((f"pytest {folder}", "run its tests"))
    steps.append((f"livedata check {names.name}", "see what is to be mended"))
    width = max(len(command) for command, _ in steps)
    click.echo("Next:")
    for command, meaning in steps:
        click.echo(f"  {command:<{width}}   # {meaning}")

"""``livedata new``: begin a plugin."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from livedata_authoring.equipment import Equipment, simple, values_of
from livedata_authoring.names import Names, NamesError, names_of
from livedata_authoring.scaffold import Kind, ScaffoldError, render, write

if TYPE_CHECKING:
    from livedata_authoring.nexus import Layout

__all__ = ["new"]

EXAMPLES = """\b
Examples:
  livedata new plotter acme               a plotter with an instrument to see it on
  livedata new instrument loki            an instrument with a simulator
  livedata new instrument loki --from-nexus loki.nxs
                                          with the banks and streams of a file
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
@click.option(
    "--from-nexus",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take banks, pixel positions, monitors and logs from a NeXus file "
    "(instruments only).",
)
@click.option(
    "--layout",
    default="",
    metavar="ROWSxCOLUMNS[@FIRST]",
    help="How pixels lie whose events alone are in that file, and the id of the first, "
    "e.g. 240x512@9.",
)
def new(
    kind: str,
    name: str,
    title: str,
    output: Path | None,
    minimal: bool,
    from_nexus: Path | None,
    layout: str,
) -> None:
    """Begin a plugin: write a package that works, to be changed.

    It passes its own tests and checks, builds, and is seen live with `livedata serve
    --instrument NAME` as it is.
    """
    if from_nexus and (kind != Kind.INSTRUMENT or minimal):
        raise click.UsageError("--from-nexus is for a whole instrument alone")
    if layout and not from_nexus:
        raise click.UsageError("--layout is for --from-nexus")
    try:
        names = names_of(name, title)
    except NamesError as error:
        raise click.BadParameter(str(error), param_hint="NAME") from error
    folder = output or Path(names.distribution)
    equipment = (
        _read(from_nexus, names, _layout(layout)) if from_nexus else simple(names)
    )
    values = values_of(equipment) if kind == Kind.INSTRUMENT else {}
    texts = render(Kind(kind), names, minimal=minimal, values=values)
    try:
        write(texts, folder)
        if from_nexus:
            from livedata_authoring.nexus import write_positions

            write_positions(equipment, folder / "src" / names.package, names)
    except ScaffoldError as error:
        raise CannotWrite(str(error)) from error
    for item in equipment.left_out:
        click.secho(f"Left out {item}.", fg="yellow")
    _tell(folder, names, list(map(str, texts)), minimal, Kind(kind))


def _layout(text: str) -> Layout | None:
    """Return shape and first id, e.g. of ``240x512@9``; the first is 1 by default."""
    if not text:
        return None
    match = re.fullmatch(r"(\d+(?:x\d+){0,2})(?:@(\d+))?", text)
    shape = tuple(map(int, match[1].split("x"))) if match else ()
    if match is None or 0 in shape:
        raise click.BadParameter(
            f"{text!r} is no layout; write rows x columns and the id of the first "
            "pixel, e.g. 240x512@9",
            param_hint="--layout",
        )
    return shape, int(match[2] or 1)


def _read(file: Path, names: Names, layout: Layout | None) -> Equipment:
    from livedata_authoring.nexus import NexusError, read_equipment

    try:
        return read_equipment(file, names, layout)
    except NexusError as error:
        raise CannotWrite(str(error)) from error


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

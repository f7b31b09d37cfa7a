"""``livedata nexus``: what the event groups of a file hold and where they play."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from livedata_replay.errors import ReplayError

if TYPE_CHECKING:
    from livedata_core.contract import Instrument
    from livedata_replay.groups import EventGroup

__all__ = ["nexus"]


class _NotFound(click.ClickException):
    """No instrument of that name; the exit code is the one `livedata` documents."""

    exit_code = 3


class _CannotRead(click.ClickException):
    """An unreadable file; the exit code is the one `livedata` documents."""

    exit_code = 4


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-i", "--instrument", "name", help="Show where the groups play on this instrument."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
@click.pass_context
def nexus(ctx: click.Context, file: Path, name: str | None, as_json: bool) -> None:
    """List the event groups of a NeXus FILE, as a replay would play them."""
    from livedata_replay.groups import event_groups, open_file

    instrument = None if name is None else _instrument(ctx.obj, name)
    try:
        with open_file(file) as opened:
            groups = event_groups(opened, instrument)
    except ReplayError as error:
        raise _CannotRead(str(error)) from error
    if as_json:
        click.echo(json.dumps([_as_json(group) for group in groups], indent=2))
    else:
        _print(file, groups, instrument)


def _instrument(livedata: Any, name: str) -> Instrument:
    """Return the instrument; `livedata` is the context of the program."""
    known = livedata.plugins.registry.instruments
    if name not in known:
        raise _NotFound(
            f"no instrument {name!r}; there are: {', '.join(sorted(known))}"
        )
    instrument: Instrument = known[name]
    return instrument


def _as_json(group: EventGroup) -> dict[str, Any]:
    return {
        **dataclasses.asdict(group),
        "duration_s": _seconds(group),
        "stream": group.stream and dataclasses.asdict(group.stream),
    }


def _seconds(group: EventGroup) -> float:
    return (group.last_ns - group.first_ns) / 1e9


def _print(
    file: Path, groups: Sequence[EventGroup], instrument: Instrument | None
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not groups:
        click.echo(f"{file} has no NXevent_data group; it cannot be replayed")
        return
    table = Table()
    table.add_column("group", overflow="fold")
    for title in ("events", "pulses", "seconds"):
        table.add_column(title, justify="right")
    table.add_column("plays on", overflow="fold")
    for group in groups:
        table.add_row(
            Text(group.path),
            f"{group.events:,}",
            f"{group.pulses:,}",
            f"{_seconds(group):.1f}",
            Text(group.problem or _target(group, instrument)),
        )
    Console().print(table)


def _target(group: EventGroup, instrument: Instrument | None) -> str:
    if group.stream is not None:
        return str(group.stream)
    if instrument is None:
        return "(choose an --instrument)"
    return f"nothing of {instrument.name}; name it in `nexus_events`"

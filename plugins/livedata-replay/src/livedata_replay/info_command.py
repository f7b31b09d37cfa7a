"""``livedata info``: what a recording or an event file holds."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from livedata_replay.errors import ReplayError
from livedata_replay.terminal import CannotStart, find_instrument, megabytes

if TYPE_CHECKING:
    from livedata_core.contract import Instrument
    from livedata_replay.contents import Contents
    from livedata_replay.groups import EventGroup

__all__ = ["info"]

_NS = 1e9
_NUMBERS = {"messages", "size", "per s", "events", "pulses", "seconds"}
_PIPE_WIDTH = 200


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-i",
    "--instrument",
    "name",
    help="Show where the groups of a NeXus file play on this instrument.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Read a recording through, even where it lists what is in it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
@click.pass_context
def info(
    ctx: click.Context, file: Path, name: str | None, check: bool, as_json: bool
) -> None:
    """Show what FILE holds: a recording (MCAP, JSON lines) or NeXus events."""
    from livedata_replay.recordings import FileKind, file_kind

    instrument = None if name is None else find_instrument(ctx.obj, name)
    try:
        kind = file_kind(file)
        if kind is FileKind.NEXUS:
            _show_nexus(file, instrument, as_json)
        else:
            _show_recording(ctx.obj, file, check, as_json)
    except ReplayError as error:
        raise CannotStart(str(error)) from error


def _show_recording(livedata: Any, file: Path, check: bool, as_json: bool) -> None:
    from livedata_replay.codecs import Codecs
    from livedata_replay.contents import read
    from livedata_replay.recordings import open_recording

    recording = open_recording(file)
    contents = read(recording, Codecs(livedata.all_plugins().registry), check=check)
    size = file.stat().st_size
    if as_json:
        summary = {"file": str(file), "format": recording.kind.value, "size": size}
        click.echo(json.dumps(summary | _as_json(contents), indent=2))
        return
    _print_streams(contents)
    span_s = (contents.last_ns - contents.first_ns) / _NS
    rate = f", {megabytes(contents.nbytes / span_s)}/s" if span_s > 0 else ""
    click.echo(
        f"{file}: {recording.kind.value}, {megabytes(size)}; "
        f"{contents.messages:,} messages, {megabytes(contents.nbytes)}"
    )
    if contents.messages:
        click.echo(
            f"{_moment(contents.first_ns)} to {_moment(contents.last_ns)}: "
            f"{span_s:,.1f} s{rate}"
        )
    for problem in contents.problems:
        click.echo(f"note: {problem}")


def _as_json(contents: Contents) -> dict[str, Any]:
    return {
        "complete": not contents.problems,
        "problems": list(contents.problems),
        "messages": contents.messages,
        "bytes": contents.nbytes,
        "first_ns": contents.first_ns,
        "last_ns": contents.last_ns,
        "duration_s": (contents.last_ns - contents.first_ns) / _NS,
        "streams": [
            {
                "topic": stream.topic,
                "schema": stream.schema,
                "source_name": stream.source_name,
                "messages": stream.messages,
                "bytes": stream.nbytes,
                "first_ns": stream.first_ns,
                "last_ns": stream.last_ns,
                "rate_hz": stream.rate_hz,
            }
            for stream in contents.streams
        ],
    }


def _print_streams(contents: Contents) -> None:
    rows: list[tuple[str, ...]] = []
    topic = None
    for stream in contents.streams:
        rate = stream.rate_hz
        rows.append(
            (
                "" if stream.topic == topic else stream.topic,
                stream.schema or "(unknown)",
                _readable(stream.source_name),
                f"{stream.messages:,}",
                megabytes(stream.nbytes),
                "" if rate is None else f"{rate:.2f}",
            )
        )
        topic = stream.topic
    if rows:
        _print_table(["topic", "schema", "source", "messages", "size", "per s"], rows)


def _readable(source_name: str) -> str:
    """Return a source name; that of a result without its JSON."""
    from livedata_core.contract import IdentityError, ResultKey

    try:
        key = ResultKey.parse(source_name)
    except IdentityError:
        return source_name
    return f"{key.data_key} ({str(key.job_id.job_number)[:8]})"


def _moment(time_ns: int) -> str:
    """Return a time to the millisecond, in UTC."""
    try:
        moment = datetime.fromtimestamp(time_ns // 10**9, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return f"{time_ns} ns"
    return f"{moment:%Y-%m-%d %H:%M:%S}.{time_ns // 10**6 % 1000:03d}Z"


def _show_nexus(file: Path, instrument: Instrument | None, as_json: bool) -> None:
    from livedata_replay.groups import event_groups, open_file

    with open_file(file) as opened:
        groups = event_groups(opened, instrument)
    if as_json:
        document = {
            "file": str(file),
            "format": "nexus",
            "size": file.stat().st_size,
            "groups": [_group_as_json(group) for group in groups],
        }
        click.echo(json.dumps(document, indent=2))
    elif not groups:
        click.echo(f"{file} has no NXevent_data group; it cannot be replayed")
    else:
        _print_table(
            ["group", "plays on", "events", "pulses", "seconds"],
            [_group_as_row(group, instrument) for group in groups],
        )


def _group_as_json(group: EventGroup) -> dict[str, Any]:
    return {
        **dataclasses.asdict(group),
        "duration_s": _seconds(group),
        "stream": group.stream and dataclasses.asdict(group.stream),
    }


def _group_as_row(group: EventGroup, instrument: Instrument | None) -> tuple[str, ...]:
    return (
        group.path,
        group.problem or _target(group, instrument),
        f"{group.events:,}",
        f"{group.pulses:,}",
        f"{_seconds(group):.1f}",
    )


def _seconds(group: EventGroup) -> float:
    return (group.last_ns - group.first_ns) / _NS


def _target(group: EventGroup, instrument: Instrument | None) -> str:
    if group.stream is not None:
        return str(group.stream)
    if instrument is None:
        return "(choose an --instrument)"
    return f"nothing of {instrument.name}; name it in `nexus_events`"


def _print_table(titles: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in titles:
        justify: Literal["left", "right"] = "right" if title in _NUMBERS else "left"
        table.add_column(title, justify=justify, overflow="fold")
    for row in rows:
        # As text, so that no name is taken for markup.
        table.add_row(*map(Text, row))
    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    Console(width=wide).print(table)

"""``livedata record``: the traffic of an instrument into a file."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from livedata_replay.selecting import chosen, topic_options
from livedata_replay.terminal import (
    CannotStart,
    StatusLine,
    broker_state,
    find_instrument,
    megabytes,
    on_signal,
    size,
)
from livedata_replay.topics import Selection, TopicGroup, topics_of

if TYPE_CHECKING:
    from livedata_core.contract import Transport
    from livedata_replay.mcap_writing import RecordingWriter
    from livedata_replay.recordings import Recording

__all__ = ["record"]

EXAMPLES = """\b
Examples:
  livedata record --kafka HOST:9092 -i dummy -o run.mcap
  livedata record --kafka HOST:9092 -i dummy -o raw.mcap --raw --duration 600
  livedata record --from old.jsonl.zst -o new.mcap
"""


@click.command(epilog=EXAMPLES)
@click.option("-i", "--instrument", "name", help="Whose topics to record.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.mcap",
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@topic_options
@click.option(
    "--duration",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End after this time; without, Ctrl-C ends it.",
)
@click.option(
    "--max-size",
    callback=size,
    metavar="SIZE",
    help="End when the file has about this size, e.g. 20G.",
)
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Copy a recording (MCAP, JSON lines) in place of listening to a broker.",
)
@click.pass_context
def record(ctx: click.Context, /, **options: Any) -> None:
    """Record topics of an instrument as MCAP, until Ctrl-C or a limit.

    All topics of the instrument are recorded unless some are chosen. What has been
    written can be read even if the recorder is killed or the disk is full.
    """
    from livedata_replay.codecs import Codecs
    from livedata_replay.errors import RecordingError, ReplayError
    from livedata_replay.mcap_writing import RecordingWriter
    from livedata_replay.recordings import open_recording

    name = options.pop("name")
    instrument = None if name is None else find_instrument(ctx.obj, name)
    selection = chosen(options, tuple(TopicGroup), instrument)
    output, origin = options["output"], options["origin"]
    if origin is None and instrument is None and selection.groups:
        raise click.UsageError("choose an --instrument, or topics with --topic")
    if origin is not None and output.exists() and output.samefile(origin):
        raise click.UsageError("--output is the file to copy; choose another name")
    codecs = Codecs(ctx.obj.all_plugins().registry)

    def writer() -> RecordingWriter:
        return RecordingWriter(output, codecs, options["force"])

    try:
        if origin is not None:
            recording = open_recording(origin)
            with closing(writer()) as opened:
                ended = _copy(recording, selection, opened)
        else:
            topics = selection.of(topics_of(instrument) if instrument else ())
            with (
                closing(ctx.obj.open_transport()) as transport,
                closing(writer()) as opened,
            ):
                ended = _listen(transport, topics, opened, options)
    except (RecordingError, ReplayError) as error:
        raise CannotStart(str(error)) from error
    size = output.stat().st_size
    click.echo(f"{output}: {opened.messages:,} messages, {megabytes(size)}; {ended}")


def _listen(
    transport: Transport,
    topics: tuple[str, ...],
    writer: RecordingWriter,
    options: dict[str, Any],
) -> str:
    """Record until a signal or limit, and return why it ended.

    Raises
    ------
    CannotStart
        If no broker has ever answered.
    """
    from livedata_replay.recorder import Recorder

    line, began = StatusLine(), time.monotonic()
    heard = False

    def look() -> None:
        nonlocal heard
        heard = heard or transport.status().connected
        if interrupted.is_set():
            recorder.stop()
        said = broker_state(transport)
        line.show(
            _so_far(writer, time.monotonic() - began) + (f"; {said}" if said else "")
        )

    with on_signal() as interrupted, closing(transport.source(topics)) as source:
        recorder = Recorder(
            source, writer, options["duration"], options["max_size"], on_look=look
        )
        click.echo(f"records {', '.join(topics)} (Ctrl-C ends it)", err=True)
        try:
            ended = recorder.run()
        finally:
            line.end()
        if not (heard or writer.messages or transport.status().connected):
            raise CannotStart(
                "nothing was recorded, as no broker was reached: "
                f"{broker_state(transport)}"
            )
    return ended


def _copy(recording: Recording, selection: Selection, writer: RecordingWriter) -> str:
    """Copy the chosen messages of a recording with their times; return how it ended."""

    def damage(sentence: str) -> None:
        click.echo(f"note: {recording.path}: {sentence}", err=True)

    line, began = StatusLine(), time.monotonic()
    with on_signal() as interrupted:
        try:
            for message in recording.messages(damage):
                if interrupted.is_set():
                    return "stopped before the end"
                if message.topic in selection:
                    writer.write(message)
                line.show(_so_far(writer, time.monotonic() - began))
        finally:
            line.end()
    return "all that was chosen has been copied"


def _so_far(writer: RecordingWriter, seconds: float) -> str:
    rate = writer.nbytes / max(seconds, 1.0)
    return (
        f"{writer.messages:,} messages, {megabytes(writer.nbytes)}, "
        f"{megabytes(rate)}/s, {seconds:,.0f} s"
    )

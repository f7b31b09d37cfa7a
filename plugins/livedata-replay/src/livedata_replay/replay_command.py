"""``livedata replay``: a recording or event file into a broker."""

from __future__ import annotations

import math
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from livedata_replay.selecting import chosen, topic_options
from livedata_replay.terminal import (
    CannotStart,
    broker_state,
    find_instrument,
    on_signal,
)
from livedata_replay.topics import TopicGroup
from livedata_replay.watching import PATIENCE_S, check_arrival, so_far, watch

if TYPE_CHECKING:
    from livedata_core.contract import ByteSink
    from livedata_replay.playback import Playback
    from livedata_replay.producer import NexusProducer
    from livedata_replay.recorded import (
        KeepingEncoder,
        RebasingEncoder,
        RecordingProducer,
    )

__all__ = ["factor", "replay"]

EXAMPLES = """\b
Examples:
  livedata replay run.mcap --kafka HOST:9092               as if it were now
  livedata replay run.mcap --kafka HOST:9092 --all --keep-times
  livedata replay run.nxs -i sans2d --kafka HOST:9092 --speed 10 --loop
"""


def factor(
    _ctx: click.Context | None, _param: click.Parameter | None, value: str
) -> float:
    """Return a speed, infinity for ``max``; an option's callback.

    Raises
    ------
    click.BadParameter
        If it is neither a number in limits nor ``max``.

    Examples
    --------
    >>> factor(None, None, "2.5"), factor(None, None, "max")
    (2.5, inf)
    """
    if value == "max":
        return math.inf
    try:
        speed = float(value)
    except ValueError:
        speed = 0.0
    if not 0.01 <= speed <= 1000:
        raise click.BadParameter(f"{value!r} is neither 0.01 to 1000 nor `max`")
    return speed


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-i",
    "--instrument",
    "name",
    help="Whose topics to play; a NeXus file needs it, a recording does not.",
)
@topic_options
@click.option(
    "--speed",
    callback=factor,
    default="1",
    show_default=True,
    metavar="FACTOR|max",
    help="How many times faster than recorded.",
)
@click.option("--loop", is_flag=True, help="Start again at the end, until Ctrl-C.")
@click.option(
    "--rebase/--keep-times",
    default=None,
    help="Move the times in the data to now, or send the recorded bytes as they are. "
    "By default they are moved, but for `--speed max`.",
)
@click.pass_context
def replay(ctx: click.Context, /, file: Path, **options: Any) -> None:
    """Play FILE, a recording (MCAP, JSON lines) or NeXus events, into a broker.

    Of a recording the raw topics are played unless others are chosen: recorded
    results would stand beside those of a running worker, and recorded commands would
    be obeyed by it.
    """
    from livedata_replay.errors import ReplayError

    try:
        producer = _producer(ctx.obj, file, options)
    except ReplayError as error:
        raise CannotStart(str(error)) from error
    with on_signal() as interrupted:
        with (
            closing(ctx.obj.open_transport()) as transport,
            closing(transport.sink()) as sink,
        ):
            playback, encode = _playback(ctx.obj, producer, sink, options)
            announcement = f"plays {file}  (Ctrl-C stops it)"
            watch(playback, transport, interrupted, announcement)
            sink.close()
            if not transport.status().connected:
                raise CannotStart(
                    f"not all may have arrived: {broker_state(transport)}"
                )
            check_arrival(transport, playback.progress)
        _report(playback, encode.unmoved)


def _producer(
    livedata: Any, file: Path, options: dict[str, Any]
) -> NexusProducer | RecordingProducer:
    """Return what plays the file.

    Raises
    ------
    ReplayError
        If there is nothing to play.
    """
    from livedata_replay.producer import NexusProducer
    from livedata_replay.recorded import RecordingProducer
    from livedata_replay.recordings import FileKind, file_kind, open_recording

    name = options.pop("name")
    instrument = None if name is None else find_instrument(livedata, name)
    selection = chosen(options, (TopicGroup.RAW,), instrument)
    if file_kind(file) is FileKind.NEXUS:
        if instrument is None:
            raise click.UsageError("a NeXus file needs an --instrument to play on")
        return NexusProducer(file, instrument, options["loop"])
    producer = RecordingProducer(
        open_recording(file),
        selection,
        options["loop"],
        hint="choose with --raw, --results, --control, --all or --topic"
        + ("" if instrument is None else ", or another --instrument"),
    )
    if producer.left_out:
        click.echo(f"does not play {', '.join(sorted(producer.left_out))}", err=True)
    return producer


def _playback(
    livedata: Any,
    producer: NexusProducer | RecordingProducer,
    sink: ByteSink,
    options: dict[str, Any],
) -> tuple[Playback, KeepingEncoder | RebasingEncoder]:
    from livedata_replay.codecs import Codecs
    from livedata_replay.playback import Playback
    from livedata_replay.recorded import KeepingEncoder, RebasingEncoder

    codecs = Codecs(livedata.all_plugins().registry)
    speed, rebase = options["speed"], options["rebase"]
    if rebase is None:
        rebase = math.isfinite(speed)
    encode: KeepingEncoder | RebasingEncoder = KeepingEncoder(codecs)
    if rebase:
        encode = RebasingEncoder(codecs, speed if math.isfinite(speed) else 1.0)
    playback = Playback(
        producer,
        encode,
        sink,
        speed=speed,
        total=producer.total,
        start_ns=None if rebase else producer.first_ns,
        patience_s=PATIENCE_S,
    )
    return playback, encode


def _report(playback: Playback, unmoved: int) -> None:
    """Say what became of it.

    Raises
    ------
    CannotStart
        If it ended early, or messages were lost.
    """
    told = so_far(playback.progress)
    if unmoved:
        told += f"; {unmoved:,} cannot be read and kept their times"
    if playback.error is not None:
        raise CannotStart(f"the replay ended early after {told}: {playback.error}")
    click.echo(f"{told}{'' if playback.finished else '; stopped before the end'}")
    if playback.progress.dropped:
        raise CannotStart("the broker did not take all messages; play more slowly")

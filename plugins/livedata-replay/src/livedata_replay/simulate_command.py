"""``livedata simulate``: an instrument's simulator into a broker."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from livedata_replay.terminal import CannotStart, find_instrument, on_signal
from livedata_replay.watching import PATIENCE_S, check_arrival, so_far, watch

if TYPE_CHECKING:
    from livedata_core.contract import Instrument, Producer

__all__ = ["simulate"]

EXAMPLES = """\b
Examples:
  livedata simulate -i dummy --kafka HOST:9092
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "-i",
    "--instrument",
    "name",
    default="dummy",
    show_default=True,
    help="Which instrument to simulate.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 1000.0),
    help="How many times the usual rate.",
)
@click.pass_context
def simulate(ctx: click.Context, name: str, speed: float) -> None:
    """Send what a simulated instrument would send, until Ctrl-C.

    It takes the place of the instrument beside a worker and a dashboard that use the
    same broker. `livedata serve` without a broker does the same on its own.
    """
    from livedata_replay.codecs import Codecs
    from livedata_replay.playback import Playback

    producer = _simulator(find_instrument(ctx.obj, name))
    codecs = Codecs(ctx.obj.all_plugins().registry)
    with (
        on_signal() as interrupted,
        closing(ctx.obj.open_transport()) as transport,
        closing(transport.sink()) as sink,
    ):
        playback = Playback(
            producer, codecs.encode, sink, speed=speed, patience_s=PATIENCE_S
        )
        announcement = f"simulates {name}  (Ctrl-C stops it)"
        watch(playback, transport, interrupted, announcement)
        sink.close()
        check_arrival(transport, playback.progress)
    if playback.error is not None:
        raise CannotStart(f"the simulation ended: {playback.error}")
    click.echo(so_far(playback.progress))


def _simulator(instrument: Instrument) -> Producer:
    """Return what plays the instrument.

    Raises
    ------
    CannotStart
        If it has no simulator, or one that does not work.
    """
    from livedata_core.contract import RefError, resolve

    if instrument.simulator is None:
        raise CannotStart(
            f"{instrument.title} has no simulator; play a file with `livedata replay`"
        )
    make: Any
    try:
        make = resolve(instrument.simulator)
    except RefError as error:
        raise CannotStart(f"the simulator of {instrument.origin}: {error}") from error
    producer: Producer = make(instrument)
    return producer

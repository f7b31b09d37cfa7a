"""Watching a playback into a broker on a terminal, to its end or a signal."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import click

from livedata_replay.terminal import (
    CannotStart,
    StatusLine,
    broker_state,
    megabytes,
)

if TYPE_CHECKING:
    from livedata_core.contract import Transport
    from livedata_replay.playback import Playback, Progress

__all__ = ["PATIENCE_S", "check_arrival", "so_far", "watch"]

PATIENCE_S = 10.0
"""How long a queue that is full may hold up a playback before a message is lost."""

_LOOK_S = 0.2


def watch(
    playback: Playback,
    transport: Transport,
    interrupted: Event,
    announcement: str = "",
) -> None:
    """Play to the end or a signal.

    Parameters
    ----------
    interrupted:
        That of `on_signal`, which lasts until all is said: what has been played is
        not spoilt by a signal that comes late.
    announcement:
        Printed as soon as a signal ends it in order.

    Raises
    ------
    Denied
        If the broker refuses us.
    """
    line = StatusLine()
    try:
        if announcement:
            click.echo(announcement)
        playback.start()
        while not playback.wait(_LOOK_S):
            said = broker_state(transport)
            line.show(so_far(playback.progress) + (f"; {said}" if said else ""))
            if interrupted.is_set():
                playback.stop()
    finally:
        playback.stop()
        line.end()


def check_arrival(transport: Transport, progress: Progress) -> None:
    """Close a transport that sent nothing else, and ask what became of the messages.

    A transport that does not count is believed.

    Raises
    ------
    CannotStart
        If the broker did not take all of them.
    """
    from livedata_core.contract import MeasuredTransport

    transport.close()  # what is still queued is counted then
    if not isinstance(transport, MeasuredTransport):
        return
    topics = transport.traffic()
    lost = progress.sent - sum(topic.sent for topic in topics.values())
    if lost > 0:
        why = "".join(
            f"; {name}: {topic.last_error}"
            for name, topic in sorted(topics.items())
            if topic.unsent and topic.last_error
        )
        raise CannotStart(
            f"the broker did not take {lost:,} of {progress.sent:,} messages{why}"
        )


def so_far(progress: Progress) -> str:
    """Return how much was sent and lost, for people."""
    share = "" if progress.fraction is None else f" ({progress.fraction:.0%})"
    lost = f", {progress.dropped:,} dropped" if progress.dropped else ""
    return f"{progress.sent:,} messages{share}, {megabytes(progress.nbytes)}{lost}"

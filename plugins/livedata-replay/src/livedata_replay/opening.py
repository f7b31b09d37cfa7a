"""What plays a file, whatever its format."""

from __future__ import annotations

from pathlib import Path

from livedata_core.contract import Instrument
from livedata_replay.producer import NexusProducer
from livedata_replay.recorded import RecordingProducer
from livedata_replay.recordings import FileKind, file_kind, open_recording
from livedata_replay.topics import Selection, TopicGroup

__all__ = ["open_producer"]


def open_producer(
    path: Path, instrument: Instrument, loop: bool = False
) -> NexusProducer | RecordingProducer:
    """Return what plays the raw data of a file into a process with its own worker.

    Of a recording these are the instrument's raw topics. Recorded results are left
    out, since the worker makes its own, and recorded commands too, since they would
    start jobs behind the operator's back.

    Raises
    ------
    ReplayError
        If the file cannot be read or nothing in it can be played.
    """
    if file_kind(path) is FileKind.NEXUS:
        return NexusProducer(path, instrument, loop)
    raw = Selection(frozenset({TopicGroup.RAW}), instrument=instrument)
    return RecordingProducer(
        open_recording(path),
        raw,
        loop,
        hint=f"only raw topics of instrument {instrument.name!r} are played: choose "
        "the instrument that was recorded, or play results into a broker with "
        "`livedata replay --results`",
    )

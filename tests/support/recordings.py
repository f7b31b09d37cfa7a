"""Small recordings, written for a test, and all that can be told from one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np

from livedata_core.api import load_plugins
from livedata_core.contract import LogData, Message
from livedata_replay.codecs import Codecs
from livedata_replay.mcap_writing import RecordingWriter
from livedata_replay.recordings import Recorded, open_recording
from tests.support.codecs import encode

START_NS = 1_700_000_000_000_000_000
SECOND = 1_000_000_000


@cache
def codecs() -> Codecs:
    """Return the codecs of all installed plugins."""
    plugins = load_plugins()
    plugins.open_all_instruments()
    return Codecs(plugins.registry)


def reading(number: int, topic: str = "acme_motion", source: str = "x") -> Recorded:
    """Return a device reading, `number` tenths of a second after the start."""
    time_ns = START_NS + number * SECOND // 10
    value = encode(Message(topic, source, time_ns, LogData(np.array(float(number)))))
    return Recorded(topic, value, time_ns, time_ns)


def record(path: Path, messages: Iterable[Recorded], chunk: int = 0) -> Path:
    """Write a recording; a chunk ends after every `chunk` messages, 0: at the end."""
    with closing(RecordingWriter(path, codecs())) as writer:
        for number, message in enumerate(messages, 1):
            writer.write(message)
            if chunk and number % chunk == 0:
                writer.flush()
    return path


def read(path: Path) -> tuple[list[Recorded], list[str]]:
    """Return the messages of a recording and what is said to be damaged."""
    damage: list[str] = []
    return list(open_recording(path).messages(damage.append)), damage

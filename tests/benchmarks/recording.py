"""How fast traffic is written to a recording and read back, and in how much memory.

The yardstick packs the same bytes with zstd, 4 MiB at a time, into a plain file, and
unpacks them. Messages are ev44 of 100,000 events at random pixels and times.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import zstandard

from livedata_core.contract import EventData, Message
from livedata_replay import contents
from livedata_replay.mcap_writing import CHUNK_BYTES, RecordingWriter
from livedata_replay.recordings import Recorded, open_recording
from tests.benchmarks.machine import describe
from tests.support.codecs import encode
from tests.support.recordings import codecs

EVENTS = 100_000
DISTINCT = 10


def messages(nbytes: int) -> Iterator[Recorded]:
    """Yield messages of that size in all, 14 a second."""
    random = np.random.default_rng(1)
    values = [encode(_pulse(random)) for _ in range(DISTINCT)]
    for number in range(nbytes // len(values[0])):
        value = values[number % DISTINCT]
        yield Recorded("dummy_detector", value, number * 10**9 // 14)


def _pulse(random: np.random.Generator) -> Message[EventData]:
    events = EventData(
        reference_time=np.array([1], np.int64),
        reference_time_index=np.zeros(1, np.int32),
        time_of_flight=random.integers(0, 71_000_000, EVENTS, np.int32),
        pixel_id=random.integers(0, 1 << 20, EVENTS, np.int32),
    )
    return Message("dummy_detector", "panel", 1, events)


def write_recording(path: Path, nbytes: int) -> None:
    """Write them as `livedata record` does."""
    with closing(RecordingWriter(path, codecs(), overwrite=True)) as writer:
        for message in messages(nbytes):
            writer.write(message)


def write_plain(path: Path, nbytes: int) -> None:
    """Write the same bytes, packed, with their packed sizes before them."""
    with path.open("wb") as file:
        held = bytearray()
        for message in messages(nbytes):
            held += message.value
            if len(held) >= CHUNK_BYTES:
                packed = zstandard.compress(bytes(held))
                file.write(len(packed).to_bytes(8, "little") + packed)
                held.clear()


def read_recording(path: Path) -> None:
    """Read every message."""
    for _ in open_recording(path).messages(lambda _: None):
        pass


def read_plain(path: Path) -> None:
    """Unpack every piece."""
    with path.open("rb") as file:
        while size := int.from_bytes(file.read(8), "little"):
            zstandard.decompress(file.read(size))


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_mb() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main(argv: Sequence[str]) -> None:
    """Print rates, ratios and memory."""
    parser = argparse.ArgumentParser(prog="recording", description=__doc__)
    parser.add_argument("--mb", type=int, default=400, help="size of each pass")
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--large-mb", type=int, default=2000, help="for the memory")
    options = parser.parse_args(argv)
    print(describe())
    nbytes = options.mb * 10**6
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = Path(folder) / "f.mcap", Path(folder) / "plain"
        codecs()
        taken: dict[str, list[float]] = {}
        for _ in range(options.passes):
            for name, work in {
                "write": lambda: write_recording(ours, nbytes),
                "write plain": lambda: write_plain(plain, nbytes),
                "read": lambda: read_recording(ours),
                "read plain": lambda: read_plain(plain),
            }.items():
                taken.setdefault(name, []).append(seconds(work))
        rates = {name: options.mb / np.array(times) for name, times in taken.items()}
        for name, rate in rates.items():
            print(
                f"{name:<12} {np.median(rate):7.0f} MB/s "
                f"({rate.min():.0f} to {rate.max():.0f})"
            )
        for name in ("write", "read"):
            ratio = np.median(rates[name]) / np.median(rates[f"{name} plain"])
            print(f"{name}, ratio to plain: {ratio:.2f}")
        before = peak_mb()
        write_recording(ours, options.large_mb * 10**6)
        read_recording(ours)
        listed = seconds(lambda: contents.read(open_recording(ours), codecs()))
        print(
            f"{options.large_mb} MB written and read: peak of memory {before:.0f} -> "
            f"{peak_mb():.0f} MB; file {ours.stat().st_size / 1e6:.0f} MB; its "
            f"contents listed in {listed * 1e3:.1f} ms"
        )

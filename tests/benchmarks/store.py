"""How fast results are taken in, against deserialising them alone.

Encoded da00 go all the way of the ingest thread: decode, count, generation filter,
one transaction of the data service for each batch, 100 subscribers of the stream
woken. In the same run `deserialise_da00` of ess-streaming-data-types reads the same
messages and nothing else.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from functools import partial

from streaming_data_types import deserialise_da00

from livedata_core.contract import WireMessage
from livedata_core.data.service import DataService
from livedata_core.jobs import (
    ActiveJobRegistry,
    JobStatusRegistry,
    PendingCommandTracker,
    ServiceStatusRegistry,
)
from livedata_core.orchestrator import Orchestrator
from livedata_core.transport import CodecTable, DecodingSource, StreamCounters
from tests.benchmarks.decode import KEY, SHAPES, rate, result
from tests.benchmarks.machine import describe
from tests.support.ingest import DECODERS, ENCODERS, TOPICS

SUBSCRIBERS = 100
BATCHES = (1, 20)


class Repeating:
    """A byte source that always has the same batch."""

    def __init__(self, batch: Sequence[WireMessage]) -> None:
        self._batch = batch

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        """Return the batch."""
        return self._batch

    def close(self) -> None:
        """Nothing is open."""


def ingest(batch: Sequence[WireMessage]) -> tuple[Orchestrator, DataService]:
    """Wire an ingest that reads the batch again and again, and its subscribers."""
    codecs = CodecTable(DECODERS, ENCODERS, TOPICS)
    data, active = DataService(), ActiveJobRegistry()
    active.accept(KEY.workflow_id, KEY.job_id.source_name, KEY.job_id.job_number)
    for _ in range(SUBSCRIBERS):
        data.subscribe([KEY.data_key], threading.Event().set)
    orchestrator = Orchestrator(
        DecodingSource(Repeating(batch), codecs, StreamCounters()),
        data,
        active,
        JobStatusRegistry(),
        ServiceStatusRegistry(),
        PendingCommandTracker(),
    )
    return orchestrator, data


def main(argv: Sequence[str]) -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(prog="store", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure")
    seconds = parser.parse_args(argv).seconds
    print(describe())
    print(f"{SUBSCRIBERS} subscribers; messages per second")
    print(f"{'shape':>12} {'batch':>6} {'reference':>10} {'stored':>10} {'ratio':>6}")
    for shape in SHAPES:
        wire = result(shape)
        for size in BATCHES:
            orchestrator, data = ingest([wire] * size)
            theirs = rate(partial(deserialise_da00, wire.value), seconds)
            ours = size * rate(orchestrator.step, seconds)
            assert data.version > 0, "nothing was stored"
            print(
                f"{shape!s:>12} {size:6d} {theirs:10.0f} {ours:10.0f} "
                f"{ours / theirs:6.2f}"
            )

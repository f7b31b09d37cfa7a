"""How fast results are decoded, against the deserialiser of ess-streaming-data-types.

Both read the same da00 messages in the same run: a curve of 500 bins, images of
256 x 256 and 1024 x 1024 float64, as a worker publishes them.
"""

from __future__ import annotations

import argparse
import time
import uuid
from collections.abc import Callable, Sequence

import numpy as np
from streaming_data_types import deserialise_da00

from livedata_codecs import da00
from livedata_core.contract import (
    ArrayData,
    JobId,
    Message,
    ResultKey,
    Variable,
    WireMessage,
    WorkflowId,
)
from tests.benchmarks.machine import describe

SHAPES = ((500,), (256, 256), (1024, 1024))
KEY = ResultKey(
    WorkflowId("dummy", "panel_0_xy", 1), JobId("panel_0", uuid.UUID(int=1)), "current"
)


def result(shape: tuple[int, ...]) -> WireMessage:
    """Return an encoded result of that shape with bin edges and its times."""
    dims = ("y", "x")[-len(shape) :]
    values = np.random.default_rng(1).random(shape)
    times = [Variable(name, (), np.array(1), "ns") for name in ("start_time", "time")]
    edges = [
        Variable(dim, (dim,), np.arange(size + 1.0), "mm")
        for dim, size in zip(dims, shape, strict=True)
    ]
    signal = Variable("signal", dims, values, "counts", "Image")
    data = ArrayData((signal, *edges, *times))
    message = Message("dummy_livedata_data", KEY.to_wire(), 1, data)
    return WireMessage(message.topic, da00.encode(message))


def rate(work: Callable[[], object], seconds: float) -> float:
    """Return how often a second `work` can be done: the best of five tries."""
    best = 0.0
    for _ in range(5):
        count, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds / 5:
            work()
            count += 1
        best = max(best, count / elapsed)
    return best


def main(argv: Sequence[str]) -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(prog="decode", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure")
    seconds = parser.parse_args(argv).seconds
    print(describe())
    print(f"{'shape':>12} {'reference/s':>12} {'decode/s':>12} {'ratio':>6}")
    for shape in SHAPES:
        wire = result(shape)
        theirs = rate(lambda wire=wire: deserialise_da00(wire.value), seconds)
        ours = rate(lambda wire=wire: da00.decode(wire), seconds)
        print(f"{shape!s:>12} {theirs:12.0f} {ours:12.0f} {ours / theirs:6.2f}")

"""How fast events are counted: from serialised ev44 to the accumulated views.

One core; 100,000 events a message, 120 x 512 pixels, 100 bins in time of arrival and
the time-of-arrival filter switched on. The yardstick is numpy's bare ``bincount`` over
the same pixel ids, already decoded and of its own index type. Aim: 1e8 events/s.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np

from livedata_codecs import ev44
from livedata_core.contract import (
    Batch,
    Detector,
    EventData,
    Message,
    Monitor,
    WireMessage,
    Workflow,
)
from livedata_workflows.detector_view import DetectorView
from livedata_workflows.monitor import MonitorHistogram
from livedata_workflows.params import (
    DetectorViewParams,
    MonitorHistogramParams,
    Scale,
    TimeOfArrivalEdges,
    TimeOfArrivalRange,
    TimeUnit,
)
from tests.benchmarks.machine import describe

SHAPE = (120, 512)
MESSAGES = 14  # a batch: one second of pulses at 14 Hz
BANK = Detector(
    name="bank", title="Bank", topic="t", source_name="s", dims=("y", "x"), shape=SHAPE
)
MONITOR = Monitor(name="monitor", title="Monitor", topic="t", source_name="s")
FILTER = TimeOfArrivalRange(start=20, stop=40, unit=TimeUnit.MILLISECOND, enabled=True)
LOG_BINS = TimeOfArrivalEdges(start=0.1, scale=Scale.LOG)


def encoded(events: int, seed: int) -> WireMessage:
    """Return a message with random pixels and times over the whole frame."""
    rng = np.random.default_rng(seed)
    payload = EventData(
        np.array([1_800_000_000_000_000_000]),
        np.array([0], dtype=np.int32),
        rng.integers(0, 71_430_000, events, dtype=np.int32),
        rng.integers(1, np.prod(SHAPE) + 1, events, dtype=np.int32),
    )
    return WireMessage("t", ev44.encode(Message("t", "s", 0, payload)))


def rate(work: Callable[[], object], events: int, seconds: float) -> float:
    """Return events per second: the best of ten tries."""
    best = 0.0
    for _ in range(10):
        count, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds / 10:
            work()
            count += 1
        best = max(best, count * events / elapsed)
    return best


def update(workflow: Workflow, name: str, wires: Sequence[WireMessage]) -> None:
    """Do what a worker does with one window: decode, accumulate, make results."""
    messages = [ev44.decode(wire) for wire in wires]
    workflow.accumulate(Batch(0, 1, {name: messages}))
    workflow.finalize()


def main(argv: Sequence[str]) -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(prog="accumulate", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each figure")
    parser.add_argument("--events", type=int, default=100_000, help="in a message")
    options = parser.parse_args(argv)
    wires = [encoded(options.events, seed) for seed in range(MESSAGES)]
    total = options.events * MESSAGES
    index = [ev44.decode(wire).payload.pixel_id.astype(np.intp) for wire in wires]
    size = int(np.prod(SHAPE)) + 1

    view = DetectorView(BANK, DetectorViewParams(toa_range=FILTER))
    plain = DetectorView(BANK, DetectorViewParams())
    monitor = MonitorHistogram(MONITOR, MonitorHistogramParams(toa_range=FILTER))
    log = MonitorHistogram(MONITOR, MonitorHistogramParams(toa_edges=LOG_BINS))
    works: dict[str, Callable[[], object]] = {
        "numpy bincount alone": lambda: [np.bincount(i, minlength=size) for i in index],
        "detector view, filter on": lambda: update(view, "bank", wires),
        "detector view, filter off": lambda: update(plain, "bank", wires),
        "monitor histogram, range on": lambda: update(monitor, "monitor", wires),
        "monitor histogram, log bins": lambda: update(log, "monitor", wires),
    }
    print(describe())
    print(f"{MESSAGES} messages of {options.events} events an update")
    print(f"{'':28} {'events/s':>9} {'of bincount':>11}")
    bare = 0.0
    for name, work in works.items():
        events_per_s = rate(work, total, options.seconds)
        bare = bare or events_per_s
        print(f"{name:28} {events_per_s:9.2e} {events_per_s / bare:11.2f}")

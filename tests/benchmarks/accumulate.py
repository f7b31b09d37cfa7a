"""How fast events are counted: from serialised ev44 to the accumulated views.

One core; 14 messages of 100,000 events an update, 100 bins in time of arrival, events
spread evenly over pixels and times, the hardest case for caches. Every update
is decoded, accumulated and made into all results: images, spectra, counts, and where
said regions. The yardstick is numpy's bare ``bincount`` over the same pixel ids,
already decoded and of its own index type. Aim for the first: 2e8 events/s.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from livedata_codecs import ev44
from livedata_core.contract import (
    Batch,
    Detector,
    EventData,
    Instrument,
    Message,
    Monitor,
    Rectangle,
    WireMessage,
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
from livedata_workflows.screen import Screen
from tests.benchmarks.machine import describe

MESSAGES = 14  # a batch: one second of pulses at 14 Hz
MONITOR = Monitor(name="s", title="Monitor", topic="t", source_name="s")
HERE = Instrument(name="bench", title="Bench")
FILTER = TimeOfArrivalRange(start=20, stop=40, unit=TimeUnit.MILLISECOND, enabled=True)
LOG_BINS = TimeOfArrivalEdges(start=0.1, scale=Scale.LOG)
SIDES = {"128 x 128": (128, 128), "120 x 512": (120, 512), "1024 x 1024": (1024, 1024)}


def bank(shape: tuple[int, int]) -> Detector:
    """Return a bank of that shape."""
    return Detector(
        name="s", title="Bank", topic="t", source_name="s", dims=("y", "x"), shape=shape
    )


def view(shape: tuple[int, int], *, ranged: bool = False, region: bool = False) -> Any:
    """Return a detector view, as the worker would make it."""
    params = DetectorViewParams(toa_range=FILTER if ranged else TimeOfArrivalRange())
    made = DetectorView(HERE, bank(shape), params, Screen.logical(bank(shape)))
    if region:
        rows, columns = shape
        whole = Rectangle((columns / 4, columns / 2), (rows / 4, rows / 2))
        made.set_regions("rectangle", {0: whole})
    return made


def encoded(events: int, seed: int, pixels: int) -> WireMessage:
    """Return a message with random pixels and times over the whole frame."""
    rng = np.random.default_rng(seed)
    payload = EventData(
        np.array([1_800_000_000_000_000_000]),
        np.array([0], dtype=np.int32),
        rng.integers(0, 71_430_000, events, dtype=np.int32),
        rng.integers(1, pixels + 1, events, dtype=np.int32),
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


def update(workflow: Any, wires: Sequence[WireMessage]) -> None:
    """Do what a worker does with one window: decode, accumulate, make results."""
    messages = [ev44.decode(wire) for wire in wires]
    workflow.accumulate(Batch(0, 1, {"s": messages}))
    workflow.finalize()


def cases(shape: tuple[int, int]) -> dict[str, Any]:
    """Return what is measured on a bank: workflows by name."""
    found = {
        "view": view(shape),
        "view, range on": view(shape, ranged=True),
        "view, a region": view(shape, region=True),
    }
    if shape == SIDES["128 x 128"]:
        found["monitor, range on"] = monitor(toa_range=FILTER)
        found["monitor, log bins"] = monitor(toa_edges=LOG_BINS)
    return found


def monitor(**params: Any) -> MonitorHistogram:
    """Return a monitor histogram."""
    return MonitorHistogram(HERE, MONITOR, MonitorHistogramParams(**params))


def main(argv: Sequence[str]) -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(prog="accumulate", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure")
    parser.add_argument("--events", type=int, default=100_000, help="in a message")
    parser.add_argument("--numpy", action="store_true", help="without numba")
    parser.add_argument("--sides", nargs="*", default=list(SIDES), choices=SIDES)
    options = parser.parse_args(argv)
    total = options.events * MESSAGES
    print(describe())
    print(f"{MESSAGES} messages of {options.events} events an update")
    print(f"{'':32} {'events/s':>9} {'of bincount':>11}")
    for name in options.sides:
        shape = SIDES[name]
        size = int(np.prod(shape))
        wires = [encoded(options.events, seed, size) for seed in range(MESSAGES)]
        index = [ev44.decode(wire).payload.pixel_id.astype(np.intp) for wire in wires]

        def plain(index: Any = index, size: int = size) -> object:
            return [np.bincount(i, minlength=size + 1) for i in index]

        bare = rate(plain, total, options.seconds)
        print(f"{name + ', bincount alone':32} {bare:9.2e} {1:11.2f}")
        for case, workflow in cases(shape).items():
            if options.numpy:
                workflow.counter.acceleration.note = lambda events: None
            else:
                workflow.counter.acceleration.wait()
            events_per_s = rate(
                lambda w=workflow, m=wires: update(w, m), total, options.seconds
            )
            label = f"{name}, {case}"
            print(f"{label:32} {events_per_s:9.2e} {events_per_s / bare:11.2f}")

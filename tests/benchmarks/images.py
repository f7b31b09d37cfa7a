"""What a large image costs on its way to a frame: reduction, tile, bytes."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

import numpy as np
import scipp as sc

from livedata_core.contract import OVERVIEW, DataKey, PlotInput, View, WorkflowId
from livedata_plotters.image import image_frame
from livedata_plotters.params import ImageParams, Reduction
from tests.benchmarks.machine import describe

KEY = DataKey(WorkflowId("bench", "image"), "panel", "image")
DTYPES = ("int32", "float32", "float64")
CASES = (
    ("sum", Reduction.SUM, OVERVIEW),
    ("max", Reduction.MAX, OVERVIEW),
    ("mean", Reduction.MEAN, OVERVIEW),
    ("tile", Reduction.SUM, View(tile=(2, 3, 2, 3))),
)


def panel(side: int, dtype: str) -> PlotInput:
    """Return counts of side x side pixels."""
    values = np.random.default_rng(0).poisson(3.0, (side, side)).astype(dtype)
    data = sc.DataArray(sc.array(dims=["y", "x"], values=values, unit="counts"))
    return PlotInput(KEY, data, "Panel")


def measure(repeats: int, entry: PlotInput, how: Reduction, view: View) -> str:
    """Return median time, ms, and size of a frame in words."""
    params = ImageParams(reduction=how)
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        frame = image_frame(entry, params, view)
        taken.append(time.perf_counter() - began)
    shape = " x ".join(map(str, frame.values.shape))
    size = frame.values.nbytes / 2**20
    return f"{1e3 * statistics.median(taken):8.1f} ms  {shape:>12} {size:6.1f} MiB"


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="images", description=__doc__)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--sides", type=int, nargs="+", default=[1024, 2048, 4096])
    arguments = parser.parse_args(argv)
    print(describe())
    for side in arguments.sides:
        for dtype in DTYPES:
            entry = panel(side, dtype)
            for name, how, view in CASES:
                text = measure(arguments.repeats, entry, how, view)
                print(f"{side:>5}  {dtype:<8} {name:<5} {text}")
    return 0

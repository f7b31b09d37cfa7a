"""What one frame of a plot costs: HoloViews, what opens a figure, a patch.

For an image, a curve and an overlay of three: building and updating the HoloViews plot,
making what opens it in a browser, and making a patch. All are done once for all
sessions; what opens a figure once for each theme.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import holoviews as hv
import numpy as np

from livedata_panel.render.backend import warm_up
from livedata_panel.render.patch import Look
from livedata_panel.render.plot import MasterPlot
from tests.benchmarks.machine import describe

LOOK = Look("light", large=False)
OPTIONS: dict[str, Any] = {"clone": False, "backend": "bokeh", "responsive": True}


def image(rng: np.random.Generator) -> Any:
    """Return an image of 256 x 256."""
    values = rng.random((256, 256)).astype("float32")
    return hv.Image(values).opts(**OPTIONS, colorbar=True, cmap="viridis")


def curve(rng: np.random.Generator) -> Any:
    """Return a curve of 500 points."""
    return hv.Curve(rng.random(500)).opts(**OPTIONS)


def overlay(rng: np.random.Generator) -> Any:
    """Return two curves and a line."""
    line = hv.VLine(3.0).opts(clone=False, backend="bokeh")
    return curve(rng).relabel("a") * curve(rng).relabel("b") * line


def milliseconds(repeats: int, action: Callable[[], object]) -> float:
    """Return the median time of an action."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return 1e3 * statistics.median(taken)


def measure(make: Callable[[np.random.Generator], Any], repeats: int) -> list[float]:
    """Return the times of all steps for one kind of plot, ms."""
    rng = np.random.default_rng(0)
    build = milliseconds(repeats, lambda: MasterPlot(make(rng)).close())
    master = MasterPlot(make(rng))
    drawn = master.drawn
    update, patch = [], []
    for _ in range(repeats):
        element, before = make(rng), drawn.version
        began = time.perf_counter()
        drawn = master.update(element)
        updated = time.perf_counter()
        drawn.patch("figure", before)
        update.append(updated - began)
        patch.append(time.perf_counter() - updated)
    opening = milliseconds(
        repeats, lambda: replace(drawn.structure, openings={}).open(LOOK)
    )
    return [
        build,
        1e3 * statistics.median(update),
        opening,
        1e3 * statistics.median(patch),
    ]


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="render", description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    arguments = parser.parse_args(argv)
    print(describe())
    warm_up()
    print(f"medians of {arguments.repeats}, ms")
    print(f"{'':<10}{'build':>8}{'update':>8}{'open':>8}{'patch':>8}")
    for make in (image, curve, overlay):
        times = measure(make, arguments.repeats)
        print(f"{make.__name__:<10}" + "".join(f"{value:8.2f}" for value in times))
    return 0

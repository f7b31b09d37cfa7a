"""What one frame of a plot costs: HoloViews, a patch, a session's own plot.

For an image, a curve and an overlay of three: building and updating the HoloViews plot
(once per frame, for all sessions), copying its models for a session, building it
through HoloViews for a session instead, and applying the patch in a session's document.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import holoviews as hv
import numpy as np
from bokeh.document import Document

from livedata_panel.render.backend import warm_up
from livedata_panel.render.plot import MasterPlot
from livedata_panel.render.session_plot import SessionPlot
from tests.benchmarks.machine import describe

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
    document = Document()
    session = SessionPlot(master.drawn)
    document.add_root(session.root)
    update, apply = [], []
    for _ in range(repeats):
        element = make(rng)
        began = time.perf_counter()
        drawn = master.update(element)
        updated = time.perf_counter()
        session.apply(drawn)
        update.append(updated - began)
        apply.append(time.perf_counter() - updated)
    copy = milliseconds(repeats, lambda: SessionPlot(drawn))
    return [
        build,
        1e3 * statistics.median(update),
        copy,
        1e3 * statistics.median(apply),
    ]


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="render", description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    arguments = parser.parse_args(argv)
    print(describe())
    warm_up()
    print(f"medians of {arguments.repeats}, ms")
    print(f"{'':<10}{'build':>8}{'update':>8}{'copy':>8}{'patch':>8}")
    for make in (image, curve, overlay):
        times = measure(make, arguments.repeats)
        print(f"{make.__name__:<10}" + "".join(f"{value:8.2f}" for value in times))
    return 0

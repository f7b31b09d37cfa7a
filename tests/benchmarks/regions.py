"""How long after a region is drawn the spectrum of its pixels is there.

The simulated instrument with its worker and dashboard in this process. At times that
have nothing to do with those of the updates, a rectangle is drawn, later deleted, and
another one drawn. Measured is the time until the dashboard holds a spectrum of the
region that counts events; frames show it from then on. Aim: within a second.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence

from livedata_core.contract import DataKey, WorkflowId
from livedata_core.data.scipp_io import to_scipp
from tests.benchmarks.machine import describe
from tests.support.bench_meter import percentiles
from tests.support.embedded import System, running

PANEL = WorkflowId("dummy", "panel_0_xy", 1)
SOURCE = "panel_0"
SPECTRA = DataKey(PANEL, SOURCE, "roi_spectra_current")
LOOK_S = 0.005
PATIENCE_S = 20.0


def counted(system: System, region: int) -> bool:
    """Return whether the dashboard holds counts of a region."""
    entry = system.services.data.entry(SPECTRA)
    if entry is None:
        return False
    spectra = to_scipp(entry.data)
    found = spectra.coords["roi"].values == region
    return bool(found.any() and spectra.values[found].sum() > 0)


def wait_until_counted(system: System, region: int, wanted: bool) -> float:
    """Return after how many seconds counts of a region are there, or not any more.

    Raises
    ------
    TimeoutError
        If it takes twenty seconds.
    """
    began = time.monotonic()
    while counted(system, region) is not wanted:
        if time.monotonic() - began > PATIENCE_S:
            raise TimeoutError(f"region {region} after {PATIENCE_S:.0f} s: {wanted=}")
        time.sleep(LOOK_S)
    return time.monotonic() - began


def measure(repeats: int) -> list[float]:
    """Draw so many regions; return the seconds until each is counted."""
    rng = random.Random(5)
    taken = []
    with running("dummy") as system:
        system.wait_until(lambda: system.services.data.entry(SPECTRA) is not None)
        regions = system.services.regions
        for _ in range(repeats):
            time.sleep(rng.uniform(0.0, 1.0))
            x, y = rng.uniform(20, 70), rng.uniform(20, 70)
            place = ((x, x + 30.0), (y, y + 30.0))
            region = regions.add(PANEL, SOURCE, "rectangle", *place)
            taken.append(wait_until_counted(system, region, True))
            regions.remove(PANEL, SOURCE, region)
            wait_until_counted(system, region, False)
    return taken


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="regions", description=__doc__)
    parser.add_argument("--repeats", type=int, default=30, help="regions to draw")
    options = parser.parse_args(argv)
    print(describe())
    figures = percentiles([1e3 * taken for taken in measure(options.repeats)])
    shown = ", ".join(
        f"{name} {figures[name]:.0f} ms" for name in ("p50", "p95", "max")
    )
    print(f"region drawn to spectrum held, {options.repeats} regions: {shown}")
    return 0

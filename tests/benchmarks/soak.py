"""Whether anything is left behind: sessions come and go, plots are made anew.

Clients open and close all the time and every plot gets other parameters now and then.
Resident memory, sessions, documents, models, HoloViews plots and threads are noted;
at the end all clients leave, and what does not go with them is a leak: exit status 1.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.benchmarks.machine import describe
from tests.support.bench_data import Load
from tests.support.bench_process import Told, clients, server

SAMPLE_S = 2.0
CHURN_S = 4.0
LINGER_S = 60.0
"""Sessions outlive their connection by 15 to 20 s; plots go with the last of them."""
WARM = 0.4
"""Part of the run that the slope leaves out: pools and caches fill."""
DOCUMENTS_TO_SPARE = 2
"""The collector may see a document or two that a callback still holds."""


@dataclass
class Soak:
    """What was noted; times in s, memory in MB."""

    seconds: float
    times: list[float] = field(default_factory=list)
    rss: list[float] = field(default_factory=list)
    objects: dict[str, dict[str, int]] = field(default_factory=dict)
    opened: int = 0
    rebuilt: int = 0
    lost: int = 0
    frames: int = 0

    def slope(self) -> float:
        """Return the growth of resident memory in MB a minute."""
        times, rss = np.asarray(self.times), np.asarray(self.rss)
        late = times > WARM * self.seconds
        if late.sum() < 3:
            return float("nan")
        return float(60 * np.polyfit(times[late], rss[late], 1)[0])

    def leaks(self) -> list[str]:
        """Return in words what was not released."""
        start, end = self.objects["start"], self.objects["end"]
        found = [
            f"{end[name]} {name} are left"
            for name in ("sessions", "bokeh_sessions")
            if end[name]
        ]
        # Before the first plot, HoloViews may not be there to be counted.
        for name in ("gc_documents", "gc_plots"):
            more = end.get(name, 0) - start.get(name, 0)
            if more > DOCUMENTS_TO_SPARE:
                found.append(f"{more} more {name} than before the first client")
        return found


def run(options: argparse.Namespace) -> Soak:
    """Let clients come and go for as long as was asked for."""
    load = Load.of(options)
    soak = Soak(60 * options.minutes)
    with server("shell", load) as (served, ready), clients(ready, load) as fleet:
        soak.objects["start"] = served.ask("objects")
        began = time.monotonic()
        churn_due = rebuild_due = began
        half = began + soak.seconds / 2
        while (now := time.monotonic()) < began + soak.seconds:
            if now >= churn_due:
                churn(fleet, options, soak)
                churn_due = now + CHURN_S
            if now >= rebuild_due:
                served.tell("rebuild")
                soak.rebuilt += load.cells
                rebuild_due = now + options.rebuild_s
            if "middle" not in soak.objects and now >= half:
                soak.objects["middle"] = served.ask("objects")
            note(soak, now - began, served, fleet, options)
            time.sleep(SAMPLE_S)
        soak.objects["last"] = served.ask("objects")
        fleet.ask("clients 0")
        soak.objects["end"] = released(served)
    return soak


def churn(fleet: Told, options: argparse.Namespace, soak: Soak) -> None:
    """Have the oldest clients leave and as many come."""
    fleet.ask(f"clients {options.clients - options.churn}")
    fleet.ask(f"clients {options.clients}")
    soak.opened += options.churn if soak.opened else options.clients


def note(
    soak: Soak, seconds: float, served: Told, fleet: Told, options: argparse.Namespace
) -> None:
    """Take a sample."""
    said, seen = served.ask("mark"), fleet.ask("mark")
    soak.times.append(seconds)
    soak.rss.append(said["rss_mb"])
    soak.lost += seen["lost"]
    soak.frames += seen["frames"]
    if not options.json and len(soak.times) % 5 == 1:
        delay = said["loop_delay_s"]["p95"] * 1e3
        print(
            f"{seconds:7.0f} s  RSS {said['rss_mb']:7.1f} MB  sessions "
            f"{said['sessions']:3d} (server {said['bokeh_sessions']:3d})  models "
            f"{said['models']:6d}  threads {said['n_threads']:3d}  loop delay p95 "
            f"{delay:5.0f} ms",
            flush=True,
        )


def released(served: Told) -> dict[str, int]:
    """Wait until sessions are gone, within reason; return what there is then."""
    give_up = time.monotonic() + LINGER_S
    while True:
        counts: dict[str, int] = served.ask("objects")
        if not counts["bokeh_sessions"] or time.monotonic() > give_up:
            time.sleep(2.0)
            return served.ask("objects")
        time.sleep(2.0)


def report(soak: Soak) -> None:
    """Print what was found."""
    names = dict.fromkeys(name for counts in soak.objects.values() for name in counts)
    moments = list(soak.objects)
    print(f"{'':<16}" + "".join(f"{moment:>10}" for moment in moments))
    for name in names:
        counts = [soak.objects[moment].get(name, 0) for moment in moments]
        print(f"{name:<16}" + "".join(f"{count:10d}" for count in counts))
    print(
        f"{soak.opened} sessions opened, {soak.rebuilt} plots made anew, "
        f"{soak.frames} frames, {soak.lost} connections lost"
    )
    print(f"RSS slope {soak.slope():.2f} MB/min (must: under 1 in 30 minutes)")
    for leak in soak.leaks():
        print(f"LEAK: {leak}")


def as_dict(soak: Soak) -> dict[str, Any]:
    """Return everything for machines."""
    return {**vars(soak), "slope_mb_per_min": soak.slope(), "leaks": soak.leaks()}


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    Load.add_arguments(parser)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--clients", type=int, default=4, help="at any time")
    parser.add_argument("--churn", type=int, default=1, help="replaced every 4 s")
    parser.add_argument(
        "--rebuild-s", type=float, default=10.0, help="between rebuilds"
    )
    parser.add_argument("--small", action="store_true", help="half a minute")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    options = parser.parse_args(argv)
    if options.small:
        options.images, options.size, options.curves, options.bins = 1, 32, 1, 50
        options.minutes, options.clients = 0.2, 2
    if not options.json:
        print(describe())
    soak = run(options)
    if options.json:
        print(json.dumps(as_dict(soak)))
    else:
        report(soak)
    return 1 if soak.leaks() else 0

"""Whether anything is left behind: sessions come and go, plots are made anew.

Clients open and close all the time and every plot gets other parameters now and then;
every stream's history is asked for, so that histories fill their limit. Memory is noted
every two seconds, objects and listeners every minute. At the end all clients leave and
all plots are removed; what does not go with them is a leak: exit status 1.

With `--browsers 4`, so many real browsers look on as well and take turns in adding,
changing and removing plots through their pages; what these hold is counted too.
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
from tests.support.bench_browsers import Browsers, browsers
from tests.support.bench_data import Load
from tests.support.bench_process import Told, clients, server

SAMPLE_S = 2.0
COUNT_S = 60.0
CHURN_S = 4.0
LINGER_S = 60.0
"""Sessions outlive their connection by 15 to 20 s; plots go with the last of them."""
WARM = 0.4
"""Part of the run that slopes leave out: pools, caches and histories fill."""
SPARE = {"gc_documents": 2, "gc_plots": 2, "gc_models": 20, "model_callbacks": 20}
"""The collector may see what a callback still holds: a document, no session."""
LONG_S = 600.0
PAGE_MB_PER_MINUTE = 2.0
"""What all pages together may grow by in long runs; figures that stay make it 47."""


@dataclass(frozen=True)
class Slope:
    """A straight line through samples, by the minute, with its standard error."""

    per_minute: float
    error: float

    @classmethod
    def of(cls, times: Sequence[float], values: Sequence[float]) -> Slope:
        """Fit a line; times in s."""
        if len(times) < 4:
            return cls(float("nan"), float("nan"))
        minutes = np.asarray(times) / 60
        (slope, _), covariance = np.polyfit(minutes, np.asarray(values), 1, cov=True)
        return cls(float(slope), float(covariance[0, 0] ** 0.5))

    @property
    def lowest(self) -> float:
        """Return what the slope exceeds as good as certainly."""
        return self.per_minute - 3 * self.error

    def __str__(self) -> str:
        return f"{self.per_minute:9.3f} ± {self.error:.3f} a minute"


@dataclass
class Soak:
    """What was noted; times in s, memory in MB. `first`: so many clients came first."""

    seconds: float
    memory: list[dict[str, float]] = field(default_factory=list)
    counts: list[dict[str, float]] = field(default_factory=list)
    objects: dict[str, dict[str, float]] = field(default_factory=dict)
    first: int = 0
    opened: int = 0
    rebuilt: int = 0
    lost: int = 0
    frames: int = 0
    by_browsers: dict[str, int] = field(default_factory=dict)
    browser_errors: list[str] = field(default_factory=list)

    @property
    def happened(self) -> bool:
        """Whether a session has left, a frame arrived and all was counted once.

        A machine that is busy may not come that far in a short run.
        """
        return self.opened > self.first and bool(self.frames and self.counts)

    def slopes(self) -> dict[str, Slope]:
        """Return how fast memory and counts grew once the run was warm."""
        found = {}
        for rows in (self.memory, self.counts):
            late = [row for row in rows if row["seconds"] > WARM * self.seconds]
            for name in late[0] if late else ():
                if name != "seconds" and name not in found:
                    times = [row["seconds"] for row in late]
                    found[name] = Slope.of(times, [row[name] for row in late])
        return found

    def leaks(self) -> list[str]:
        """Return in words what was not released."""
        start, end = self.objects["start"], self.objects["end"]
        found = [
            f"{end[name]:.0f} {name} are left"
            for name in ("sessions", "bokeh_sessions", "subscriptions")
            if end[name]
        ]
        # Before the first plot, HoloViews may not be there to be counted.
        for name, spare in SPARE.items():
            more = end.get(name, 0) - start.get(name, 0)
            if more > spare:
                found.append(f"{more:.0f} more {name} than before the first client")
        heap = self.slopes().get("page_heap_mb")
        if heap and self.seconds >= LONG_S and heap.lowest > PAGE_MB_PER_MINUTE:
            found.append(f"MB in the pages grow by {heap}")
        return [*found, *self.browser_errors]


def run(options: argparse.Namespace) -> Soak:
    """Let clients come and go for as long as was asked for."""
    load = Load.of(options)
    soak = Soak(60 * options.minutes)
    with (
        server("shell", load) as (served, ready),
        clients(ready, load) as fleet,
        browsers(ready["url"], options.browsers) as pages,
    ):
        soak.objects["start"] = served.ask("objects")
        served.tell("histories")
        began = time.monotonic()
        churn_due = rebuild_due = began
        count_due = began + min(COUNT_S, soak.seconds / 4)
        while (now := time.monotonic()) < began + soak.seconds or not soak.happened:
            if now >= churn_due:
                churn(fleet, options, soak)
                churn_due = now + CHURN_S
            if now >= rebuild_due:
                served.tell("rebuild")
                soak.rebuilt += load.cells
                rebuild_due = now + options.rebuild_s
            if pages is not None:
                pages.act()
            if now >= count_due:
                count(soak, now - began, served, pages, options)
                count_due = now + COUNT_S
            note(soak, now - began, served, fleet)
            time.sleep(SAMPLE_S)
        soak.objects["last"] = {**served.ask("objects"), **counts_of(pages)}
        if pages is not None:
            soak.by_browsers, soak.browser_errors = pages.done, pages.errors
            pages.close()
        fleet.ask("clients 0")
        served.tell("empty")
        soak.objects["end"] = released(served)
    return soak


def churn(fleet: Told, options: argparse.Namespace, soak: Soak) -> None:
    """Have the oldest clients leave and as many come."""
    fleet.ask(f"clients {options.clients - options.churn}")
    fleet.ask(f"clients {options.clients}")
    soak.first = soak.first or options.clients
    soak.opened += options.churn if soak.opened else options.clients


def note(soak: Soak, seconds: float, served: Told, fleet: Told) -> None:
    """Take a sample of the memory."""
    said, seen = served.ask("mark"), fleet.ask("mark")
    sizes = {name: said[name] for name in said if name.endswith("_mb")}
    soak.memory.append({"seconds": seconds, **sizes})
    soak.lost += seen["lost"]
    soak.frames += seen["frames"]


def counts_of(pages: Browsers | None) -> dict[str, float]:
    """Return what the pages of browsers hold, if there are any."""
    return {} if pages is None else pages.counts()


def count(
    soak: Soak,
    seconds: float,
    served: Told,
    pages: Browsers | None,
    options: argparse.Namespace,
) -> None:
    """Count objects and listeners, also of browsers' pages."""
    counts = {**served.ask("objects"), **counts_of(pages)}
    soak.counts.append({"seconds": seconds, **counts})
    soak.objects.setdefault("first", counts)
    if not options.json:
        print(
            f"{seconds:7.0f} s  RSS {counts['rss_mb']:6.1f} MB  histories "
            f"{counts['history_mb']:5.1f} MB  sessions {counts['sessions']:3d}  models "
            f"{counts['gc_models']:6d}  callbacks {counts['model_callbacks']:5d}  "
            f"subscribers {counts['subscriptions']:3d}  objects {counts['gc_all']:7d}"
            + (f"  pages {counts['page_heap_mb']:5.1f} MB" if pages else ""),
            flush=True,
        )


def released(served: Told) -> dict[str, float]:
    """Wait until sessions are gone, within reason; return what there is then."""
    give_up = time.monotonic() + LINGER_S
    while True:
        counts: dict[str, float] = served.ask("objects")
        if not counts["bokeh_sessions"] or time.monotonic() > give_up:
            time.sleep(2.0)
            return served.ask("objects")
        time.sleep(2.0)


def report(soak: Soak) -> None:
    """Print what was found."""
    names = dict.fromkeys(name for counts in soak.objects.values() for name in counts)
    moments, slopes = list(soak.objects), soak.slopes()
    print(f"{'':<16}" + "".join(f"{moment:>11}" for moment in moments))
    for name in names:
        counts = [soak.objects[moment].get(name, 0) for moment in moments]
        row = "".join(f"{value:11.0f}" for value in counts)
        print(f"{name:<16}{row}  {slopes.get(name, '')}")
    print(
        f"{soak.opened} sessions opened, {soak.rebuilt} plots made anew, "
        f"{soak.frames} frames, {soak.lost} connections lost"
    )
    if soak.by_browsers:
        made = ", ".join(
            f"{number} {what}" for what, number in soak.by_browsers.items()
        )
        print(f"plots by browsers: {made}")
    rss = slopes.get("rss_mb")
    print(f"RSS slope in MB: {rss} (must: under 1 in 30 minutes)")
    for leak in soak.leaks():
        print(f"LEAK: {leak}")


def as_dict(soak: Soak) -> dict[str, Any]:
    """Return everything for machines."""
    slopes = {name: vars(slope) for name, slope in soak.slopes().items()}
    return {**vars(soak), "slopes": slopes, "leaks": soak.leaks()}


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
    parser.add_argument(
        "--browsers", type=int, default=0, help="real ones that change plots"
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

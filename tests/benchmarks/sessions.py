"""How many sessions one process serves, against plain Bokeh and a Pipe per session.

Every kind of server gets the same results at the same rate, and clients (processes
that speak Bokeh's protocol and draw nothing) until frames lag. A cell-frame is one new
frame of one plot at one client. The floor replaces the changed column of plain figures
in a bare Bokeh server; naive is a HoloViews Pipe for each plot and session in Panel.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.benchmarks.machine import describe
from tests.support.bench_data import Load
from tests.support.bench_process import Told, clients, server

KINDS = ("shell", "floor", "naive")
STEPS = {
    "shell": (4, 8, 16, 32, 48, 64, 96, 128),
    "floor": (4, 16, 32, 64, 96, 128, 160),
    "naive": (1, 2, 4, 6, 8, 12, 16),
}
KEEPING_UP = 0.95
SETTLE_S = 5.0
PATIENCE_S = 60.0
MUST_RATE, MUST_FLOOR, MUST_NAIVE = 500.0, 0.4, 8.0
AIM_RATE, AIM_FLOOR, AIM_NAIVE = 1000.0, 0.6, 15.0


@dataclass(frozen=True)
class Level:
    """What one kind of server did with so many clients.

    Times in ms, sizes in bytes, processors in cores: `others_cpu` is what was not the
    benchmark, and a level at which it is high tells little about the server.
    """

    kind: str
    clients: int
    cell_frames_per_s: float
    delivered: float
    loop_p50_ms: float
    loop_p95_ms: float
    loop_max_ms: float
    latency_p50_ms: float
    latency_p95_ms: float
    loop_cpu_ms: float
    compute_cpu: float
    server_cpu: float
    client_cpu: float
    others_cpu: float
    bytes_per_cell_frame: float
    messages_per_client_frame: float
    rss_mb: float

    @property
    def keeps_up(self) -> bool:
        """Whether hardly a frame was left out."""
        return self.delivered >= KEEPING_UP


COLUMNS = (
    ("server", "", 6),
    ("N", "", 4),
    ("cf/s", "", 6),
    ("share", "", 6),
    ("loop delay ms", "p50/p95/max", 14),
    ("latency ms", "p50/p95", 12),
    ("loop ms", "per cf", 8),
    ("processor: server", "(compute)/client/others", 24),
    ("bytes", "per cf", 7),
    ("msgs", "per f", 6),
    ("RSS", "MB", 5),
)
HEADER = "\n".join(
    " ".join(f"{column[row]:>{column[2]}}" for column in COLUMNS) for row in (0, 1)
)


def line(level: Level) -> str:
    """Return a level as a line of the table."""
    loop = f"{level.loop_p50_ms:.0f}/{level.loop_p95_ms:.0f}/{level.loop_max_ms:.0f}"
    latency = f"{level.latency_p50_ms:.0f}/{level.latency_p95_ms:.0f}"
    cpu = (
        f"{level.server_cpu:.0%} ({level.compute_cpu:.0%}) / "
        f"{level.client_cpu:.0%} / {level.others_cpu:.0%}"
    )
    return (
        f"{level.kind:>6} {level.clients:4d} {level.cell_frames_per_s:6.0f} "
        f"{level.delivered:6.1%} {loop:>14} {latency:>12} {level.loop_cpu_ms:8.2f} "
        f"{cpu:>24} {level.bytes_per_cell_frame:7.0f} "
        f"{level.messages_per_client_frame:6.1f} {level.rss_mb:5.0f}"
    )


def measure(
    kind: str, load: Load, served: Told, fleet: Told, count: int, seconds: float
) -> Level:
    """Have `count` clients and measure once all of them see frames."""
    fleet.ask(f"clients {count}")
    wait_for_frames(fleet, load)
    time.sleep(SETTLE_S)
    served.ask("mark")
    fleet.ask("mark")
    time.sleep(seconds)
    server_side, client_side = served.ask("mark"), fleet.ask("mark")
    return level_of(kind, load, count, server_side, client_side)


def wait_for_frames(fleet: Told, load: Load) -> None:
    """Wait until frames arrive: the first plots of a server take their time."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        fleet.ask("mark")
        time.sleep(2.0 / load.rate)
        if fleet.ask("mark")["cell_frames"] >= load.cells:
            return
    raise RuntimeError(f"no frames within {PATIENCE_S:.0f} s")


def level_of(
    kind: str, load: Load, count: int, served: dict[str, Any], seen: dict[str, Any]
) -> Level:
    """Put together what server and clients say about the same seconds."""
    seconds = served["seconds"]
    frames = max(1, seen["cell_frames"])
    threads = served["threads"]
    loop, latency = served["loop_delay_s"], seen["latency_s"]
    return Level(
        kind=kind,
        clients=count,
        cell_frames_per_s=seen["cell_frames"] / seconds,
        delivered=seen["cell_frames"] / (seconds * load.rate * load.cells * count),
        loop_p50_ms=1e3 * loop["p50"],
        loop_p95_ms=1e3 * loop["p95"],
        loop_max_ms=1e3 * loop["max"],
        latency_p50_ms=1e3 * latency["p50"],
        latency_p95_ms=1e3 * latency["p95"],
        loop_cpu_ms=1e3 * threads["MainThread"] / frames,
        compute_cpu=threads.get("livedata-compute", 0.0) / seconds,
        server_cpu=served["cpu_s"] / seconds,
        client_cpu=seen["cpu_s"] / seconds,
        others_cpu=(served["machine_s"] - served["cpu_s"] - seen["cpu_s"]) / seconds,
        bytes_per_cell_frame=seen["bytes"] / frames,
        messages_per_client_frame=seen["messages"] / frames * load.cells,
        rss_mb=served["rss_mb"],
    )


def ramp(
    kind: str, load: Load, steps: Sequence[int], seconds: float
) -> Iterator[Level]:
    """Raise the number of clients until frames lag, then halve the last step."""
    with server(kind, load) as (served, ready), clients(ready, load) as fleet:
        good = 0
        for count in steps:
            level = measure(kind, load, served, fleet, count, seconds)
            yield level
            if not level.keeps_up:  # once more: the machine may have been busy
                level = measure(kind, load, served, fleet, count, seconds)
                yield level
            if not level.keeps_up:
                between = (good + count) // 2
                if good < between < count:
                    yield measure(kind, load, served, fleet, between, seconds)
                return
            good = count


def sustained(levels: Sequence[Level], kind: str) -> float:
    """Return the most cell-frames a second of a kind that kept up."""
    rates = [lv.cell_frames_per_s for lv in levels if lv.kind == kind and lv.keeps_up]
    return max(rates, default=0.0)


def peak(levels: Sequence[Level], kind: str) -> float:
    """Return the most cell-frames a second of a kind, lagging or not."""
    rates = [level.cell_frames_per_s for level in levels if level.kind == kind]
    return max(rates, default=0.0)


def summary(levels: Sequence[Level]) -> dict[str, float]:
    """Return the figures that are to be reached."""
    shell, floor, naive = (sustained(levels, kind) for kind in KINDS)
    return {
        "cell_frames_per_s": shell,
        "share_of_floor": shell / floor if floor else float("nan"),
        "times_naive": shell / naive if naive else float("nan"),
        "peak_share_of_floor": _ratio(levels, "floor"),
        "peak_times_naive": _ratio(levels, "naive"),
    }


def _ratio(levels: Sequence[Level], kind: str) -> float:
    other = peak(levels, kind)
    return peak(levels, "shell") / other if other else float("nan")


def print_summary(figures: dict[str, float]) -> None:
    """Print the figures beside what they are to be."""
    rows = (
        ("cell-frames/s sustained", "cell_frames_per_s", MUST_RATE, AIM_RATE),
        ("share of the floor", "share_of_floor", MUST_FLOOR, AIM_FLOOR),
        ("times naive", "times_naive", MUST_NAIVE, AIM_NAIVE),
        ("share of the floor, peaks", "peak_share_of_floor", MUST_FLOOR, AIM_FLOOR),
        ("times naive, peaks", "peak_times_naive", MUST_NAIVE, AIM_NAIVE),
    )
    for title, name, must, aim in rows:
        print(f"{title:<28} {figures[name]:8.2f}   (must {must:g}, aim {aim:g})")


def options_of(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(prog="sessions", description=__doc__)
    Load.add_arguments(parser)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each level")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument(
        "--clients", type=int, nargs="+", help="the levels of all kinds"
    )
    parser.add_argument("--small", action="store_true", help="seconds, not minutes")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    options = parser.parse_args(argv)
    if options.small:
        options.images, options.size, options.curves, options.bins = 1, 32, 1, 50
        options.seconds, options.clients = 2.0, [2]
    return options


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    options = options_of(argv)
    load = Load.of(options)
    talk = (lambda *_: None) if options.json else print
    talk(describe())
    talk(
        f"{load}; {options.seconds:g} s for each level; server and clients on this "
        "machine"
    )
    talk(HEADER)
    levels: list[Level] = []
    for kind in options.kinds:
        steps = options.clients or STEPS[kind]
        for level in ramp(kind, load, steps, options.seconds):
            levels.append(level)
            talk(line(level))
    figures = summary(levels)
    if options.json:
        print(json.dumps({"levels": list(map(asdict, levels)), "summary": figures}))
    else:
        print_summary(figures)
    return 0

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
from tests.support.bench_levels import (
    HEADER,
    KINDS,
    Level,
    level_of,
    line,
    print_summary,
    summary,
)
from tests.support.bench_process import Told, clients, server

STEPS = {
    "shell": (48, 64, 88, 112),
    "floor": (48, 72, 96, 128),
    "naive": (4, 6, 8, 12, 16),
}
SETTLE_S = 3.0
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Timing:
    """How long each level is measured, s, and whether data flow while clients open."""

    seconds: float
    fed: bool = False


def measure(
    load: Load, served: Told, fleet: Told, level: tuple[str, int], options: Timing
) -> Level:
    """Have so many clients of a kind and measure once all of them see frames.

    Data stand still while clients open, unless `options.fed`: a server that sends each
    frame to everybody, ready or not, would be left with a backlog.
    """
    kind, count = level
    before = fleet.ask("mark")["clients"]
    if not before and count:  # the first plots of a server take their time
        fleet.ask("clients 1")
        wait_for_all(fleet, load)
        before = 1
    if not options.fed:
        served.tell("pause")
        drain(fleet)
    served.ask("mark")
    fleet.ask(f"clients {count}")
    if count < before:
        wait_until_gone(served, count)
    if not options.fed:
        drain(fleet)
    served.tell("resume")
    wait_for_all(fleet, load)
    opening = opening_of(count - before, served.ask("mark"))
    time.sleep(SETTLE_S)
    served.ask("mark")
    fleet.ask("mark")
    time.sleep(options.seconds)
    server_side, client_side = served.ask("mark"), fleet.ask("mark")
    return level_of(kind, load, count, server_side, client_side, opening)


def opening_of(opened: int, ramp: dict[str, Any]) -> dict[str, Any]:
    """Return what a level tells about how its clients opened."""
    delay = ramp["loop_delay_s"]
    return {
        "opened": opened,
        "ramp_s": ramp["seconds"],
        "ramp_p95_ms": 1e3 * delay["p95"],
        "ramp_max_ms": 1e3 * delay["max"],
    }


def wait_until_gone(served: Told, count: int) -> None:
    """Wait until sessions without a client are gone: they linger, and cost."""
    give_up = time.monotonic() + PATIENCE_S
    while served.ask("mark")["sessions"] > count and time.monotonic() < give_up:
        time.sleep(1.0)


def drain(fleet: Told) -> None:
    """Wait until no frame arrives any more."""
    give_up = time.monotonic() + PATIENCE_S
    fleet.ask("mark")
    while time.monotonic() < give_up:
        time.sleep(1.0)
        if not fleet.ask("mark")["cell_frames"]:
            return


def wait_for_all(fleet: Told, load: Load) -> None:
    """Wait until every client sees every plot move.

    A client whose figures are still being made would count as one that is served. A
    server that lags may never come that far; it is measured as it is then.
    """
    give_up = time.monotonic() + PATIENCE_S
    fleet.ask("mark")
    while time.monotonic() < give_up:
        time.sleep(2.0 / load.rate)
        seen = fleet.ask("mark")
        if seen["full"] == seen["clients"]:
            return


def ramp(
    kind: str, load: Load, steps: Sequence[int], options: Timing
) -> Iterator[Level]:
    """Raise the number of clients until frames lag, then halve the last step."""
    with server(kind, load) as (served, ready), clients(ready, load) as fleet:
        good = 0
        for count in steps:
            level = measure(load, served, fleet, (kind, count), options)
            yield level
            if not level.keeps_up:  # once more: the machine may have been busy
                level = measure(load, served, fleet, (kind, count), options)
                yield level
            if not level.keeps_up:
                between = (good + count) // 2
                if good < between < count:
                    yield measure(load, served, fleet, (kind, between), options)
                return
            good = count


def options_of(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(prog="sessions", description=__doc__)
    Load.add_arguments(parser)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each level")
    parser.add_argument(
        "--fed", action="store_true", help="let data flow while clients open"
    )
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument(
        "--clients", type=int, nargs="+", help="the levels of all kinds"
    )
    parser.add_argument(
        "--steps", nargs="+", default=(), metavar="KIND=N,N", help="those of a kind"
    )
    parser.add_argument("--small", action="store_true", help="seconds, not minutes")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    options = parser.parse_args(argv)
    options.levels = levels_of(parser, options)
    if options.small:
        options.images, options.size, options.curves, options.bins = 1, 32, 1, 50
        options.seconds, options.levels = 2.0, dict.fromkeys(KINDS, (2,))
    return options


def levels_of(
    parser: argparse.ArgumentParser, options: argparse.Namespace
) -> dict[str, tuple[int, ...]]:
    """Return how many clients each kind of server has, one level after the other."""
    common = tuple(options.clients or ())
    levels = {kind: common or STEPS[kind] for kind in KINDS}
    for step in options.steps:
        kind, _, counts = step.partition("=")
        if kind not in KINDS or not counts.replace(",", "").isdigit():
            parser.error(
                f"--steps {step}: want KIND=N,N with one of {', '.join(KINDS)}"
            )
        levels[kind] = tuple(map(int, counts.split(",")))
    return levels


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    options = options_of(argv)
    load = Load.of(options)
    talk = (lambda *_, **__: None) if options.json else print
    talk(describe())
    talk(
        f"{load}; {options.seconds:g} s for each level; server and clients on this "
        "machine"
    )
    talk(HEADER)
    levels: list[Level] = []
    for kind in options.kinds:
        steps = options.levels[kind]
        for level in ramp(kind, load, steps, Timing(options.seconds, options.fed)):
            levels.append(level)
            talk(line(level), flush=True)
    figures = summary(levels)
    if options.json:
        print(json.dumps({"levels": list(map(asdict, levels)), "summary": figures}))
    else:
        print_summary(figures, levels)
    return 0

"""A server process that is measured: ``python -m tests.support.bench_server KIND``.

Prints a line of JSON when it listens. Each line on its standard input is a command:
``mark`` answers with what happened since the last mark, ``objects`` with what there is
in memory, ``types`` with the types of which there are more than at the last time,
``rebuild`` makes every plot anew, ``histories`` asks for all histories, ``pause`` and
``resume`` stop and start the data, ``stop`` ends it, ``profile`` starts a profile of
the event loop's thread that ``profiled PATH`` writes.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from tornado.ioloop import IOLoop

from tests.support import bench_apps, bench_rivals
from tests.support.bench_data import Load
from tests.support.bench_meter import (
    GarbageMeter,
    LoopMeter,
    machine_seconds,
    percentiles,
    thread_seconds,
)
from tests.support.bench_objects import growth, heap_mb, objects, types

KINDS: dict[str, Callable[[Load], bench_apps.App]] = {
    "shell": bench_apps.shell,
    "floor": bench_rivals.floor,
    "naive": bench_rivals.naive,
}


class Measured:
    """Answers for one app; on the event loop."""

    def __init__(self, app: bench_apps.App) -> None:
        self.app = app
        self.meter = LoopMeter()
        self.garbage = GarbageMeter()
        self._before: dict[str, Any] = {}
        self._profile: cProfile.Profile | None = None
        self._types: Counter[str] = Counter()

    def command(self, line: str) -> None:
        """Do what a line says."""
        word, _, argument = line.strip().partition(" ")
        if word == "mark":
            print(json.dumps(self.mark()), flush=True)
        elif word == "objects":
            with self.app.at_rest():
                counts = objects() | self.app.counts()
            print(json.dumps(counts | heap_mb()), flush=True)
        elif word == "types":
            with self.app.at_rest():
                now = types()
            print(json.dumps(growth(self._types, now)), flush=True)
            self._types = now
        elif word == "rebuild":
            rebuild(self.app)
        elif word == "empty":
            remove_grids(self.app)
        elif word in ("pause", "resume"):
            self.app.feed.paused = word == "pause"
        elif word == "histories":
            self.app.keep_histories()  # type: ignore[attr-defined]
        elif word == "profile":
            self._profile = cProfile.Profile()
            self._profile.enable()
        elif word == "profiled" and self._profile is not None:
            self._profile.disable()
            self._profile.dump_stats(argument)
        elif word in ("stop", ""):
            IOLoop.current().stop()

    def mark(self) -> dict[str, Any]:
        """Return what happened since the last mark."""
        now: dict[str, Any] = {
            "seconds": time.perf_counter(),
            "cpu_s": time.process_time(),
            "machine_s": machine_seconds(),
            "feed_cpu_s": self.app.feed.cpu_s,
            "published": self.app.feed.delivered,
            "threads": thread_seconds(),
        }
        before = self._before or now
        self._before = now
        answer: dict[str, Any] = {
            name: now[name] - before[name] for name in now if name != "threads"
        }
        answer["threads"] = {
            name: seconds - before["threads"].get(name, 0.0)
            for name, seconds in now["threads"].items()
        }
        answer["loop_delay_s"] = percentiles(self.meter.take())
        answer["gc_pauses_s"] = self.garbage.take()
        answer |= heap_mb()
        answer["n_threads"] = threading.active_count()
        return answer | self.app.counts()


_rebuilds = 0


def rebuild(app: bench_apps.App) -> None:
    """Give every plot other parameters, so that it is made anew."""
    global _rebuilds
    _rebuilds += 1
    plots = app.services.plots  # type: ignore[attr-defined]
    for _, cell in plots.layout.cells():
        (layer,) = cell.layers
        params: dict[str, object] = (
            {"colour_map": ("viridis", "magma")[_rebuilds % 2]}
            if layer.plotter == "image"
            else {"style": ("steps", "points")[_rebuilds % 2]}
        )
        plots.update_layer(cell.id, layer.id, params=params)


def remove_grids(app: bench_apps.App) -> None:
    """Remove all plots; what nobody views rests as long as there is a place for it."""
    plots = app.services.plots  # type: ignore[attr-defined]
    for grid in plots.layout.grids:
        plots.remove_grid(grid.id)


def main() -> None:
    """Serve until told to stop, or until whoever started this is gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    Load.add_arguments(parser)
    options = parser.parse_args()
    loop = IOLoop.current()
    app = KINDS[options.kind](Load.of(options))
    measured = Measured(app)

    def read_commands() -> None:
        for line in sys.stdin:
            loop.add_callback(measured.command, line)
        loop.add_callback(measured.command, "stop")

    async def begin() -> None:
        measured.meter.start()
        measured.garbage.start()
        app.start()
        threading.Thread(target=read_commands, name="commands", daemon=True).start()
        ready = {"url": app.url, "began_ns": app.feed.began_ns}
        print(json.dumps(ready), flush=True)
        await asyncio.sleep(0)

    loop.add_callback(begin)
    loop.start()
    app.stop()


if __name__ == "__main__":
    main()

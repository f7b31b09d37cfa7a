"""A server process that is measured: ``python -m tests.support.bench_server KIND``.

Prints a line of JSON when it listens. Each line on its standard input is a command:
``mark`` answers with what happened since the last mark, ``stop`` ends it, ``profile``
starts a profile of the event loop's thread that ``profiled PATH`` writes.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from tornado.ioloop import IOLoop

from tests.support import bench_apps
from tests.support.bench_data import Load
from tests.support.bench_meter import (
    LoopMeter,
    machine_seconds,
    percentiles,
    rss_mb,
    thread_seconds,
)

KINDS: dict[str, Callable[[Load], bench_apps.App]] = {
    "shell": bench_apps.shell,
    "floor": bench_apps.floor,
    "naive": bench_apps.naive,
}


class Measured:
    """Answers for one app; on the event loop."""

    def __init__(self, app: bench_apps.App) -> None:
        self.app = app
        self.meter = LoopMeter()
        self._before: dict[str, Any] = {}
        self._profile: cProfile.Profile | None = None

    def command(self, line: str) -> None:
        """Do what a line says."""
        word, _, argument = line.strip().partition(" ")
        if word == "mark":
            print(json.dumps(self.mark()), flush=True)
        elif word == "objects":
            print(json.dumps(objects() | self.app.counts()), flush=True)
        elif word == "rebuild":
            rebuild(self.app)
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
        answer["rss_mb"] = rss_mb()
        answer["n_threads"] = threading.active_count()
        return answer | self.app.counts()


def objects() -> dict[str, int]:
    """Count what a leak would leave behind, after a collection of garbage."""
    from bokeh.document import Document
    from bokeh.model import Model

    gc.collect()
    kinds: dict[str, type | tuple[type, ...]] = {"documents": Document, "models": Model}
    if "holoviews.plotting" in sys.modules:
        kinds["plots"] = sys.modules["holoviews.plotting"].Plot
    # A proxy that is asked for its class may raise; `type` never does.
    types = [type(item) for item in gc.get_objects()]
    counts = {
        f"gc_{name}": sum(issubclass(kind, kinds[name]) for kind in types)
        for name in kinds
    }
    return {**counts, "gc_all": len(types), "n_threads": threading.active_count()}


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

"""What one kind of server did with so many clients: levels, their table, the sums.

How levels come about is `tests.benchmarks.sessions`' business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.bench_data import Load

__all__ = ["HEADER", "KINDS", "Level", "level_of", "line", "print_summary", "summary"]

KINDS = ("shell", "floor", "naive")
KEEPING_UP = 0.95
MUST_RATE, MUST_FLOOR, MUST_NAIVE = 500.0, 0.4, 8.0
AIM_RATE, AIM_FLOOR, AIM_NAIVE = 1000.0, 0.6, 15.0


@dataclass(frozen=True)
class Level:
    """What one kind of server did with so many clients.

    Times in ms, sizes in bytes, processors in cores: `others_cpu` is what was not the
    benchmark, and a level at which it is high tells little about the server. The `ramp`
    is the time until those clients saw every plot that this level has more than the
    last.
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
    gc_pauses: int
    gc_max_ms: float
    opened: int
    ramp_s: float
    ramp_p95_ms: float
    ramp_max_ms: float

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
    ("garbage", "n, max ms", 9),
    ("opening", "s each, p95/max", 16),
)
HEADER = "\n".join(
    " ".join(f"{column[row]:>{column[2]}}" for column in COLUMNS) for row in (0, 1)
)


def line(level: Level) -> str:
    """Return a level as a line of the table."""
    loop = f"{level.loop_p50_ms:.0f}/{level.loop_p95_ms:.0f}/{level.loop_max_ms:.0f}"
    latency = f"{level.latency_p50_ms:.0f}/{level.latency_p95_ms:.0f}"
    each = level.ramp_s / level.opened if level.opened > 0 else 0.0
    ramp = f"{each:.2f} {level.ramp_p95_ms:.0f}/{level.ramp_max_ms:.0f}"
    garbage = f"{level.gc_pauses}, {level.gc_max_ms:.0f}"
    cpu = (
        f"{level.server_cpu:.0%} ({level.compute_cpu:.0%}) / "
        f"{level.client_cpu:.0%} / {level.others_cpu:.0%}"
    )
    return (
        f"{level.kind:>6} {level.clients:4d} {level.cell_frames_per_s:6.0f} "
        f"{level.delivered:6.1%} {loop:>14} {latency:>12} {level.loop_cpu_ms:8.2f} "
        f"{cpu:>24} {level.bytes_per_cell_frame:7.0f} "
        f"{level.messages_per_client_frame:6.1f} {level.rss_mb:5.0f} {garbage:>9} "
        f"{ramp:>16}"
    )


def level_of(
    kind: str,
    load: Load,
    count: int,
    served: dict[str, Any],
    seen: dict[str, Any],
    opening: dict[str, Any],
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
        gc_pauses=len(served["gc_pauses_s"]),
        gc_max_ms=1e3 * max(served["gc_pauses_s"], default=0.0),
        **opening,
    )


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


def unexhausted(levels: Sequence[Level]) -> list[str]:
    """Return the kinds that kept up with all the clients that they were given.

    Their true maximum is higher: of the shell, the figures are too low; of the others,
    the shell's ratios to them are too high.
    """
    most = {lv.kind: lv for lv in sorted(levels, key=lambda lv: lv.clients)}
    kept_up = {(lv.kind, lv.clients) for lv in levels if lv.keeps_up}
    return [kind for kind, lv in most.items() if (kind, lv.clients) in kept_up]


def print_summary(figures: dict[str, float], levels: Sequence[Level]) -> None:
    """Print the figures beside what they are to be, and what they leave open."""
    rows = (
        ("cell-frames/s sustained", "cell_frames_per_s", MUST_RATE, AIM_RATE),
        ("share of the floor", "share_of_floor", MUST_FLOOR, AIM_FLOOR),
        ("times naive", "times_naive", MUST_NAIVE, AIM_NAIVE),
        ("share of the floor, peaks", "peak_share_of_floor", MUST_FLOOR, AIM_FLOOR),
        ("times naive, peaks", "peak_times_naive", MUST_NAIVE, AIM_NAIVE),
    )
    for title, name, must, aim in rows:
        print(f"{title:<28} {figures[name]:8.2f}   (must {must:g}, aim {aim:g})")
    for kind in unexhausted(levels):
        print(f"{kind} kept up with all clients that it had: its maximum is higher")

"""What the system page shows of this process: event loop, memory. Pure functions."""

from __future__ import annotations

from typing import Any

from livedata_panel.loop_culprits import Blame
from livedata_panel.loop_delays import Delays
from livedata_panel.loop_monitor import LoopMonitor
from livedata_panel.process_memory import resident_bytes
from livedata_panel.titles import millis

__all__ = ["server_view"]

SHOWN = 5
"""So many culprits, the worst ones."""


def server_view(monitor: LoopMonitor | None) -> dict[str, Any] | None:
    """Return delays in ms, memory in bytes; None where nothing is measured."""
    if monitor is None:
        return None
    report = monitor.report()
    return {
        "started": millis(report.started_ns),
        "memory": resident_bytes(),
        "loop": [
            _delays("Last minute", report.recent),
            _delays("Since start", report.total),
        ],
        "culprits": [_blame(blame) for blame in report.blames[:SHOWN]],
    }


def _delays(span: str, delays: Delays) -> dict[str, Any]:
    return {
        "span": span,
        "p50": _ms(delays.p50),
        "p95": _ms(delays.p95),
        "max": _ms(delays.max),
    }


def _blame(blame: Blame) -> dict[str, Any]:
    return {
        "where": blame.culprit.place.function,
        "detail": str(blame.culprit),
        "delay": _ms(blame.delay_s),
        "computing": _ms(blame.computing_s),
        "time": millis(blame.time_ns),
        "count": blame.count,
    }


def _ms(seconds: float) -> float:
    """Return ms with as many digits as tell something."""
    milliseconds = seconds * 1e3
    return round(milliseconds, 1) if milliseconds < 10 else round(milliseconds)

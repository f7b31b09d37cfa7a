"""Health in one word and one colour: broker, workers, run. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from livedata_core.api import DashboardServices
from livedata_core.contract import ServiceState, TransportStatus
from livedata_panel.titles import millis

__all__ = ["broker_chip", "run_chip", "worker_chip", "worker_tone"]

_TONES = {
    ServiceState.STARTING: "waiting",
    ServiceState.RUNNING: "fresh",
    ServiceState.STOPPED: "stopped",
    ServiceState.ERROR: "error",
}


def broker_chip(status: TransportStatus) -> dict[str, Any]:
    """Return the state of the connection to the broker."""
    return {
        "label": "Broker",
        "tone": "fresh" if status.connected else "error",
        "text": status.name if status.connected else f"{status.name}: not connected",
        "detail": status.detail,
    }


def worker_tone(state: ServiceState, *, silent: bool) -> str:
    """Return the colour of a worker's state."""
    return "stale" if silent else _TONES[state]


def worker_chip(services: DashboardServices) -> dict[str, Any]:
    """Return the state of all workers together: the worst of those not stopped."""
    now_ns = services.clock()
    tones = [
        worker_tone(worker.status.state, silent=worker.is_silent(now_ns))
        for worker in services.service_status.snapshot().values()
    ]
    alive = tones.count("fresh") + tones.count("waiting")
    return {
        "label": "Workers",
        "tone": _worst(tones) if tones else "waiting",
        "text": _in_words(alive, tones),
        "detail": "",
    }


def _worst(tones: Iterable[str]) -> str:
    order = ("error", "stale", "waiting", "fresh", "stopped")
    return min(tones, key=order.index)


def _in_words(alive: int, tones: list[str]) -> str:
    if not tones:
        return "none heard"
    troubled = tones.count("error") + tones.count("stale")
    text = f"{alive} running" if alive else "none running"
    return f"{text}, {troubled} in trouble" if troubled else text


def run_chip(services: DashboardServices) -> dict[str, Any] | None:
    """Return the latest run; None while none has been heard of."""
    run = services.orchestrator.runs.run
    if run is None:
        return None
    return {
        "name": run.name,
        "running": run.running,
        "since": millis(run.start_ns),
        "until": None if run.running else millis(run.stop_ns),
    }

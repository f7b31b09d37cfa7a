"""What a new instrument has: what its templates are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from livedata_authoring.names import Names

__all__ = ["PULSE_RATE_HZ", "Bank", "Equipment", "Stream", "simple", "values_of"]

PULSE_RATE_HZ = 14.0
"""Of a source that nothing is known of."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A monitor or a log: its names and its place on the wire.

    `flight_path_m` is of monitors, from the source; None where unknown.
    """

    name: str
    title: str
    topic: str
    source_name: str
    unit: str = ""
    flight_path_m: float | None = None


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank of pixels; `positions` float [pixel, 3] in m, None where unknown.

    `devices` is whether the control system gets its total.
    """

    name: str
    title: str
    topic: str
    source_name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    first_pixel_id: int = 1
    positions: Any = None
    devices: bool = True


@dataclass(frozen=True, slots=True)
class Equipment:
    """All that sends data.

    Attributes
    ----------
    nexus_events:
        Which group of a file plays on which bank or monitor.
    left_out:
        What of a file could not be taken, and why.
    """

    description: str
    detectors: tuple[Bank, ...] = ()
    monitors: tuple[Stream, ...] = ()
    logs: tuple[Stream, ...] = ()
    nexus_events: Mapping[str, Bank | Stream] = field(default_factory=dict)
    pulse_rate_hz: float = PULSE_RATE_HZ
    primary_flight_path_m: float | None = None
    left_out: tuple[str, ...] = ()


def simple(names: Names) -> Equipment:
    """Return one of each, for an instrument that nothing is known of."""
    prefix = names.name
    return Equipment(
        description="Simulated until its topics and sources are those of a beam line.",
        detectors=(
            Bank("panel", "Panel", f"{prefix}_detector", "panel", ("y", "x"), (64, 64)),
        ),
        monitors=(
            Stream("monitor", "Beam monitor", f"{prefix}_beam_monitor", "monitor"),
        ),
        logs=(
            Stream(
                "temperature",
                "Sample temperature",
                f"{prefix}_sample_env",
                f"{prefix.upper()}:Temp",
                "K",
            ),
        ),
    )


def values_of(equipment: Equipment) -> dict[str, Any]:
    """Return what the templates of an instrument use."""
    imported = ["Instrument"]
    imported += ["Detector"] if equipment.detectors else []
    imported += ["Monitor"] if equipment.monitors else []
    imported += ["Log"] if equipment.logs else []
    imported += ["StreamId"] if equipment.nexus_events else []
    return {
        "imports": ", ".join(sorted(imported)),
        "description": equipment.description,
        "detectors": equipment.detectors,
        "monitors": equipment.monitors,
        "logs": equipment.logs,
        "nexus_events": equipment.nexus_events,
        "pulse_rate_hz": equipment.pulse_rate_hz,
        "primary_flight_path_m": equipment.primary_flight_path_m,
        "cells": _cells(equipment),
    }


def _cells(equipment: Equipment) -> list[dict[str, Any]]:
    """Return four cells at most: two views of a bank, a monitor, a log."""
    shown: list[tuple[str, str, str, str, str]] = []
    for bank in equipment.detectors[:2]:
        view = f"{bank.name}_view"
        if len(bank.shape) == 2:
            shown.append((bank.title, view, bank.name, "cumulative", "image"))
            shown.append((f"{bank.title}, now", view, bank.name, "current", "image"))
        else:
            spectrum = "spectrum_cumulative"
            shown.append(
                (f"{bank.title}, spectrum", view, bank.name, spectrum, "lines")
            )
    shown = shown[: 4 - bool(equipment.monitors) - bool(equipment.logs)]
    for monitor in equipment.monitors[:1]:
        name = monitor.name
        shown.append((monitor.title, "monitor_histogram", name, "cumulative", "lines"))
    for log in equipment.logs[:1]:
        shown.append((log.title, "timeseries_data", log.name, "delta", "timeseries"))
    keys = ("title", "workflow", "source", "output", "plotter")
    return [
        {"row": number // 2, "column": number % 2, **dict(zip(keys, cell, strict=True))}
        for number, cell in enumerate(shown)
    ]

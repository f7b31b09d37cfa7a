"""A workflow that tells what it was given: counts, windows, logs and regions."""

from __future__ import annotations

from collections.abc import Mapping

import scipp as sc

from livedata_core.contract import (
    Batch,
    EventData,
    LogData,
    OutputSpec,
    Region,
    RegionKind,
    Temporality,
    WorkflowContext,
    WorkflowId,
    WorkflowSpec,
)

__all__ = ["PROBE", "Probe", "probe"]


class Probe:
    """Counts events; the last reading of each log; how many regions it has."""

    def __init__(self, context: WorkflowContext) -> None:
        self._total = self._new = 0
        self._readings: list[float] = []
        self._regions = 0

    def accumulate(self, batch: Batch) -> None:
        for messages in batch.messages.values():
            for message in messages:
                if isinstance(message.payload, EventData):
                    self._new += len(message.payload.time_of_flight)
                elif isinstance(message.payload, LogData):
                    self._readings.append(float(message.payload.value))

    def finalize(self) -> Mapping[str, sc.DataArray]:
        self._total += self._new
        new, self._new = self._new, 0
        readings, self._readings = self._readings, []
        return {
            "new": sc.DataArray(sc.scalar(float(new), unit="counts")),
            "total": sc.DataArray(sc.scalar(float(self._total), unit="counts")),
            "readings": sc.DataArray(sc.array(dims=["n"], values=readings or [-1.0])),
            "regions": sc.DataArray(sc.scalar(float(self._regions))),
        }

    def reset(self) -> None:
        self._total = self._new = 0

    def set_regions(self, kind: RegionKind, regions: Mapping[int, Region]) -> None:
        if any(region.x_unit == "furlong" for region in regions.values()):
            raise ValueError("no axis has the unit furlong")
        if any(region.x_unit == "bug" for region in regions.values()):
            raise ZeroDivisionError("a bug")
        self._regions = len(regions)


def probe(**changes: object) -> WorkflowSpec:
    """Return the probe's record with changes."""
    return WorkflowSpec(
        **{
            "name": "probe",
            "id": WorkflowId("acme", "probe", 1),
            "title": "Probe",
            "sources": ("left", "right"),
            "outputs": (
                OutputSpec(name="new", title="New", device="{source}_new"),
                OutputSpec(
                    name="total", title="Total", temporality=Temporality.CUMULATIVE
                ),
                OutputSpec(name="readings", title="Readings", dims=("n",)),
                OutputSpec(name="regions", title="Regions"),
                OutputSpec(name="roi_rectangle", title="Rectangles"),
            ),
            "factory": "tests.plugins.worker.probe:Probe",
            **changes,
        }
    )


PROBE = probe()

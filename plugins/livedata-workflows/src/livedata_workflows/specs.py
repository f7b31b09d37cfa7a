"""Declarations of the standard workflows, for the plugins of instruments.

Each function gives a complete `WorkflowSpec` for sources of an instrument. Nothing
heavy is imported: the implementations are named by import strings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from livedata_core.contract import (
    AreaDetector,
    CoordSpec,
    Detector,
    Instrument,
    Log,
    Monitor,
    OutputSpec,
    Temporality,
    WorkflowGroup,
    WorkflowId,
    WorkflowSpec,
)
from livedata_workflows import outputs
from livedata_workflows.params import (
    AreaDetectorParams,
    DetectorViewParams,
    MonitorHistogramParams,
    ProjectedViewParams,
    WavelengthMonitorParams,
)

__all__ = [
    "area_detector_view",
    "detector_view",
    "folded_view",
    "monitor_histogram",
    "projected_view",
    "timeseries",
    "total_counts",
]


def detector_view(
    instrument: Instrument | str,
    detectors: Detector | Iterable[Detector],
    *,
    name: str,
    title: str,
    description: str = "Counts of each pixel, as the bank is wired.",
    version: int = 1,
    devices: bool = True,
) -> WorkflowSpec:
    """Declare the logical view of one bank, or of several with equal dims.

    On a view of two dims, regions can be drawn.

    Parameters
    ----------
    instrument:
        The instrument or its name.
    detectors:
        The banks it can run on. They may differ in shape, not in dims.
    name, version:
        With the instrument's name, the identity of the workflow.
    devices:
        Whether the control system gets the total, as ``SOURCE_counts_total``. One
        workflow of a source can do so.

    Raises
    ------
    ValueError
        If there is no bank, or the banks have different dims.
    """
    banks = _all(detectors)
    kinds = {bank.dims for bank in banks}
    if len(kinds) != 1:
        raise ValueError(
            f"detector view {name!r} needs banks of equal dims, got {sorted(kinds)}; "
            "declare one workflow for each kind of bank"
        )
    (dims,) = kinds
    return WorkflowSpec(
        name=name,
        id=_id(instrument, name, version),
        title=title,
        description=description,
        group=WorkflowGroup.DETECTORS,
        sources=tuple(bank.name for bank in banks),
        params=DetectorViewParams,
        outputs=outputs.view(dims, regions=len(dims) == 2, devices=devices),
        service="detector_data",
        factory="livedata_workflows.detector_view:DetectorView.from_context",
    )


def folded_view(
    instrument: Instrument | str,
    detectors: Detector | Iterable[Detector],
    dims: tuple[str, ...],
    factory: str,
    *,
    name: str,
    title: str,
    description: str = "Counts of each pixel, in layers.",
    version: int = 1,
) -> WorkflowSpec:
    """Declare the logical view of banks in another shape than that of their wiring.

    Parameters
    ----------
    dims:
        Of the view.
    factory:
        Import string of a function of the instrument's that calls
        `livedata_workflows.detector_view.folded` with those dims and the shape.
    """
    return WorkflowSpec(
        name=name,
        id=_id(instrument, name, version),
        title=title,
        description=description,
        group=WorkflowGroup.DETECTORS,
        sources=tuple(bank.name for bank in _all(detectors)),
        params=DetectorViewParams,
        outputs=outputs.view(
            dims,
            regions=len(dims) == 2,
            devices=False,
            titles=("Image (cumulative)", "Image (current)"),
        ),
        service="detector_data",
        factory=factory,
    )


def projected_view(
    instrument: Instrument | str,
    detectors: Detector | Iterable[Detector],
    projection: Literal["xy_plane", "cylinder_mantle"],
    *,
    name: str,
    title: str,
    description: str = "",
    version: int = 1,
) -> WorkflowSpec:
    """Declare a view of banks by the positions of their pixels.

    Parameters
    ----------
    projection:
        Onto a plane across the beam, dims ``y, x``, or onto a cylinder around it, dims
        ``z, arc_length``; see `livedata_workflows.projections`.

    Raises
    ------
    ValueError
        If the instrument does not say where the pixels of a bank are.
    """
    banks = _all(detectors)
    unplaced = [bank.name for bank in banks if bank.positions is None]
    if unplaced:
        raise ValueError(
            f"projected view {name!r} needs pixel positions; {', '.join(unplaced)} of "
            "the instrument have none"
        )
    dims, how = {
        "xy_plane": (("y", "x"), "on a plane across the beam"),
        "cylinder_mantle": (("z", "arc_length"), "on a cylinder around the beam"),
    }[projection]
    return WorkflowSpec(
        name=name,
        id=_id(instrument, name, version),
        title=title,
        description=description or f"Counts by the positions of pixels, {how}.",
        group=WorkflowGroup.DETECTORS,
        sources=tuple(bank.name for bank in banks),
        params=ProjectedViewParams,
        outputs=outputs.view(dims, regions=True, devices=False, edges="m"),
        service="detector_data",
        factory=f"livedata_workflows.detector_view:DetectorView.{projection}",
    )


def monitor_histogram(
    instrument: Instrument | str,
    monitors: Iterable[Monitor] | None = None,
    *,
    name: str = "monitor_histogram",
    title: str = "Beam monitor",
    description: str = "Counts of a beam monitor over time of arrival.",
    version: int = 1,
    devices: bool = True,
) -> WorkflowSpec:
    """Declare the histogram of beam monitors, in wavelength too where one has a path.

    `monitors` may be left out where `instrument` is the record: all of them. With
    `devices` the control system gets each total, as ``SOURCE_counts_total``.
    """
    chosen = tuple(_record(instrument).monitors if monitors is None else monitors)
    placed = any(monitor.flight_path_m is not None for monitor in chosen)
    return WorkflowSpec(
        name=name,
        id=_id(instrument, name, version),
        title=title,
        description=description,
        group=WorkflowGroup.MONITORS,
        sources=tuple(monitor.name for monitor in chosen),
        params=WavelengthMonitorParams if placed else MonitorHistogramParams,
        outputs=outputs.monitor(devices=devices),
        service="monitor_data",
        factory="livedata_workflows.monitor:MonitorHistogram.from_context",
    )


def total_counts(
    instrument: Instrument | str,
    detectors: Iterable[Detector] | None = None,
    *,
    name: str = "total_counts",
    title: str = "Total counts",
    description: str = "All events of a bank since the start, whatever their time.",
    version: int = 1,
) -> WorkflowSpec:
    """Declare the count of all events of a bank."""
    if detectors is None:
        detectors = _record(instrument).detectors
    cumulative = Temporality.CUMULATIVE
    return WorkflowSpec(
        name=name,
        id=_id(instrument, name, version),
        title=title,
        description=description,
        group=WorkflowGroup.REDUCTION,
        sources=tuple(detector.name for detector in detectors),
        outputs=(
            outputs.count("total_counts", "Total", cumulative, "Events", dtype="int64"),
        ),
        service="data_reduction",
        factory="livedata_workflows.total_counts:TotalCounts.from_context",
    )


def timeseries(
    instrument: Instrument | str,
    logs: Iterable[Log] | None = None,
    *,
    name: str = "timeseries_data",
    title: str = "Log",
    description: str = "Readings of a device over time.",
    version: int = 1,
) -> WorkflowSpec:
    """Declare the readings of devices over time.

    The unit of the output is None: each source has its own, which its results carry.
    """
    if logs is None:
        logs = _record(instrument).logs
    return WorkflowSpec(
        name=name,
        id=_id(instrument, name, version),
        title=title,
        description=description,
        group=WorkflowGroup.LOGS,
        sources=tuple(log.name for log in logs),
        outputs=(
            OutputSpec(
                name="delta",
                title="Update",
                dims=("time",),
                unit=None,
                coords=(CoordSpec(name="time", dims=("time",), unit="datetime64[ns]"),),
                temporality=Temporality.SERIES,
                description="New readings since the last update.",
            ),
        ),
        service="timeseries",
        factory="livedata_workflows.timeseries:TimeSeries.from_context",
    )


def area_detector_view(
    instrument: Instrument | str,
    cameras: AreaDetector | Iterable[AreaDetector],
    *,
    name: str,
    title: str,
    description: str = "Images of a camera, summed.",
    version: int = 1,
) -> WorkflowSpec:
    """Declare the sum of the images of cameras of equal dimension.

    Raises
    ------
    ValueError
        If there is no camera, or they differ in dimension.
    """
    all_ = (cameras,) if isinstance(cameras, AreaDetector) else tuple(cameras)
    ndims = {len(camera.shape) for camera in all_}
    if len(ndims) != 1:
        raise ValueError(
            f"area detector view {name!r} needs cameras of one dimension, got {ndims}"
        )
    dims = tuple(f"dim_{axis}" for axis in range(ndims.pop()))
    return WorkflowSpec(
        name=name,
        id=_id(instrument, name, version),
        title=title,
        description=description,
        group=WorkflowGroup.DETECTORS,
        sources=tuple(camera.name for camera in all_),
        params=AreaDetectorParams,
        outputs=tuple(
            OutputSpec(
                name=output,
                title=label,
                dims=dims,
                unit="dimensionless",
                dtype="int32",
                coords=outputs.BOUNDS,
                temporality=temporality,
            )
            for output, label, temporality in (
                ("cumulative", "Image", Temporality.CUMULATIVE),
                ("current", "Image update", Temporality.WINDOW),
            )
        ),
        service="detector_data",
        factory="livedata_workflows.area:AreaDetectorView.from_context",
    )


def _id(instrument: Instrument | str, name: str, version: int) -> WorkflowId:
    owner = instrument if isinstance(instrument, str) else instrument.name
    return WorkflowId(owner, name, version)


def _record(instrument: Instrument | str) -> Instrument:
    if isinstance(instrument, str):
        raise TypeError(
            f"sources of {instrument!r} are unknown: name them, or pass the Instrument"
        )
    return instrument


def _all(detectors: Detector | Iterable[Detector]) -> tuple[Detector, ...]:
    return (detectors,) if isinstance(detectors, Detector) else tuple(detectors)

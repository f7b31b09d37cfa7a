"""Declarations of the standard workflows, for the plugins of instruments.

Each function gives a complete `WorkflowSpec` for sources of an instrument. Nothing
heavy is imported: the implementations are named by import strings.
"""

from __future__ import annotations

from collections.abc import Iterable

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
from livedata_workflows.params import DetectorViewParams, MonitorHistogramParams

__all__ = [
    "area_detector_view",
    "detector_view",
    "monitor_histogram",
    "timeseries",
    "total_counts",
]

TIME_OF_ARRIVAL = CoordSpec(
    name="time_of_arrival", dims=("time_of_arrival",), unit="ms", edges=True
)
BOUNDS = (
    CoordSpec(name="start_time", dims=(), unit="ns"),
    CoordSpec(name="time", dims=(), unit="ns"),
)


def detector_view(
    instrument: Instrument | str,
    detectors: Detector | Iterable[Detector],
    *,
    name: str,
    title: str,
    description: str = "Counts of each pixel, as the bank is wired.",
    version: int = 1,
) -> WorkflowSpec:
    """Declare the logical view of one bank, or of several with equal dims.

    Parameters
    ----------
    instrument:
        The instrument or its name.
    detectors:
        The banks it can run on. They may differ in shape, not in dims.
    name, version:
        With the instrument's name, the identity of the workflow.

    Raises
    ------
    ValueError
        If there is no bank, or the banks have different dims.
    """
    banks = (detectors,) if isinstance(detectors, Detector) else tuple(detectors)
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
        outputs=(*_image(dims), *_view_counts(), *_spectrum()),
        service="detector_data",
        factory="livedata_workflows.detector_view:DetectorView.from_context",
    )


def monitor_histogram(
    instrument: Instrument | str,
    monitors: Iterable[Monitor] | None = None,
    *,
    name: str = "monitor_histogram",
    title: str = "Beam monitor",
    description: str = "Counts of a beam monitor over time of arrival.",
    version: int = 1,
) -> WorkflowSpec:
    """Declare the time-of-arrival histogram of beam monitors.

    `monitors` may be left out where `instrument` is the record: all of them.
    """
    if monitors is None:
        monitors = _record(instrument).monitors
    return WorkflowSpec(
        name=name,
        id=_id(instrument, name, version),
        title=title,
        description=description,
        group=WorkflowGroup.MONITORS,
        sources=tuple(monitor.name for monitor in monitors),
        params=MonitorHistogramParams,
        outputs=_monitor_outputs(),
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
        outputs=(_count("total_counts", "Total", cumulative, "Events", dtype="int64"),),
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
        outputs=tuple(
            OutputSpec(
                name=output,
                title=label,
                dims=dims,
                unit="dimensionless",
                dtype="int64",
                coords=BOUNDS,
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


def _image(dims: tuple[str, ...]) -> tuple[OutputSpec, OutputSpec]:
    coords = (CoordSpec(name="detector_number", dims=dims), *BOUNDS)
    return (
        OutputSpec(
            name="cumulative",
            title="Image",
            dims=dims,
            coords=coords,
            temporality=Temporality.CUMULATIVE,
            description="Counts since the start or the last reset.",
        ),
        OutputSpec(
            name="current",
            title="Image update",
            dims=dims,
            coords=coords,
            description="Counts of the last update.",
        ),
    )


def _spectrum() -> tuple[OutputSpec, OutputSpec]:
    return _histogram(
        ("spectrum_cumulative", "Spectrum"),
        ("spectrum_current", "Spectrum update"),
        "Time-of-arrival spectrum of the whole bank",
    )


def _monitor_outputs() -> tuple[OutputSpec, ...]:
    return (
        *_histogram(
            ("cumulative", "Histogram"), ("current", "Histogram update"), "Counts"
        ),
        *_counts("Total", "Total in range"),
    )


def _histogram(
    cumulative: tuple[str, str], current: tuple[str, str], what: str
) -> tuple[OutputSpec, OutputSpec]:
    dims, coords = ("time_of_arrival",), (TIME_OF_ARRIVAL, *BOUNDS)
    return (
        OutputSpec(
            name=cumulative[0],
            title=cumulative[1],
            dims=dims,
            coords=coords,
            temporality=Temporality.CUMULATIVE,
            description=f"{what} since the start or the last reset.",
        ),
        OutputSpec(
            name=current[0],
            title=current[1],
            dims=dims,
            coords=coords,
            description=f"{what} of the last update.",
        ),
    )


def _view_counts() -> tuple[OutputSpec, ...]:
    return _counts("Total (update)", "Total in range (update)")


def _counts(total: str, in_range: str) -> tuple[OutputSpec, ...]:
    """Declare the four counts; the titles of the window counts vary on the wire."""
    window, cumulative = Temporality.WINDOW, Temporality.CUMULATIVE
    framed, ranged = "Events within the bins", "Events within bins and range"
    return (
        _count("counts_total", total, window, framed),
        _count("counts_total_cumulative", "Total", cumulative, framed),
        _count("counts_in_toa_range", in_range, window, ranged),
        _count("counts_in_toa_range_cumulative", "Total in range", cumulative, ranged),
    )


def _count(
    name: str, title: str, temporality: Temporality, what: str, dtype: str = "float64"
) -> OutputSpec:
    since = (
        "since the start or the last reset"
        if temporality is Temporality.CUMULATIVE
        else "of the last update"
    )
    return OutputSpec(
        name=name,
        title=title,
        dtype=dtype,
        coords=BOUNDS,
        temporality=temporality,
        description=f"{what}, {since}.",
    )

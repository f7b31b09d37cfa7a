"""An instrument in memory, for tests: what it sends is what a test gives it.

This module is a plugin, given to a test's plugin manager where it is wanted; it is
never installed. Its instrument has a panel, a monitor, a camera and a thermometer, the
standard workflows of each, and a layout with the cumulative view of the panel. The
functions make raw messages of its streams, with times in ns since the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from livedata_core.contract import (
    AreaDetector,
    CellTemplate,
    Detector,
    EventData,
    GridTemplate,
    ImageData,
    Instrument,
    LayerTemplate,
    Log,
    LogData,
    Message,
    Monitor,
    WorkflowSpec,
    hookimpl,
)
from livedata_workflows import specs

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "CAMERA",
    "MEMORY",
    "MONITOR",
    "PANEL",
    "THERMOMETER",
    "image",
    "monitor_events",
    "panel_counts",
    "panel_events",
    "reading",
]

PANEL = Detector(
    name="panel",
    title="Panel",
    topic="memory_detector",
    source_name="panel",
    dims=("y", "x"),
    shape=(8, 16),
)
MONITOR = Monitor(
    name="monitor", title="Monitor", topic="memory_beam_monitor", source_name="monitor"
)
CAMERA = AreaDetector(
    name="camera",
    title="Camera",
    topic="memory_area_detector",
    source_name="camera",
    shape=(6, 10),
)
THERMOMETER = Log(
    name="temperature",
    title="Temperature",
    topic="memory_sample_env",
    source_name="temperature",
    unit="K",
)
MEMORY = Instrument(
    name="memory",
    title="Memory",
    description="For tests: sends what a test gives it.",
    detectors=(PANEL,),
    area_detectors=(CAMERA,),
    monitors=(MONITOR,),
    logs=(THERMOMETER,),
)


@hookimpl
def livedata_instruments() -> Iterable[Instrument]:
    """Give the instrument."""
    yield MEMORY


@hookimpl
def livedata_workflows(instrument: Instrument) -> Iterable[WorkflowSpec]:
    """Give a standard workflow for each kind of source."""
    if instrument.name != MEMORY.name:
        return
    yield specs.detector_view(MEMORY, PANEL, name="panel_view", title="Panel")
    yield specs.area_detector_view(MEMORY, CAMERA, name="camera_view", title="Camera")
    yield specs.monitor_histogram(MEMORY)
    yield specs.timeseries(MEMORY)


@hookimpl
def livedata_grid_templates(instrument: Instrument) -> Iterable[GridTemplate]:
    """Show one plot of each workflow, so that all of them run from the beginning."""
    if instrument.name != MEMORY.name:
        return
    yield GridTemplate(
        name="overview",
        title="Overview",
        instrument=MEMORY.name,
        default=True,
        cells=(
            _cell(0, 0, PANEL.name, "panel_view", "cumulative", "image"),
            _cell(0, 1, CAMERA.name, "camera_view", "cumulative", "image"),
            _cell(1, 0, MONITOR.name, "monitor_histogram", "cumulative", "lines"),
            _cell(1, 1, THERMOMETER.name, "timeseries_data", "delta", "timeseries"),
        ),
    )


def _cell(
    row: int, column: int, source: str, workflow: str, output: str, plotter: str
) -> CellTemplate:
    layer = LayerTemplate(
        workflow=f"{MEMORY.name}/{workflow}/1",
        sources=(source,),
        output=output,
        plotter=plotter,
    )
    title = MEMORY.source(source).title
    return CellTemplate(row=row, column=column, title=title, layers=(layer,))


def panel_counts(
    counts: npt.ArrayLike, time_ns: int = 0, time_of_flight_ms: float = 20.0
) -> Message[EventData]:
    """Return one pulse with so many events in each pixel of the panel.

    Parameters
    ----------
    counts:
        Whole numbers [y, x], of the panel's shape.
    time_of_flight_ms:
        Of all events.

    Raises
    ------
    ValueError
        If they have another shape.

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.zeros(PANEL.shape, dtype=int)
    >>> counts[0, 2] = 3
    >>> panel_counts(counts).payload.pixel_id.tolist()
    [3, 3, 3]
    """
    import numpy as np

    number = np.asarray(counts)
    if number.shape != PANEL.shape:
        raise ValueError(f"counts have the shape {number.shape}, not {PANEL.shape}")
    pixel = np.arange(number.size) + PANEL.first_pixel_id
    ids = np.repeat(pixel, number.ravel())
    return panel_events(ids, np.full(len(ids), time_of_flight_ms), time_ns)


def panel_events(
    pixel_id: npt.ArrayLike, time_of_flight_ms: npt.ArrayLike, time_ns: int = 0
) -> Message[EventData]:
    """Return one pulse of events on the panel; pixels are counted from 1."""
    return _message(PANEL, time_ns, _events(pixel_id, time_of_flight_ms, time_ns))


def monitor_events(
    time_of_flight_ms: npt.ArrayLike, time_ns: int = 0
) -> Message[EventData]:
    """Return one pulse of events of the monitor."""
    import numpy as np

    pixel = np.zeros(np.shape(time_of_flight_ms), dtype=np.int32)
    return _message(MONITOR, time_ns, _events(pixel, time_of_flight_ms, time_ns))


def reading(value: float, time_ns: int = 0) -> Message[LogData]:
    """Return a reading of the thermometer, in K."""
    import numpy as np

    return _message(THERMOMETER, time_ns, LogData(np.array(float(value))))


def image(
    values: npt.ArrayLike | Sequence[Sequence[int]], time_ns: int = 0
) -> Message[ImageData]:
    """Return an image of the camera."""
    import numpy as np

    return _message(CAMERA, time_ns, ImageData(np.asarray(values, dtype=np.int32)))


def _message(source: Any, time_ns: int, payload: Any) -> Message[Any]:
    return Message(source.topic, source.source_name, time_ns, payload)


def _events(
    pixel_id: npt.ArrayLike, time_of_flight_ms: npt.ArrayLike, time_ns: int
) -> EventData:
    import numpy as np

    times = np.asarray(time_of_flight_ms, dtype=np.float64) * 1e6
    return EventData(
        reference_time=np.array([time_ns]),
        reference_time_index=np.zeros(1, dtype=np.int32),
        time_of_flight=times.round().astype(np.int32),
        pixel_id=np.asarray(pixel_id, dtype=np.int32),
    )

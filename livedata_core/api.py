"""What the host plugins (kafka, worker, panel, replay) and the CLI may use.

Everybody else programs against `livedata_core.contract`. Names are bound here and
nowhere changed; importing this module imports neither scipp nor any front end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livedata_core.config import (
    PlotConfigurationAdapter,
    ResolvedAdapter,
    WorkflowConfigurationAdapter,
    resolve_adapter,
    settings_folder,
)
from livedata_core.data.service import DataService
from livedata_core.jobs import (
    CommandError,
    JobView,
    ObservedService,
    SourceState,
    SourceView,
    WorkflowController,
    WorkflowView,
)
from livedata_core.orchestrator import IngestCounts, Orchestrator
from livedata_core.plots.controller import PlotError, PlottingController
from livedata_core.plots.data_service import PlotDataService
from livedata_core.plots.exports import Shown, what_is_shown
from livedata_core.plots.files import FILE_LIMIT, layout_text, read_layout_text
from livedata_core.plots.frames import (
    CellFrame,
    DrawnLayer,
    FrameRenderer,
    LayerFrame,
    NullRenderer,
)
from livedata_core.plots.freshness import CellStatus, Freshness, cell_status
from livedata_core.plots.layout import Cell, Grid, Layer, Layout
from livedata_core.plots.orchestrator import PlotOrchestrator
from livedata_core.plots.spans import asked_of
from livedata_core.plots.undo import LayerRemoved, MovedAway, Removed, Undoable
from livedata_core.plugins import (
    PluginManager,
    PluginReport,
    PluginState,
    Problem,
    Registry,
    load_plugins,
)
from livedata_core.services import DashboardServices
from livedata_core.sessions import (
    Level,
    Notification,
    NotificationQueue,
    Remedy,
    Session,
    SessionRegistry,
    WakeupHub,
)
from livedata_core.transport import (
    CodecTable,
    DashboardResources,
    DecodingSource,
    EncodeError,
    EncodingSink,
    InProcessBroker,
    InProcessTransport,
    MessageSink,
    MessageSource,
    NullTransport,
    StreamArrivals,
    StreamCounters,
)

if TYPE_CHECKING:
    import scipp as sc

    from livedata_core.contract import ArrayData

__all__ = [
    "FILE_LIMIT",
    "Cell",
    "CellFrame",
    "CellStatus",
    "CodecTable",
    "CommandError",
    "DashboardResources",
    "DashboardServices",
    "DataService",
    "DecodingSource",
    "DrawnLayer",
    "EncodeError",
    "EncodingSink",
    "FrameRenderer",
    "Freshness",
    "Grid",
    "InProcessBroker",
    "InProcessTransport",
    "IngestCounts",
    "JobView",
    "Layer",
    "LayerFrame",
    "LayerRemoved",
    "Layout",
    "Level",
    "MessageSink",
    "MessageSource",
    "MovedAway",
    "Notification",
    "NotificationQueue",
    "NullRenderer",
    "NullTransport",
    "ObservedService",
    "Orchestrator",
    "PlotConfigurationAdapter",
    "PlotDataService",
    "PlotError",
    "PlotOrchestrator",
    "PlottingController",
    "PluginManager",
    "PluginReport",
    "PluginState",
    "Problem",
    "Registry",
    "Remedy",
    "Removed",
    "ResolvedAdapter",
    "Session",
    "SessionRegistry",
    "Shown",
    "SourceState",
    "SourceView",
    "StreamArrivals",
    "StreamCounters",
    "Undoable",
    "WakeupHub",
    "WorkflowConfigurationAdapter",
    "WorkflowController",
    "WorkflowView",
    "asked_of",
    "cell_status",
    "from_scipp",
    "layout_text",
    "load_plugins",
    "read_layout_text",
    "resolve_adapter",
    "settings_folder",
    "what_is_shown",
]


def from_scipp(data: sc.DataArray, title: str = "") -> ArrayData:
    """Return the wire form of a data array; `title` is for people.

    Raises
    ------
    ValueError
        If a part of it cannot travel, naming the part.
    """
    # Imported when first needed: a dashboard starts without scipp.
    from livedata_core.data import scipp_io

    return scipp_io.from_scipp(data, title)

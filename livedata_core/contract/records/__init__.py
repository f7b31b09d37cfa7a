"""Records: what hooks yield. Frozen, validated, named and light.

A record describes; the heavy part (a factory, a workflow, a plotter) is named by
an import string and imported when it is needed. Nothing here imports numpy or
scipp.
"""

from livedata_core.contract.records.base import (
    Origin,
    Record,
    StoredParams,
)
from livedata_core.contract.records.instruments import (
    AreaDetector,
    Detector,
    Instrument,
    Log,
    Monitor,
)
from livedata_core.contract.records.plots import (
    Accepts,
    AdapterSpec,
    AxisSpec,
    AxisStream,
    CellTemplate,
    GridTemplate,
    LayerTemplate,
    PlotterSpec,
)
from livedata_core.contract.records.system import (
    ConfigStoreSpec,
    DecoderSpec,
    EncoderSpec,
    SubcommandSpec,
    TransportOption,
    TransportSpec,
    WidgetPlace,
    WidgetSpec,
)
from livedata_core.contract.records.workflows import (
    CoordSpec,
    OutputSpec,
    Temporality,
    WorkflowGroup,
    WorkflowSpec,
)

__all__ = [
    "Accepts",
    "AdapterSpec",
    "AreaDetector",
    "AxisSpec",
    "AxisStream",
    "CellTemplate",
    "ConfigStoreSpec",
    "CoordSpec",
    "DecoderSpec",
    "Detector",
    "EncoderSpec",
    "GridTemplate",
    "Instrument",
    "LayerTemplate",
    "Log",
    "Monitor",
    "Origin",
    "OutputSpec",
    "PlotterSpec",
    "Record",
    "StoredParams",
    "SubcommandSpec",
    "Temporality",
    "TransportOption",
    "TransportSpec",
    "WidgetPlace",
    "WidgetSpec",
    "WorkflowGroup",
    "WorkflowSpec",
]

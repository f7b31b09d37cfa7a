"""Workflows of the dummy instrument that are its own."""

from __future__ import annotations

from livedata_core.contract import Workflow, WorkflowContext
from livedata_dummy.instrument import LAYERS
from livedata_workflows.detector_view import folded

__all__ = ["layers"]


def layers(context: WorkflowContext) -> Workflow:
    """Make the view of the panel in layers of 32 rows."""
    return folded(context, *LAYERS)

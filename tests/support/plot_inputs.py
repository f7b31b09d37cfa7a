"""Inputs of plotters, made by hand."""

from __future__ import annotations

import scipp as sc

from livedata_core.contract import DataKey, PlotInput, WorkflowId

__all__ = ["plot_input"]


def plot_input(data: sc.DataArray, title: str = "Panel") -> PlotInput:
    """Return `data` as the result stream of some source called `title`."""
    return PlotInput(DataKey(WorkflowId("acme", "view", 1), title, "out"), data, title)

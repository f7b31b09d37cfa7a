"""What the distribution registers is light, complete and fulfils the Protocols."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from livedata_core.api import PlottingController
from livedata_core.contract import (
    OutputSpec,
    Plotter,
    PlotterSpec,
    Temporality,
    WorkflowId,
    WorkflowSpec,
    resolve,
)
from livedata_plotters.params import ImageParams, LinesParams
from livedata_plotters.plugin import livedata_plotters

PLOTTERS = {spec.name: spec for spec in livedata_plotters()}


def accepting(dims: tuple[str, ...], temporality: Temporality) -> list[str]:
    output = OutputSpec(name="out", title="Out", dims=dims, temporality=temporality)
    workflow = WorkflowSpec(
        name="view",
        id=WorkflowId("acme", "view", 1),
        title="View",
        sources=("panel",),
        outputs=(output,),
        factory="acme.view:View",
    )
    fitting = PlottingController(PLOTTERS, {}).plotters_for(workflow, output)
    return [spec.name for spec in fitting if spec.priority > -10]


@pytest.mark.parametrize("spec", PLOTTERS.values(), ids=PLOTTERS)
def test_factory_makes_a_plotter(spec: PlotterSpec):
    assert isinstance(resolve(spec.factory)(), Plotter)


@pytest.mark.parametrize("spec", PLOTTERS.values(), ids=PLOTTERS)
def test_every_parameter_has_a_default_and_a_title(spec: PlotterSpec):
    spec.params()
    fields = spec.params.model_fields.values()
    assert all(field.title for field in fields)


@pytest.mark.parametrize(
    ("dims", "temporality", "names"),
    [
        (("y", "x"), Temporality.CUMULATIVE, ["image", "overlay", "flatten"]),
        (("time_of_arrival",), Temporality.WINDOW, ["lines", "table"]),
        (
            (),
            Temporality.WINDOW,
            [
                "trend",
                "number",
                "bars",
                "counts_correlation",
                "counts_correlation_image",
                "table",
            ],
        ),
        (
            ("time",),
            Temporality.SERIES,
            ["timeseries", "reading", "correlation", "correlation_image"],
        ),
        (("z", "y", "x"), Temporality.WINDOW, ["slicer", "flatten"]),
    ],
)
def test_each_kind_of_output_has_its_plotters_the_default_first(
    dims, temporality, names
):
    assert accepting(dims, temporality) == names


@pytest.mark.parametrize("model", [ImageParams, LinesParams])
def test_limits_that_cannot_be_shown_are_refused(model):
    with pytest.raises(ValidationError, match="must be above zero"):
        model(scale="log", low=0.0)
    with pytest.raises(ValidationError, match="must be below"):
        model(low=2.0, high=1.0)


def test_importing_the_plugin_loads_nothing_heavy():
    program = (
        "import sys, livedata_plotters.plugin as plugin; "
        "list(plugin.livedata_plotters()); "
        "heavy = {'numpy', 'scipp', 'holoviews', 'panel', 'bokeh'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == 0

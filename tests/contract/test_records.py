"""What a record accepts and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from livedata_core.contract import (
    Accepts,
    AdapterSpec,
    CellTemplate,
    DecoderSpec,
    Detector,
    EncoderSpec,
    GridTemplate,
    Instrument,
    LayerTemplate,
    Log,
    Monitor,
    Origin,
    OutputSpec,
    PlotterSpec,
    RefError,
    SubcommandSpec,
    Temporality,
    TransportSpec,
    WorkflowId,
    WorkflowSpec,
    resolve,
)


class Params(BaseModel):
    """Parameters for tests."""

    bins: int = 10


def transport(**fields: Any) -> TransportSpec:
    return TransportSpec(**({"name": "t", "title": "T", "factory": "a:b"} | fields))


def workflow(**fields: Any) -> WorkflowSpec:
    defaults: dict[str, Any] = {
        "name": "total",
        "id": WorkflowId("acme", "total"),
        "title": "Total",
        "sources": ("panel",),
        "outputs": (OutputSpec(name="total", title="Total"),),
        "factory": "acme.total:Total",
    }
    return WorkflowSpec(**(defaults | fields))


def detector(**fields: Any) -> Detector:
    defaults: dict[str, Any] = {
        "name": "panel",
        "title": "Panel",
        "topic": "acme_detector",
        "source_name": "panel",
        "dims": ("y", "x"),
        "shape": (4, 8),
    }
    return Detector(**(defaults | fields))


def monitor(name: str) -> Monitor:
    return Monitor(name=name, title="M", topic="acme_beam_monitor", source_name="m")


@pytest.mark.parametrize("name", ["a", "0x", "panel_0_xy", "in-process", "a.b"])
def test_names_are_words(name: str) -> None:
    assert transport(name=name).key == name


@pytest.mark.parametrize(
    "name", ["", " ", "two words", "-a", ".a", "a/b", "a\n", "x" * 121, None, 3]
)
def test_other_names_are_refused(name: object) -> None:
    with pytest.raises(ValidationError, match="name"):
        transport(name=name)


@pytest.mark.parametrize("title", ["", "x" * 201])
def test_titles_are_neither_empty_nor_endless(title: str) -> None:
    with pytest.raises(ValidationError, match="title"):
        transport(title=title)


@pytest.mark.parametrize("ref", ["json:dumps", "a.b_c.d:E.f", "_a:_b"])
def test_import_strings_name_module_and_attribute(ref: str) -> None:
    assert transport(factory=ref).factory == ref


@pytest.mark.parametrize(
    "ref", ["json", "json:", ":dumps", "json.dumps", "a b:c", "../a:b", "a:b()", ""]
)
def test_other_import_strings_are_refused(ref: str) -> None:
    with pytest.raises(ValidationError, match="factory"):
        transport(factory=ref)


@pytest.mark.parametrize(
    "ref", ["no_such_module_here:x", "json:no_such", "json:dumps.x.y"]
)
def test_import_string_that_leads_nowhere_says_so(ref: str) -> None:
    with pytest.raises(RefError, match="cannot import") as caught:
        resolve(ref)
    assert caught.value.__cause__ is not None


def test_records_are_frozen_and_take_no_other_field() -> None:
    record = transport()
    with pytest.raises(ValidationError, match="frozen"):
        record.title = "Other"
    with pytest.raises(ValidationError, match="Extra inputs"):
        transport(colour="red")


def test_origin_is_not_part_of_what_a_record_prints() -> None:
    origin = Origin(plugin="p", distribution="acme", version="1")
    record = transport(origin=origin)
    assert str(record.origin) == "acme 1"
    assert "origin" not in repr(record)


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (transport(name="x"), "x"),
        (workflow(), "acme/total/1"),
        (DecoderSpec(name="json:command", decode="a:b"), "json:command"),
        (EncoderSpec(name="e", payload="a:Shot", encode="a:b"), "a:Shot"),
        (AdapterSpec(name="f", target="plotter:bars", factory="a:b"), "plotter:bars"),
        (
            GridTemplate(name="g", title="G", instrument="acme", cells=()),
            "acme/g",
        ),
    ],
)
def test_key_by_which_conflicts_are_found(record: TransportSpec, key: str) -> None:
    assert record.key == key


def test_subcommands_are_listed_under_a_heading() -> None:
    record = SubcommandSpec(name="calibrate", summary="Calibrate.", command="a:b")
    assert record.section == "More commands"


@pytest.mark.parametrize("target", ["bars", "workflow:", "detector:panel", ""])
def test_adapter_target_is_a_workflow_or_a_plotter(target: str) -> None:
    with pytest.raises(ValidationError, match="target"):
        AdapterSpec(name="f", target=target, factory="a:b")


@pytest.mark.parametrize(
    "fields",
    [{"shape": (4,)}, {"shape": (4, 0)}, {"dims": ()}, {"dims": ("x",)}],
)
def test_detector_dims_and_shape_must_agree(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=r"detector 'panel'"):
        detector(**fields)


def test_instrument_lists_its_sources_detectors_first() -> None:
    log = Log(name="temp", title="Temperature", topic="acme_sample", source_name="PV:T")
    instrument = Instrument(
        name="acme",
        title="ACME",
        logs=(log,),
        monitors=(monitor("m1"), monitor("m2")),
        detectors=(detector(),),
    )
    names = [source.name for source in instrument.sources]
    assert names == ["panel", "m1", "m2", "temp"]
    assert instrument.topics() == ("acme_detector", "acme_beam_monitor", "acme_sample")
    assert instrument.source("temp") == log
    with pytest.raises(KeyError, match="no source 'bank'; it has panel, m1"):
        instrument.source("bank")


def test_instrument_refuses_a_source_named_twice() -> None:
    with pytest.raises(ValidationError, match="source named twice"):
        Instrument(name="acme", title="ACME", monitors=(monitor("m"), monitor("m")))


@pytest.mark.parametrize("rate", [0, -14])
def test_pulse_rate_is_positive(rate: float) -> None:
    with pytest.raises(ValidationError, match="pulse_rate_hz"):
        Instrument(name="acme", title="ACME", pulse_rate_hz=rate)


@pytest.mark.parametrize(
    "identity",
    [
        "acme/total/1",
        {"instrument": "acme", "name": "total", "version": 1},
        WorkflowId("acme", "total", 1),
    ],
)
def test_workflow_takes_its_id_in_any_form(identity: object) -> None:
    spec = workflow(id=identity)
    assert spec.id == WorkflowId("acme", "total", 1)
    assert spec.model_dump(mode="json", exclude={"params"})["id"]["name"] == "total"


def test_workflow_name_is_that_of_its_id() -> None:
    with pytest.raises(ValidationError, match="another name"):
        workflow(name="sum")


def test_workflow_outputs_have_different_names() -> None:
    output = OutputSpec(name="total", title="Total")
    with pytest.raises(ValidationError, match="named twice"):
        workflow(outputs=(output, output))
    assert workflow().output("total") == output
    assert workflow().output("other") is None


@pytest.mark.parametrize("params", [Params(), int, {"bins": 3}])
def test_params_are_a_pydantic_model(params: object) -> None:
    with pytest.raises(ValidationError, match="params"):
        workflow(params=params)
    assert workflow(params=Params).params is Params


@pytest.mark.parametrize(
    ("accepts", "fits"),
    [
        ({"ndim": (2,)}, True),
        ({"ndim": (0, 1)}, False),
        ({"ndim": (2,), "temporality": (Temporality.CUMULATIVE,)}, True),
        ({"ndim": (2,), "temporality": (Temporality.SERIES,)}, False),
        ({"ndim": (2,), "workflows": ("acme/total/1",)}, True),
        ({"ndim": (2,), "workflows": ("acme/total/2",)}, False),
        ({"ndim": (2,), "outputs": ("image",)}, True),
        ({"ndim": (2,), "outputs": ()}, False),
    ],
)
def test_plotter_tells_what_it_can_show(accepts: dict[str, Any], fits: bool) -> None:
    output = OutputSpec(
        name="image",
        title="Image",
        dims=("y", "x"),
        temporality=Temporality.CUMULATIVE,
    )
    assert Accepts(**accepts).matches(workflow(outputs=(output,)), output) is fits


def test_plotter_needs_a_model_of_its_params() -> None:
    with pytest.raises(ValidationError, match="params"):
        PlotterSpec(name="p", title="P", accepts=Accepts(ndim=(1,)), factory="a:b")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "build",
    [
        lambda: CellTemplate(row=-1, column=0, layers=()),
        lambda: CellTemplate(row=0, column=0, rows=0, layers=()),
        lambda: GridTemplate(name="g", title="G", instrument="i", rows=0, cells=()),
        lambda: GridTemplate(name="g", title="G", instrument="i", columns=25, cells=()),
        lambda: LayerTemplate(workflow="acme", sources=(), output="o", plotter="p"),
    ],
)
def test_template_places_and_ids_are_checked(build: Callable[[], object]) -> None:
    with pytest.raises(ValidationError):
        build()


def test_a_template_whose_params_contain_themselves_is_refused() -> None:
    params: dict[str, object] = {}
    params["deep"] = [{"params": params}]
    with pytest.raises(ValidationError, match="contain themselves"):
        LayerTemplate(
            workflow="a/b/1", sources=(), output="o", plotter="p", params=params
        )
    twice = [1, 2]
    layer = LayerTemplate(
        workflow="a/b/1",
        sources=(),
        output="o",
        plotter="p",
        params={"x": twice, "y": twice},
    )
    assert layer.params["y"] == [1, 2]

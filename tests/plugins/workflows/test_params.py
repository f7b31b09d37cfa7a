"""Parameters: recorded values are valid, impossible ones are refused in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from livedata_core.contract import WireMessage
from livedata_workflows.params import (
    DetectorViewParams,
    MonitorHistogramParams,
    ProjectedViewParams,
    TimeOfArrivalEdges,
    TimeUnit,
)

MODELS: dict[str, type[BaseModel]] = {
    "panel_0_xy": DetectorViewParams,
    "panel_0_layers": DetectorViewParams,
    "monitor_histogram": MonitorHistogramParams,
}


def recorded_starts(recording: Sequence[WireMessage]) -> list[dict[str, Any]]:
    starts = []
    for wire in recording:
        if wire.topic.endswith("_livedata_commands"):
            try:
                command = json.loads(wire.value)
            except ValueError:
                continue
            if command["kind"] == "workflow_config":
                starts.append(command)
    return [start for start in starts if start["identifier"]["name"] in MODELS]


def test_recorded_start_commands_are_valid(recording: Sequence[WireMessage]) -> None:
    refused = []
    for start in recorded_starts(recording):
        model = MODELS[start["identifier"]["name"]]
        try:
            model.model_validate(start["params"])
        except ValidationError as error:
            refused.append(error.errors()[0]["loc"])
    assert refused == [("toa_edges", "num_bins")]


def test_defaults_are_those_of_the_wire(recording: Sequence[WireMessage]) -> None:
    first = recorded_starts(recording)[0]
    params = MODELS[first["identifier"]["name"]]().model_dump(mode="json")
    own = {name: params.pop(name) for name in params.keys() - first["params"].keys()}
    assert params == first["params"]
    # What the reference system has not is off, and it ignores it.
    assert [group["enabled"] for group in own.values()] == [False] * len(own)


def test_unknown_names_are_ignored() -> None:
    params = DetectorViewParams.model_validate({"no_such_param": {"value": 1}})
    assert params == DetectorViewParams()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"toa_edges": {"start": 5, "stop": 5}},
            "First edge .5. must be less than Last",
        ),
        ({"toa_edges": {"num_bins": 0}}, "greater than or equal to 1"),
        ({"toa_edges": {"num_bins": 10**9}}, "less than or equal to 10000"),
        ({"toa_edges": {"start": 0, "scale": "log"}}, "First edge above 0"),
        ({"toa_edges": {"stop": float("nan")}}, "finite number"),
        ({"toa_edges": {"unit": "h"}}, "Input should be 'ns'"),
        ({"toa_range": {"start": 3, "stop": 2}}, "From .3. must be less than To .2."),
        ({"toa_edges": {"stop": 1e11, "unit": "s"}}, r"Last edge \(1e\+11 s\) must"),
        ({"toa_edges": {"stop": 1e13}}, r"must be within ±9.0072e\+09 ms"),
        ({"toa_edges": {"start": -1e308, "stop": 1e308}}, r"First edge \(-1e\+308 ms"),
        ({"toa_range": {"stop": 1e308, "unit": "ns"}}, r"To \(1e\+308 ns\) must"),
        ({"toa_edges": {"stop": 99, "unit": "ns"}}, "too short for 100 Bins"),
        (
            {"toa_edges": {"start": 1e-300, "scale": "log"}},
            "First edge of 1 ns or more",
        ),
        ({"coordinate_mode": {"mode": "energy"}}, "'toa' or 'wavelength'"),
        ({"wavelength_edges": {"start": 0, "scale": "log"}}, "First edge above 0"),
    ],
)
def test_impossible_values_are_refused(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        DetectorViewParams.model_validate(values)


def test_a_screen_that_is_too_large_to_be_sent_is_refused() -> None:
    resolution = {"columns": 4096, "rows": 1024}
    ProjectedViewParams.model_validate({"resolution": resolution})
    with pytest.raises(ValidationError, match=r"resolution\n.* Rows \(1025\) must"):
        ProjectedViewParams.model_validate({"resolution": {**resolution, "rows": 1025}})


@pytest.mark.parametrize("text", ["\u03bcs", "\u00b5s", "us"])
def test_microseconds_are_understood_as_people_write_them(text: str) -> None:
    assert TimeOfArrivalEdges(unit=TimeUnit(text)).unit is TimeUnit.MICROSECOND

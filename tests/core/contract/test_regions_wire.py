"""Regions on the wire: as recorded, there and back, and refused in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedata_core.contract import (
    ArrayData,
    Message,
    Polygon,
    Rectangle,
    Region,
    RegionKind,
    ResultKey,
    Variable,
    WireMessage,
    regions_from_wire,
    regions_to_wire,
)
from tests.support.codecs import decode, through_wire

FIRST = Rectangle((10.0, 60.0), (10.0, 60.0))
SECOND = Rectangle((70.5, 120.25), (64.0, 100.0))
TRIANGLE = Polygon((20.0, 100.0, 60.0), (20.0, 30.0, 110.0))
UNITS = st.sampled_from([None, "mm", "m", "deg"])
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
LIMITS = st.tuples(NUMBERS, NUMBERS).map(lambda pair: (min(pair), max(pair)))


@st.composite
def region_sets(draw: st.DrawFn) -> tuple[RegionKind, dict[int, Region]]:
    kind: RegionKind = draw(st.sampled_from(["rectangle", "polygon"]))
    units = draw(UNITS), draw(UNITS)
    regions: dict[int, Region] = {}
    for number in range(4):
        if draw(st.booleans()):
            continue
        if kind == "rectangle":
            regions[number] = Rectangle(draw(LIMITS), draw(LIMITS), *units)
        else:
            corners = draw(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3))
            x, y = zip(*corners, strict=True)
            regions[4 + number] = Polygon(x, y, *units)
    return kind, regions


@given(region_sets())
def test_regions_survive_the_wire(drawn: tuple[RegionKind, dict[int, Region]]) -> None:
    kind, regions = drawn
    sent = Message("topic", "source", 0, regions_to_wire(kind, regions))
    found = regions_from_wire(through_wire(sent).payload, kind)
    assert found == regions
    assert list(found) == list(regions)


@pytest.mark.data
def test_recorded_requests_are_read_and_written_alike(
    recording: Sequence[WireMessage],
) -> None:
    requests = [decode(wire) for wire in recording if wire.topic.endswith("_roi")]
    found = [regions_from_wire(request.payload) for request in requests]
    assert found == [
        {0: FIRST, 1: SECOND},
        {4: TRIANGLE},
        {1: SECOND},
        {},
        {},
        {0: FIRST, 3: SECOND},
    ]
    for request, regions in zip(requests, found, strict=True):
        kind: RegionKind = (
            "polygon" if request.source_name.endswith("polygon") else "rectangle"
        )
        assert_same(through_wire(written(kind, regions)).payload, request.payload)


@pytest.mark.data
def test_recorded_read_backs_are_read_and_written_alike(
    recording: Sequence[WireMessage],
) -> None:
    kinds: dict[str, RegionKind] = {"roi_rectangle": "rectangle"}
    kinds["roi_polygon"] = "polygon"
    compared = 0
    for wire in recording:
        if not wire.topic.endswith("_livedata_data"):
            continue
        message = decode(wire)
        kind = kinds.get(ResultKey.parse(message.source_name).output_name)
        if kind is None:
            continue
        label = f"ROI {kind.capitalize()}s (readback)"
        back = regions_to_wire(
            kind,
            regions_from_wire(message.payload, kind),
            label=label,
            empty_unit=None,
        )
        bounds = [message.payload.get(name) for name in ("start_time", "time")]
        sent = Message("t", "s", 0, ArrayData((*back.variables, *filter(None, bounds))))
        assert_same(through_wire(sent).payload, message.payload)
        compared += 1
    assert compared == 116


def written(kind: RegionKind, regions: Mapping[int, Region]) -> Message[ArrayData]:
    return Message("t", "s", 0, regions_to_wire(kind, regions))


def assert_same(found: ArrayData, expected: ArrayData) -> None:
    assert [described(v) for v in found.variables] == [
        described(v) for v in expected.variables
    ]


def described(variable: Variable) -> tuple[Any, ...]:
    values = variable.values
    return (
        variable.name,
        variable.dims,
        variable.unit,
        variable.label,
        str(values.dtype),
        values.tolist(),
    )


def payload(dim: str = "bounds", **replaced: Any) -> ArrayData:
    """Return one rectangle, or what is asked for in place of its parts."""
    arrays = {
        "signal": np.ones(2, dtype=np.int32),
        "x": np.array([1.0, 2.0]),
        "y": np.array([1.0, 2.0]),
        "roi_index": np.zeros(2, dtype=np.int32),
        **{name: np.asarray(values) for name, values in replaced.items()},
    }
    return ArrayData(
        tuple(
            Variable(name, (dim,) * values.ndim, values)
            for name, values in arrays.items()
        )
    )


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (ArrayData(()), "lack the variable 'signal'; there is nothing"),
        (ArrayData(payload().variables[:3]), "lack the variable 'roi_index'"),
        (payload("corner"), r"'bounds' \(rectangles\) or 'vertex'"),
        (payload(signal=np.ones((2, 2))), "'bounds'"),
        (payload(signal=1.0), "not ()"),
        (payload(x=[1.0]), "'x' of regions has dims"),
        (payload(y=[[1.0, 2.0]]), "'y' of regions has dims"),
        (payload(x=["a", "b"]), "'x' of regions needs numbers, not <U1"),
        (payload(roi_index=[0.0, 0.0]), "'roi_index' of regions needs whole numbers"),
        (payload(x=[1.0, np.nan]), "'x' of regions has values that are not finite"),
        (payload(y=[np.inf, 1.0]), "'y' of regions has values that are not finite"),
        (payload(roi_index=[4, 4]), "a rectangle has an index from 0 to 3, not 4"),
        (payload(roi_index=[-1, -1]), "index from 0 to 3, not -1"),
        (payload(roi_index=[0, 1]), "rectangle 0 has 1 limits, not 2"),
        (payload("vertex"), "a polygon has an index from 4 to 7, not 0"),
        (payload("vertex", roi_index=[5, 5]), "polygon 5 has 2 vertices"),
        (
            payload(
                "vertex",
                signal=np.ones(1001),
                x=np.ones(1001),
                y=np.ones(1001),
                roi_index=np.full(1001, 4),
            ),
            "polygon 4 has 1001 vertices; it needs 3 to 1000",
        ),
    ],
)
def test_what_is_no_region_is_refused_in_words(
    broken: ArrayData, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        regions_from_wire(broken)


def test_regions_of_the_other_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="rectangle came as polygon"):
        regions_from_wire(payload(), "polygon")


@pytest.mark.parametrize(
    ("kind", "regions", "sentence"),
    [
        ("polygon", {4: FIRST}, "region 4 is no polygon"),
        ("rectangle", {0: TRIANGLE}, "region 0 is no rectangle"),
        ("rectangle", {7: FIRST}, "from 0 to 3, not 7"),
        ("polygon", {4: Polygon((1.0,), (1.0,))}, "1 vertices"),
        (
            "rectangle",
            {0: FIRST, 1: Rectangle((0.0, 1.0), (0.0, 1.0), "mm", "mm")},
            "need equal units",
        ),
    ],
)
def test_regions_that_cannot_travel_are_refused(
    kind: RegionKind, regions: Mapping[int, Region], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        regions_to_wire(kind, regions)

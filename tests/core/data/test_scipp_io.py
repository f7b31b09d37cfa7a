from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import scipp as sc
from scipp.testing import assert_identical

from livedata_codecs import da00 as codecs
from livedata_core.contract import ArrayData, Variable, WireMessage
from livedata_core.data.scipp_io import from_scipp, to_scipp


def signal(**changes: object) -> Variable:
    fields = {"dims": ("x",), "values": np.arange(3.0), "unit": "counts"} | changes
    return Variable("signal", **fields)  # type: ignore[arg-type]


def array(*variables: Variable) -> ArrayData:
    return ArrayData(variables)


HISTOGRAM = sc.DataArray(
    sc.array(dims=["y", "x"], values=np.arange(6.0).reshape(2, 3), unit="counts"),
    coords={
        "x": sc.linspace("x", 0.0, 3.0, 4, unit="ms"),
        "y": sc.array(dims=["y"], values=[1, 2], unit=None),
        "pixel": sc.arange("i", 6, unit=None).fold("i", sizes={"y": 2, "x": 3}),
        "start_time": sc.scalar(5, unit="ns"),
        "when": sc.datetime(123, unit="ns"),
    },
    name="Image",
)


@pytest.mark.parametrize(
    "data",
    [
        HISTOGRAM,
        sc.DataArray(sc.scalar(3.5, unit="counts"), name="Total"),
        sc.DataArray(sc.scalar(3, unit="counts", dtype="int64"), name="Total"),
        sc.DataArray(
            sc.array(dims=["x"], values=[1.0, 4.0], variances=[1.0, 4.0], unit="K"),
            name="with errors",
        ),
        sc.DataArray(sc.scalar(2.0, variance=9.0, unit=None), name="one with error"),
        sc.DataArray(
            sc.array(dims=["x"], values=[1], variances=[4], dtype="float32"),
            name="float32",
        ),
        sc.DataArray(
            sc.array(dims=["time"], values=[1.0, 2.0], unit="mm"),
            coords={"time": sc.datetimes(dims=["time"], values=[7, 9], unit="ns")},
            name="log",
        ),
        sc.DataArray(sc.zeros(dims=["roi", "x"], shape=[0, 4]), name="empty"),
    ],
    ids=lambda data: data.name,
)
def test_data_arrays_survive_the_way_out_and_back(data: sc.DataArray) -> None:
    assert_identical(to_scipp(from_scipp(data)), data)


def test_every_recorded_result_survives_the_way_in_and_out(
    recording: Sequence[WireMessage],
) -> None:
    results = [m for m in recording if m.topic == "dummy_livedata_data"]
    assert results
    for wire in results:
        data = codecs.decode(wire).payload
        back = {v.name: v for v in from_scipp(to_scipp(data)).variables}
        assert next(iter(back)) == "signal"
        for variable in data.variables:
            again = back.pop(variable.name)
            assert (again.dims, again.unit) == (variable.dims, variable.unit)
            assert again.values.dtype == variable.values.dtype
            np.testing.assert_array_equal(again.values, variable.values)
            assert again.label == variable.label
        assert not back


def test_the_data_array_owns_its_values() -> None:
    values = np.arange(3.0)
    data = to_scipp(array(signal(values=values)))
    values[:] = -1
    assert data.values.tolist() == [0.0, 1.0, 2.0]


def test_masked_values_travel_as_nan_and_integers_become_floats() -> None:
    data = sc.DataArray(
        sc.arange("i", 6, unit="counts").fold("i", sizes={"y": 2, "x": 3}),
        masks={"x": sc.array(dims=["x"], values=[False, True, False])},
    )
    values = from_scipp(data).variables[0].values
    np.testing.assert_array_equal(values, [[0, np.nan, 2], [3, np.nan, 5]])
    assert values.dtype == np.float64


def test_points_in_time_travel_in_nanoseconds() -> None:
    data = sc.DataArray(
        sc.scalar(1.0), coords={"t": sc.datetime("2024-01-01T00:00:00", unit="s")}
    )
    coord = from_scipp(data).get("t")
    assert coord is not None
    assert (coord.unit, int(coord.values)) == ("datetime64[ns]", 1704067200 * 10**9)


def test_points_in_time_are_read_in_other_units() -> None:
    time = Variable("t", (), np.array(5), "datetime64[µs]")
    assert_identical(
        to_scipp(array(signal(), time)).coords["t"], sc.datetime(5, unit="us")
    )


def test_the_title_is_the_label_of_the_signal() -> None:
    assert from_scipp(HISTOGRAM, "Rear bank").variables[0].label == "Rear bank"
    assert from_scipp(sc.DataArray(sc.scalar(1.0))).variables[0].label is None


def test_coords_of_other_dims_are_left_out_both_ways() -> None:
    other = Variable("other", ("z",), np.arange(4.0), None)
    assert "other" not in to_scipp(array(signal(), other)).coords
    text = sc.DataArray(sc.scalar(1.0), coords={"name": sc.scalar("a")})
    assert from_scipp(text).get("name") is None


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "uint32"])
def test_integers_that_scipp_has_not_are_widened(dtype: str) -> None:
    data = to_scipp(array(signal(values=np.array([1, 2, 3], dtype=dtype))))
    assert data.values.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (array(), "a result without 'signal'; there are none"),
        (array(signal(unit="bananas")), "'signal' has the unit 'bananas'"),
        (array(signal(unit="\ud800")), "'signal' has the unit"),
        (array(signal(values=np.array([0, 1, 2**64 - 1], "uint64"))), "larger than"),
        (array(signal(values=np.array([1j, 2, 3]))), "dtype complex128"),
        (array(signal(unit="datetime64[ns]")), "points in time as float64"),
        (
            array(signal(), Variable("x", ("x",), np.arange(5.0))),
            r"coord 'x' of dims \('x',\) and shape \(5,\) does not fit",
        ),
        (array(signal(), Variable("errors", ("x",), np.arange(4.0))), "errors of dims"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_sentence(
    data: ArrayData, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        to_scipp(data)


def test_binned_data_cannot_be_sent() -> None:
    table = sc.data.table_xyz(10)
    with pytest.raises(ValueError, match="histogram it first"):
        from_scipp(table.bin(x=2))

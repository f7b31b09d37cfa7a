from __future__ import annotations

import scipp as sc
from scipp.testing import assert_identical

from livedata_core.contract import CoordSpec, OutputSpec, Temporality
from livedata_core.data.templates import empty


def test_dims_are_empty_and_edges_hold_one() -> None:
    output = OutputSpec(
        name="current",
        title="Histogram update",
        dims=("x",),
        coords=(
            CoordSpec(name="x", dims=("x",), unit="ms", edges=True),
            CoordSpec(name="z", dims=("z",), unit="ms"),
        ),
    )
    expected = sc.DataArray(
        sc.zeros(dims=["x"], shape=[0], unit="counts"),
        coords={"x": sc.zeros(dims=["x"], shape=[1], unit="ms")},
        name="Histogram update",
    )
    assert_identical(empty(output), expected)


def test_a_total_is_zero() -> None:
    output = OutputSpec(name="counts_total", title="Total", dtype="int64")
    assert_identical(
        empty(output),
        sc.DataArray(sc.scalar(0, unit="counts", dtype="int64"), name="Total"),
    )


def test_the_time_of_a_series_is_points_in_time() -> None:
    output = OutputSpec(
        name="delta",
        title="Update",
        dims=("time",),
        unit=None,
        coords=(CoordSpec(name="time", dims=("time",), unit="datetime64[ns]"),),
        temporality=Temporality.SERIES,
    )
    assert empty(output).coords["time"].dtype == sc.DType.datetime64

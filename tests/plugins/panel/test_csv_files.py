"""Saved tables have every number, with what it means."""

from __future__ import annotations

import pytest
import scipp as sc

from livedata_panel.csv_files import csv_text


def test_histogram_has_bin_edges_values_and_deviations() -> None:
    data = sc.DataArray(
        sc.array(dims=["tof"], values=[4.0, 0.1], variances=[4.0, 9.0], unit="counts"),
        coords={
            "tof": sc.array(dims=["tof"], values=[0.0, 1.5, 2.0], unit="ms"),
            "time": sc.datetime("2026-01-01T00:00:00", unit="s"),
        },
    )
    assert csv_text({"Bank: counts": data}).splitlines() == [
        "# Bank: counts [counts]",
        "# time [s],2026-01-01T00:00:00Z",
        "tof [ms] from,tof [ms] to,value,standard deviation",
        "0.0,1.5,4.0,2.0",
        "1.5,2.0,0.1,3.0",
    ]


def test_image_is_a_matrix_with_places_at_its_sides_and_masked_pixels_empty() -> None:
    data = sc.DataArray(
        sc.array(dims=["y", "x"], values=[[1, 2, 3], [4, 5, 6]], unit="counts"),
        coords={"x": sc.array(dims=["x"], values=[0.0, 2.0, 4.0, 6.0], unit="mm")},
        masks={"dead": sc.array(dims=["y"], values=[False, True])},
    )
    assert csv_text({"a\nb": data}).splitlines() == [
        "# a b [counts]",
        "y [index] \\ x [mm],1.0,3.0,5.0",
        "0,1,2,3",
        "1,,,",
    ]


def test_what_no_table_holds_is_refused() -> None:
    data = sc.DataArray(sc.zeros(dims=["a", "b", "c"], shape=[1, 1, 1]))
    with pytest.raises(ValueError, match="save it as scipp HDF5"):
        csv_text({"cube": data})

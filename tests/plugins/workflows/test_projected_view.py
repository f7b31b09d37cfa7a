"""Projected views: pixels appear where they are, and wavelengths are right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipp as sc
from scippneutron.conversion.tof import wavelength_from_tof

from livedata_core.contract import Polygon, Rectangle, Workflow, WorkflowContext
from livedata_workflows import specs
from livedata_workflows.detector_view import DetectorView, folded
from livedata_workflows.params import DetectorViewParams, ProjectedViewParams
from tests.plugins.workflows.events import batch, events
from tests.plugins.workflows.placed import (
    COLUMNS,
    FLAT,
    NOWHERE,
    PLACED,
    ROWS,
    SHORT,
    WOUND,
    flat,
)

MS = 1_000_000
PIXELS = ROWS * COLUMNS
ONE_TO_ONE = {"resolution": {"rows": ROWS, "columns": COLUMNS}}


def context(
    source: str = "flat",
    model: type[DetectorViewParams] = ProjectedViewParams,
    **params: Any,
) -> WorkflowContext:
    spec = specs.projected_view(
        PLACED, (FLAT, WOUND), "xy_plane", name="xy", title="XY"
    )
    return WorkflowContext(PLACED, spec, source, model.model_validate(params))


def results(workflow: Workflow, source: str, pixels: Any, times: int = 10 * MS) -> Any:
    workflow.accumulate(batch(source, events(np.full(len(pixels), times), pixels)))
    return workflow.finalize()


def test_a_flat_bank_stays_as_it_is_on_the_plane() -> None:
    view = DetectorView.xy_plane(context(**ONE_TO_ONE))
    image = results(view, "flat", [1, 2, 2, 9, PIXELS])["current"]
    expected = np.zeros((ROWS, COLUMNS))
    expected.ravel()[[0, 1, 8, PIXELS - 1]] = 1, 2, 1, 1
    np.testing.assert_array_equal(image.values, expected)
    assert (str(image.coords["x"].unit), image.dims) == ("m", ("y", "x"))
    np.testing.assert_allclose(
        image.coords["x"].values, np.linspace(-0.035, 0.035, COLUMNS + 1)
    )


def test_a_bank_around_the_beam_is_unrolled_on_the_cylinder() -> None:
    view = DetectorView.cylinder_mantle(context("wound", **ONE_TO_ONE))
    image = results(view, "wound", range(1, PIXELS + 1))["current"]
    assert image.dims == ("z", "arc_length")
    np.testing.assert_array_equal(image.values, np.ones((ROWS, COLUMNS)))
    np.testing.assert_allclose(
        image.coords["arc_length"].values,
        np.linspace(-0.35, 0.35, COLUMNS + 1),
        atol=1e-8,
    )


def test_the_plane_shows_the_side_where_the_bank_is() -> None:
    """Half of the wound bank lies upstream and is not shown."""
    view = DetectorView.xy_plane(context("wound", **ONE_TO_ONE))
    outputs = results(view, "wound", range(1, PIXELS + 1))
    assert outputs["current"].sum().value == PIXELS / 2
    assert outputs["counts_total"].value == PIXELS / 2


def test_weighting_divides_by_the_pixels_behind_each_place() -> None:
    coarse = {"resolution": {"rows": 1, "columns": 3}}
    pixels = range(1, PIXELS + 1)
    plain = DetectorView.xy_plane(context(**coarse))
    counts = results(plain, "flat", pixels)["cumulative"].values
    assert counts.sum() == PIXELS
    assert len(np.unique(counts)) > 1, "columns that do not share out evenly"
    weighted = DetectorView.xy_plane(
        context(**coarse, pixel_weighting={"enabled": True})
    )
    outputs = results(weighted, "flat", pixels)
    np.testing.assert_allclose(outputs["cumulative"].values, 1.0)
    assert outputs["counts_total"].value == PIXELS


def test_noise_spreads_pixels_and_keeps_counts() -> None:
    fine = {"resolution": {"rows": 60, "columns": 80}}
    noisy = DetectorView.xy_plane(
        context(**fine, pixel_noise={"enabled": True, "sigma_mm": 2, "replicas": 8})
    )
    middle = (ROWS // 2) * COLUMNS + COLUMNS // 2
    outputs = results(noisy, "flat", [middle] * 800)
    image = outputs["current"].values
    assert image.sum() == 800
    assert 2 <= np.count_nonzero(image) <= 8
    assert image[image > 0].min() == 100, "events go round the replicas evenly"


def test_regions_are_drawn_in_the_units_of_the_axes() -> None:
    view = DetectorView.xy_plane(context(**ONE_TO_ONE))
    left = Rectangle((-100, 0), (-100, 100), "mm", "mm")
    view.set_regions("rectangle", {0: left})
    view.set_regions("polygon", {4: Polygon((-9, 9, 9), (-9, -9, 9), "m", "m")})
    outputs = results(view, "flat", range(1, PIXELS + 1))
    spectra = outputs["roi_spectra_current"]
    assert spectra.coords["roi"].values.tolist() == [0, 4]
    right = image_mask(outputs["current"])
    assert spectra.sum("time_of_arrival").values.tolist() == [
        PIXELS / 2,
        np.count_nonzero(right),
    ]
    back = outputs["roi_rectangle"].coords["x"]
    assert (back.values.tolist(), str(back.unit)) == ([-100, 0], "mm")
    with pytest.raises(ValueError, match="in deg does not fit y, which is in m"):
        view.set_regions("rectangle", {0: Rectangle((0, 1), (0, 1), "m", "deg")})
    kept = results(view, "flat", [1])["roi_spectra_current"]
    assert kept.sum("time_of_arrival").values.tolist() == [1, 0]


def image_mask(image: sc.DataArray) -> Any:
    """Return which pixels have y < x, by their centres."""
    x, y = (sc.midpoints(image.coords[dim]).values for dim in ("x", "y"))
    return y[:, np.newaxis] < x


def test_wavelengths_use_the_path_of_each_pixel() -> None:
    rng = np.random.default_rng(1)
    times = rng.integers(0, 70 * MS, 50_000)
    pixels = rng.integers(1, PIXELS + 1, 50_000)
    view = DetectorView.from_context(
        context(
            model=DetectorViewParams,
            coordinate_mode={"mode": "wavelength"},
            wavelength_range={"start": 3, "stop": 6, "enabled": True},
        )
    )
    view.accumulate(batch("flat", events(times, pixels)))
    outputs = view.finalize()
    path = 20.0 + np.linalg.norm(flat(), axis=1)[pixels - 1]
    wavelength = wavelength_from_tof(
        tof=sc.array(dims=["event"], values=times, unit="ns", dtype="float64"),
        Ltotal=sc.array(dims=["event"], values=path, unit="m"),
    )
    table = sc.DataArray(
        sc.ones(sizes=wavelength.sizes, unit="counts"),
        coords={
            "wavelength": wavelength,
            "detector_number": sc.array(dims=["event"], values=pixels, unit=None),
        },
    )
    edges = sc.linspace("wavelength", 1, 10, 101, unit="angstrom")
    spectrum = outputs["spectrum_current"]
    np.testing.assert_array_equal(spectrum.values, table.hist(wavelength=edges).values)
    assert str(spectrum.coords["wavelength"].unit) == "Å"
    grouped = table.group(sc.arange("detector_number", 1, PIXELS + 1, unit=None))
    limits = sc.array(dims=["wavelength"], values=[3.0, 6.0], unit="angstrom")
    np.testing.assert_array_equal(
        outputs["current"].values.ravel(),
        grouped.hist(wavelength=limits).values.ravel(),
    )


@pytest.mark.parametrize(
    ("source", "instrument", "sentence"),
    [
        ("nowhere", PLACED, "placed does not say where its pixels are; choose 'Time"),
        (
            "flat",
            PLACED.model_copy(update={"primary_flight_path_m": None}),
            "how far the sample is from the source; choose 'Time of arrival'",
        ),
    ],
)
def test_a_wavelength_without_geometry_is_refused_in_words(
    source: str, instrument: Any, sentence: str
) -> None:
    spec = specs.detector_view(PLACED, (FLAT, NOWHERE), name="banks", title="Banks")
    params = DetectorViewParams.model_validate(
        {"coordinate_mode": {"mode": "wavelength"}}
    )
    with pytest.raises(ValueError, match=sentence):
        DetectorView.from_context(WorkflowContext(instrument, spec, source, params))


def test_a_bank_without_positions_has_no_projection() -> None:
    with pytest.raises(ValueError, match="needs pixel positions; nowhere"):
        specs.projected_view(PLACED, NOWHERE, "xy_plane", name="x", title="X")
    with pytest.raises(ValueError, match="does not say where the pixels of nowhere"):
        DetectorView.xy_plane(context("nowhere"))


def test_positions_of_another_bank_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"short gives no 48 finite positions"):
        DetectorView.xy_plane(context(SHORT.name))


def test_layers_keep_the_order_of_pixels_and_take_no_regions() -> None:
    view = folded(context(model=DetectorViewParams), ("layer", "y", "x"), (2, 3, 8))
    outputs = results(view, "flat", [1, 25])
    assert outputs["current"].values.sum(axis=(1, 2)).tolist() == [1, 1]
    assert "roi_spectra_current" not in outputs
    with pytest.raises(ValueError, match="takes no regions"):
        view.set_regions("rectangle", {})
    with pytest.raises(ValueError, match="48 pixels; they do not fit"):
        folded(context(model=DetectorViewParams), ("a", "b"), (2, 3))

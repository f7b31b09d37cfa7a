"""Total counts, log series and area detector views."""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.contract import AreaDetector, Batch, ImageData, Log, LogData, Message
from livedata_workflows.area import AreaDetectorView
from livedata_workflows.params import AreaDetectorParams
from livedata_workflows.timeseries import TimeSeries
from livedata_workflows.total_counts import TotalCounts
from tests.plugins.workflows.events import BANK, batch, events

LOG = Log(name="motor", title="Motor", topic="t", source_name="pv", unit="mm")
CAMERA = AreaDetector(
    name="camera", title="Camera", topic="t", source_name="camera", shape=(2, 2)
)


def test_total_counts_take_every_time_but_only_own_pixels() -> None:
    workflow = TotalCounts(BANK)
    workflow.accumulate(batch("bank", events([-1, 0, 2**31 - 1, 5], [5, 16, 6, 17])))
    total = workflow.finalize()["total_counts"]
    assert (total.value, str(total.dtype), str(total.unit)) == (3, "int64", "counts")
    workflow.accumulate(batch("bank", events([1], [5])))
    assert workflow.finalize()["total_counts"].value == 4
    workflow.reset()
    assert workflow.finalize()["total_counts"].value == 0


def test_total_counts_go_on_after_a_bad_message() -> None:
    workflow, good = TotalCounts(BANK), events([1], [5])
    with pytest.raises(ValueError, match="without a pixel id"):
        workflow.accumulate(batch("bank", good, events([1]), events([]), good))
    assert workflow.finalize()["total_counts"].value == 2


def readings(*values: tuple[int, float]) -> Batch:
    return Batch(
        0,
        1,
        {
            "motor": [
                Message("t", "pv", time, LogData(np.array(value)))
                for time, value in values
            ]
        },
    )


def test_a_series_passes_on_new_readings_in_order_of_time() -> None:
    workflow = TimeSeries(LOG)
    workflow.accumulate(readings((3, 1.5), (1, float("nan"))))
    delta = workflow.finalize()["delta"]
    assert str(delta.unit) == "mm"
    np.testing.assert_array_equal(delta.values, [np.nan, 1.5])
    times = delta.coords["time"]
    assert (str(times.dtype), str(times.unit)) == ("datetime64", "ns")
    assert times.values.astype(np.int64).tolist() == [1, 3]


def test_a_series_without_news_gives_nothing() -> None:
    workflow = TimeSeries(LOG)
    workflow.accumulate(readings((1, 1.0)))
    workflow.finalize()
    workflow.accumulate(readings())
    assert workflow.finalize() == {}


def test_a_reading_of_several_numbers_is_refused_in_words() -> None:
    reading = Message("t", "pv", 1, LogData(np.array([1.0, 2.0])))
    with pytest.raises(ValueError, match="motor sent float64 of shape"):
        TimeSeries(LOG).accumulate(Batch(0, 1, {"motor": [reading]}))


def test_a_bad_reading_costs_no_other_of_its_window() -> None:
    workflow, good = TimeSeries(LOG), readings((1, 1.5), (3, 2.5)).messages["motor"]
    bad = Message("t", "pv", 2, LogData(np.array("open")))
    with pytest.raises(ValueError, match="motor sent <U4"):
        workflow.accumulate(Batch(0, 1, {"motor": [good[0], bad, good[1]]}))
    assert workflow.finalize()["delta"].values.tolist() == [1.5, 2.5]


def test_images_are_summed_and_stay_int32_while_they_fit() -> None:
    workflow = AreaDetectorView(CAMERA)
    image = ImageData(np.full((2, 2), 65_535, dtype=np.uint16))
    workflow.accumulate(batch("camera", image, image))
    workflow.finalize()
    workflow.accumulate(batch("camera", image))
    outputs = workflow.finalize()
    assert outputs["current"].values.tolist() == [[65_535] * 2] * 2
    assert outputs["cumulative"].values.tolist() == [[3 * 65_535] * 2] * 2
    assert outputs["cumulative"].dims == ("dim_0", "dim_1")
    assert outputs["cumulative"].dtype == "int32"
    workflow.reset()
    assert workflow.finalize()["cumulative"].sum().value == 0


def summed(*values: int | float, dtype: str) -> sc.DataArray:
    """Return the sum of images of one value each, each in a window of its own."""
    workflow = AreaDetectorView(CAMERA)
    for value in values:
        image = ImageData(np.full((2, 2), value, dtype=dtype))
        workflow.accumulate(batch("camera", image))
        total = workflow.finalize()["cumulative"]
    return total


@pytest.mark.parametrize(
    ("values", "dtype", "expected", "kept_as"),
    [
        ((2**31 - 2, 1), "uint32", 2**31 - 1, "int32"),
        ((2**31 - 1, 1), "uint32", 2**31, "int64"),
        ((-(2**31), -1), "int32", -(2**31) - 1, "int64"),
        ((2**62, 2**62 - 1), "int64", 2**63 - 1, "int64"),
        ((2**62, 2**62), "int64", 2.0**63, "float64"),
        ((2**64 - 1,), "uint64", 2.0**64, "float64"),
        ((0.5, 1), "float32", 1.5, "float64"),
    ],
)
def test_sums_widen_before_they_overflow(
    values: tuple[int, ...], dtype: str, expected: float, kept_as: str
) -> None:
    total = summed(*values, dtype=dtype)
    assert (total.dtype, total.values.tolist()) == (kept_as, [[expected] * 2] * 2)


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 12))
def test_blocks_keep_every_count(rows: int, columns: int, block: int) -> None:
    camera = CAMERA.model_copy(update={"shape": (rows, columns)})
    image = np.arange(rows * columns, dtype=np.uint16).reshape(rows, columns)
    workflow = AreaDetectorView(camera, AreaDetectorParams(downsampling=block))
    workflow.accumulate(batch("camera", ImageData(image)))
    found = workflow.finalize()["cumulative"].values
    expected = np.zeros_like(found)
    for (row, column), value in np.ndenumerate(image):
        expected[row // block, column // block] += value
    np.testing.assert_array_equal(found, expected)


def test_an_image_of_another_shape_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="declared with"):
        AreaDetectorView(CAMERA).accumulate(batch("camera", ImageData(np.ones((3, 2)))))


def test_a_bad_image_costs_no_other_of_its_window() -> None:
    workflow, good = AreaDetectorView(CAMERA), ImageData(np.ones((2, 2), np.uint8))
    with pytest.raises(ValueError, match="declared with"):
        workflow.accumulate(batch("camera", good, ImageData(np.ones((3, 2))), good))
    assert workflow.finalize()["current"].values.tolist() == [[2, 2]] * 2

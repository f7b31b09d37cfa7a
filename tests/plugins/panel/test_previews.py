"""Previews show what data are like, however large they are."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest

from livedata_core.contract import ArrayData, Variable
from livedata_panel.previews import MOST_POINTS, preview
from tests.plugins.panel.conftest import PANEL, Browser, put_image


def data(values: object, *dims: str, unit: str | None = "counts") -> ArrayData:
    return ArrayData((Variable("signal", dims, np.asarray(values), unit),))


@pytest.mark.parametrize(
    ("values", "unit", "text"),
    [(1234567, "counts", "1,234,567 counts"), (0.12345, None, "0.1235")],
)
def test_number_is_written_with_its_unit(
    values: object, unit: str | None, text: str
) -> None:
    assert preview(data(values, unit=unit)) == {"kind": "number", "text": text}


def test_series_is_its_latest_value() -> None:
    found = preview(data([1.0, 2.5], "time", unit="K"))
    assert found == {"kind": "number", "text": "2.5 K"}


def test_long_curve_is_sampled_and_scaled_with_its_gaps() -> None:
    values = np.arange(100_000.0)
    values[0] = np.nan
    found = preview(data(values, "x"))
    assert found is not None
    heights = found["heights"]
    assert len(heights) <= MOST_POINTS
    assert heights[:2] == [None, 0.0]
    assert heights[-1] == 1.0
    assert found["kind"] == "curve"


def test_image_is_a_png_with_the_first_row_at_the_bottom() -> None:
    image = pytest.importorskip("PIL.Image")
    values = np.zeros((3, 600, 40))
    values[1, 0] = 9.0
    found = preview(data(values, "z", "y", "x"))
    assert found is not None
    content = base64.b64decode(found["address"].partition(",")[2])
    shown = np.asarray(image.open(io.BytesIO(content)).convert("RGB"))
    assert shown.shape == (47, 40, 3)
    assert shown[-1, 0].tolist() == [0xFD, 0xE7, 0x25]
    assert shown[0, 0].tolist() == [0x44, 0x01, 0x54]


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], ["a", "b"]])
def test_nothing_to_show_is_no_preview(values: object) -> None:
    assert preview(data(values, "x")) is None


def test_outputs_that_can_be_added_have_one(browser: Browser) -> None:
    browser.hello()
    put_image(browser.services, 3.0)
    browser.send("choose-output", place=[0, 0])
    browser.look()
    workflows = (w for g in browser.view("drawer")["groups"] for w in g["workflows"])
    (outputs,) = (w["outputs"] for w in workflows if w["id"] == str(PANEL))
    kinds = {o["name"]: o["preview"] and o["preview"]["kind"] for o in outputs}
    assert (kinds["cumulative"], kinds["current"]) == ("image", None)

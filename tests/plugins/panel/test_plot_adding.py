"""What a click on an output adds, and what is refused with a sentence."""

from __future__ import annotations

import pytest

from livedata_core.api import DashboardServices
from tests.plugins.panel.conftest import Browser

PANEL, MONITORS = "dummy/panel_0_xy/1", "dummy/monitor_histogram/1"


@pytest.fixture
def grid(services: DashboardServices, browser: Browser) -> str:
    made = services.plots.add_grid("Mine", 1, 2)
    browser.hello(page=f"grid:{made}")
    return made


def cells(services: DashboardServices, grid: str) -> list[tuple[int, int, str]]:
    return [
        (cell.row, cell.column, cell.layers[0].plotter)
        for cell in services.plots.layout.grid(grid).cells
    ]


def test_output_goes_to_its_place_or_the_next_free_one(
    services: DashboardServices, browser: Browser, grid: str
) -> None:
    browser.send("add-plot", workflow=PANEL, output="cumulative", place=[0, 1])
    browser.send("navigate", page="workflows")
    browser.send("add-plot", workflow=PANEL, output="spectrum_cumulative")
    assert cells(services, grid) == [(0, 1, "image"), (0, 0, "lines")]
    assert browser.view("shell")["page"] == f"grid:{grid}"


def test_all_sources_share_a_plot_that_takes_them(
    services: DashboardServices, browser: Browser, grid: str
) -> None:
    browser.send("add-plot", workflow=MONITORS, output="cumulative")
    browser.send(
        "add-plot", workflow=MONITORS, output="cumulative", sources=["monitor2"]
    )
    both, one = services.plots.layout.grid(grid).cells
    assert both.layers[0].sources == ("monitor1", "monitor2")
    assert one.layers[0].sources == ("monitor2",)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"workflow": "dummy/none/1"}, "has no output"),
        ({"output": "none"}, "has no output"),
        ({"sources": ["none"]}, "does not run on"),
        ({"sources": []}, "does not run on"),
        ({"place": [7, 7]}, "does not fit"),
    ],
)
def test_what_cannot_be_added_is_told_and_changes_nothing(
    services: DashboardServices,
    browser: Browser,
    grid: str,
    wrong: dict[str, object],
    sentence: str,
) -> None:
    right = {"workflow": PANEL, "output": "cumulative"}
    browser.send("add-plot", **{**right, **wrong})
    assert cells(services, grid) == []
    assert sentence in browser.view("notices")["items"][-1]["text"]


def test_choice_lists_what_can_be_shown_and_closes_with_its_plot(
    services: DashboardServices, browser: Browser, grid: str
) -> None:
    browser.send("choose-output", place=[0, 0])
    drawer = browser.view("drawer")
    titles = [group["title"] for group in drawer["groups"]]
    assert titles[:2] == ["Detectors", "Monitors"]
    browser.send("add-plot", workflow=PANEL, output="cumulative", place=[0, 0])
    assert browser.view("drawer") is None
    (cell,) = services.plots.layout.grid(grid).cells
    browser.send("choose-output", cell=cell.id)
    assert browser.view("drawer")["cell"] == cell.id
    services.plots.remove_cell(cell.id)
    browser.look()
    assert browser.view("drawer") is None


def test_new_layer_is_the_one_that_is_configured(
    services: DashboardServices, browser: Browser, grid: str
) -> None:
    browser.send("add-plot", workflow=PANEL, output="cumulative")
    (cell,) = services.plots.layout.grid(grid).cells
    browser.send("configure-plot", cell=cell.id)
    marks = browser.view("drawer")["marks"]
    assert {"rectangles", "regions"} <= {mark["plotter"] for mark in marks}
    mark = next(mark for mark in marks if mark["plotter"] == "rectangles")
    mark.pop("title")
    browser.send("add-layer", cell=cell.id, **mark)
    drawer = browser.view("drawer")
    assert drawer["plotter"] == "rectangles"
    assert {p["name"] for p in drawer["plotters"]} == {
        "rectangles",
        "vertical_lines",
        "horizontal_lines",
    }
    browser.send("remove-layer", cell=cell.id, layer=drawer["layer"])
    assert browser.view("drawer")["plotter"] == "image"
    notice = browser.view("notices")["items"][-1]
    assert "(Rectangles)” was removed from “Panel 0" in notice["title"]
    browser.send("restore", target=notice["remedy"]["target"])
    assert len(browser.view("drawer")["layers"]) == 2
    assert browser.view("notices")["items"][-1]["remedy"] is None


def test_one_plot_has_a_page_of_its_own(
    services: DashboardServices, browser: Browser, grid: str
) -> None:
    browser.send("add-plot", workflow=PANEL, output="cumulative", place=[0, 1])
    (cell,) = services.plots.layout.grid(grid).cells
    browser.send("navigate", page=f"cell:{cell.id}")
    page = browser.view("page")
    assert (page["alone"], page["rows"], page["columns"]) == (True, 1, 1)
    assert [(c["id"], c["column"]) for c in page["cells"]] == [(cell.id, 0)]
    removed = services.plots.remove_cell(cell.id)
    browser.look()
    assert browser.view("shell")["page"] == f"cell:{cell.id}"
    missing = browser.view("page")
    assert missing["title"] == "“Panel 0: Image” was removed"
    assert (missing["grid"], missing["undo"]) == (f"grid:{grid}", removed)
    browser.send("restore", target=missing["undo"])
    assert browser.view("page") == page
    services.plots.remove_grid(grid)
    browser.look()
    assert browser.view("page")["title"] == missing["title"]
    browser.send("navigate", page="cell:gone")
    assert browser.view("page")["title"] == "There is no plot at this address"
    assert browser.view("page")["undo"] is None


def test_sources_of_a_layer_are_chosen_in_its_settings(
    services: DashboardServices, browser: Browser, grid: str
) -> None:
    browser.send("add-plot", workflow=MONITORS, output="cumulative")
    (cell,) = services.plots.layout.grid(grid).cells
    browser.send("configure-plot", cell=cell.id)
    sources = browser.view("drawer")["form"]["sources"]
    assert [(s["name"], s["selected"]) for s in sources] == [
        ("monitor1", True),
        ("monitor2", True),
    ]
    browser.send("choose-source", source="monitor1", selected=False)
    browser.send("apply")
    (layer,) = services.plots.layout.find(cell.id)[1].layers
    assert layer.sources == ("monitor2",)
    browser.send("choose-source", source="monitor2", selected=False)
    browser.send("apply")
    assert "at least one source" in browser.view("drawer")["form"]["refusal"]
    assert services.plots.layout.find(cell.id)[1].layers == (layer,)

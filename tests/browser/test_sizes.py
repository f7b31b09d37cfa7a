"""The page on screens of all sizes: nothing is cut, all can be read and reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from livedata_core.api import Layer
from livedata_core.plugins import PluginManager
from tests.browser.conftest import Dashboard, OpenWindow, Window, dashboard_of
from tests.browser.test_shell import card

pytestmark = pytest.mark.browser

SCREENS: list[dict[str, Any]] = [
    {"viewport": {"width": 768, "height": 1024}, "has_touch": True},
    {"viewport": {"width": 800, "height": 600}},
    {"viewport": {"width": 1366, "height": 768}},
    {"viewport": {"width": 3840, "height": 2160}},
]
TITLES_CUT = """() => [...document.querySelectorAll('.card-title, .rail-label')]
    .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth)
    .map((e) => e.textContent)"""
SCROLLED = """() => [document.documentElement, document.querySelector('#page'),
        ...document.querySelectorAll('.main, .header, .grid, .editing-bar')]
    .filter((e) => e && e.scrollWidth > e.clientWidth).map((e) => e.className)"""
SMALL_BUTTONS = """least => [...document.querySelectorAll('button')]
    .map((e) => [e.getBoundingClientRect(), e])
    .filter(([box]) => box.width && (box.width < least || box.height < least))
    .map(([box, e]) => [e.className, e.title, box.width, box.height])"""
LABELS_FIT = """() => {
    const figures = [...livedata.plots.shown.values()].filter(({ view }) => view);
    const context = document.createElement('canvas').getContext('2d');
    return figures.length > 0 && figures.every(({ view }) => {
        const { width, height } = view.bbox;
        return [...view.model.below, ...view.model.left].every((axis) => {
            const { bbox, dimension, _axis_label_view: label }
                = view.views.find_one(axis);
            if (!axis.axis_label) return true;
            context.font = `${axis.axis_label_text_font_size} `
                + axis.axis_label_text_font;
            const half = context.measureText(label.model.text).width / 2;
            const [middle, whole] = dimension === 0
                ? [bbox.hcenter, width] : [bbox.vcenter, height];
            return middle - half >= 0 && middle + half <= whole;
        });
    });
}"""
WHOLE_LABELS = """() => [...livedata.plots.shown.values()].every(({ view }) =>
    !view || [...view.model.below, ...view.model.left].every((axis) =>
        !axis.axis_label || axis.axis_label
            === view.views.find_one(axis)._axis_label_view.model.text))"""
LEGENDS_FIT = """names => [...livedata.plots.shown.values()].some(({ view }) => {
    const legend = view && [...view.model.references()].find(
        (model) => model.type === 'Legend');
    if (!legend) return false;
    const { el, entries } = view.views.find_one(legend);
    const room = view.el.getBoundingClientRect();
    const top = view.frame.bbox.top + room.top;
    const shown = entries.filter(({ el }) => {
        const box = el.getBoundingClientRect();
        return box.width && box.left >= room.left && box.right <= room.right
            && box.top >= room.top && box.bottom <= top + 1;
    });
    return names.every((name) => shown.some(({ label }) => label === name));
})"""


CONTRASTS = """() => {
    const paint = document.createElement('canvas').getContext('2d');
    const rgb = (colour) => {
        paint.fillStyle = colour;
        paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (colour) => rgb(colour).map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    return [...document.querySelectorAll('[placeholder]')].map((field) => {
        const { color, opacity } = getComputedStyle(field, '::placeholder');
        const both = [color, getComputedStyle(field).backgroundColor].map(light);
        const [dark, bright] = both.sort((a, b) => a - b);
        return opacity === '1' ? (bright + 0.05) / (dark + 0.05) : 0;
    });
}"""


@pytest.fixture
def live(plugins: PluginManager) -> Iterator[Dashboard]:
    """Serve the dummy instrument with its worker and simulator."""
    with dashboard_of(plugins, "dummy", live=True) as made:
        yield made


def opened(window: OpenWindow, dashboard: Dashboard, screen: dict[str, Any]) -> Window:
    """Return a window in which all plots of the first grid are shown."""
    seen = window(**screen).open(dashboard.url)
    for title in ("Panel 0", "Sample position"):
        seen.page.wait_for_selector(f"{card(seen, title)} canvas")
    return seen


@pytest.mark.parametrize("screen", SCREENS, ids=lambda s: s["viewport"]["width"])
def test_nothing_is_cut_and_buttons_can_be_hit(
    live: Dashboard, window: OpenWindow, screen: dict[str, Any]
) -> None:
    seen = opened(window, live, screen)
    least = 40 if screen.get("has_touch") else 24
    seen.page.wait_for_function(LABELS_FIT)
    assert seen.page.evaluate(WHOLE_LABELS)
    for change in ("", "e", "e"):
        if change:
            seen.page.keyboard.press(change)
            seen.page.wait_for_function(
                "() => livedata.editing.on === Boolean("
                "document.querySelector('.editing-bar'))"
            )
        assert seen.page.evaluate(TITLES_CUT) == []
        assert seen.page.evaluate(SCROLLED) == []
        assert seen.page.evaluate(SMALL_BUTTONS, least) == []


def test_small_screens_have_two_plots_in_a_row_as_large_as_can_be_read(
    live: Dashboard, window: OpenWindow
) -> None:
    seen = opened(window, live, SCREENS[0])
    boxes = [
        seen.page.locator(place).bounding_box()
        for place in (card(seen, "Panel 0"), card(seen, "Panel 0, now"))
    ]
    assert all(box and box["width"] > 350 and box["height"] > 280 for box in boxes)
    seen.page.wait_for_function(
        "() => [...livedata.plots.shown.values()].every("
        "({ view }) => view && view.frame.bbox.width > 150)"
    )


@pytest.mark.parametrize("width", [1366, 1024])
def test_legend_of_four_regions_names_them_all(
    live: Dashboard, window: OpenWindow, width: int
) -> None:
    seen = opened(window, live, {"viewport": {"width": width, "height": 768}})
    seen.page.evaluate(
        """() => { const cell = livedata.page.cells.find((c) => c.regions).id;
            for (const x of [10, 30, 50, 70]) livedata.actions.send('add-region',
                { cell, shape: 'rectangle', x: [x, x + 15], y: [10, 60] }); }"""
    )
    plots = live.services.plots
    spectrum = next(c for _, c in plots.layout.cells() if c.title == "Spectrum")
    changes = {"output": "roi_spectra_cumulative", "plotter": "region_spectra"}
    layer: Layer = spectrum.layers[0].model_copy(
        update={"id": "regions", "params": {}, **changes}
    )
    plots.add_layer(spectrum.id, layer)
    names = [f"Region {n}" for n in (1, 2, 3, 4)]
    seen.page.wait_for_function(LEGENDS_FIT, arg=names)


def test_long_labels_become_smaller_and_at_last_are_cut_by_an_ellipsis(
    live: Dashboard, window: OpenWindow
) -> None:
    seen = opened(window, live, SCREENS[2])
    label = """text => { const { view, box } = [...livedata.plots.shown.values()]
            .find(({ view }) => view?.model.left[0]?.axis_label);
        const [axis] = view.model.left;
        if (text) axis.axis_label = text;
        return [parseFloat(axis.axis_label_text_font_size),
            view.views.find_one(axis)._axis_label_view.model.text, box.title]; }"""
    whole = seen.page.evaluate(label)
    seen.page.evaluate(label, "n" * 45)
    seen.page.wait_for_function(f"size => ({label})()[0] < size", arg=whole[0])
    long = "Position of the sample along the beam " * 4
    seen.page.evaluate(label, long)
    seen.page.wait_for_function(f"() => ({label})()[1].endsWith('…')")
    assert seen.page.evaluate(label)[2].startswith(long)
    seen.page.wait_for_function(LABELS_FIT)
    seen.page.evaluate(label, whole[1])
    seen.page.wait_for_function(
        f"whole => String(({label})()) === String(whole)", arg=whole
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_fields_ask_for_can_be_read(
    dashboard: Dashboard, window: OpenWindow, theme: str
) -> None:
    seen = window(color_scheme=theme).open(dashboard.url, "workflows")
    seen.page.wait_for_selector(".search")
    seen.page.click("button.bell")
    seen.page.wait_for_selector(".toasts [placeholder]")
    assert seen.page.get_attribute("html", "data-theme") == theme
    found = seen.page.evaluate(CONTRASTS)
    assert len(found) > 1
    assert min(found) >= 4.5


def test_numbers_in_small_are_whole(live: Dashboard, window: OpenWindow) -> None:
    grid = live.services.plots.add_grid("Mine", 1, 1)
    seen = window().open(live.url, f"grid:{grid}")
    seen.page.click(".place")
    seen.page.wait_for_selector(".thumbnail-number")
    seen.page.evaluate(
        """() => { for (const { workflows } of livedata.drawer.groups)
            for (const { preview } of workflows.flatMap((w) => w.outputs))
                if (preview?.kind === 'number') preview.text = '10,503,342 counts';
            livedata.renderDrawer(livedata.drawer); }"""
    )
    lines, fits = seen.page.evaluate(
        """() => { const number = document.querySelector('.thumbnail-number');
            const room = number.parentElement.getBoundingClientRect();
            const box = number.getBoundingClientRect();
            return [number.innerText.split('\\n'), box.width <= room.width
                && box.height <= room.height]; }"""
    )
    assert lines == ["10,503,342", "counts"]
    assert fits


@pytest.mark.parametrize("page", ["workflows", "system", "layouts"])
def test_buttons_of_other_pages_can_be_hit(
    dashboard: Dashboard, window: OpenWindow, page: str
) -> None:
    seen = window(**SCREENS[2]).open(dashboard.url, page)
    seen.page.wait_for_selector("#page h1")
    assert seen.page.evaluate(SMALL_BUTTONS, 24) == []
    assert seen.page.evaluate(SCROLLED) == []

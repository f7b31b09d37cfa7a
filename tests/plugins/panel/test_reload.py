"""A page that is loaded anew comes back to where it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from livedata_core.api import DashboardServices
from livedata_panel.frozen_frames import frozen_frames
from tests.plugins.panel.conftest import Browser, put_image


@pytest.fixture
def paused(browser: Browser) -> tuple[str, str]:
    """Pause a plot at 3 counts a pixel; gives its cell and the name of the frame."""
    browser.hello()
    put_image(browser.services, 3.0)
    browser.look()
    browser.paint()
    cell = browser.cell("Panel 0")["id"]
    browser.send("pause", cell=cell, on=True)
    put_image(browser.services, 5.0)
    return cell, browser.status("Panel 0")["data"].partition("frozen=")[2]


@pytest.fixture
def anew(services: DashboardServices) -> Iterator[Browser]:
    """Return the session of the page that is loaded anew."""
    made = Browser(services, "s2")
    yield made
    made.updater.close()


def look(browser: Browser, **restored: object) -> str:
    """Open the page; return the total of the image."""
    browser.send("recall", **restored)
    browser.hello()
    browser.look()
    browser.paint()
    return str(browser.figure().title.text)


def test_pause_is_taken_over_while_the_frame_is_there(
    browser: Browser, anew: Browser, paused: tuple[str, str]
) -> None:
    cell, name = paused
    assert "48" in look(anew, paused={cell: name})
    assert anew.status("Panel 0")["paused"]
    browser.updater.close()  # the session that kept it ends some seconds later
    anew.look()
    assert "48" in str(anew.figure().title.text)
    anew.send("pause", cell=cell, on=False)
    anew.look()
    assert "80" in str(anew.figure().title.text)
    assert len(frozen_frames(browser.services)) == 0


def test_plot_goes_on_once_the_frame_is_gone(
    browser: Browser, anew: Browser, paused: tuple[str, str]
) -> None:
    cell, name = paused
    browser.updater.close()
    assert "80" in look(anew, paused={cell: name})
    assert not anew.status("Panel 0")["paused"]


@pytest.mark.parametrize(
    "restored",
    [
        {"paused": {"gone": "name"}, "sliders": {"gone": {"layer": 3}}},
        {"sliders": {"Panel 0": {"layer": -1}}},
        {"paused": [1, 2]},
        {"paused": {f"cell {n}": "x" for n in range(201)}},
    ],
)
def test_nonsense_is_left_alone(
    browser: Browser,
    anew: Browser,
    paused: tuple[str, str],
    restored: dict[str, object],
) -> None:
    assert "80" in look(anew, **restored)


def test_frame_of_another_plot_is_not_shown(
    browser: Browser, anew: Browser, paused: tuple[str, str]
) -> None:
    _, name = paused
    other = browser.cell("Panel 0, now")["id"]
    look(anew, paused={other: name})
    assert not anew.status("Panel 0, now")["paused"]

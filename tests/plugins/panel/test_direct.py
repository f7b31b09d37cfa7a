"""Updates that are known without HoloViews: where they proved right, only there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import holoviews as hv
import numpy as np
import pytest

from livedata_panel.render import direct
from livedata_panel.render.backend import prepare_backend
from livedata_panel.render.plot import MasterPlot
from tests.support.equality import differences, fresh_figure, picture
from tests.support.page import Viewer

OPTS: dict[str, Any] = {"clone": False, "backend": "bokeh", "responsive": True}


@pytest.fixture(autouse=True)
def _backend() -> None:
    prepare_backend()


def image(scale: float, title: str = "", shape: tuple[int, int] = (3, 4)) -> hv.Image:
    values = scale * np.arange(1.0, 1 + shape[0] * shape[1]).reshape(shape)
    element = hv.Image(values, bounds=(0, 0, shape[1], shape[0]), vdims=["n"])
    clim = (0.0, float(values.max()))
    return element.opts(**OPTS, clim=clim, title=title or f"Total {values.sum():g}")


def curves(scale: float, count: int = 5) -> hv.Overlay:
    y = hv.Dimension("n", range=(0.0, 10 * scale))
    x = hv.Dimension("t [ms]", range=(0.0, float(count)))
    made = [
        hv.Curve(
            (np.arange(float(count)), scale * factor * np.arange(float(count))),
            kdims=[x],
            vdims=[y],
            label=label,
        ).opts(**OPTS, padding=0, tools=["hover"], title="")
        for label, factor in (("a", 1), ("b", 2))
    ]
    return hv.Overlay(made)


class Watched:
    """A master plot of which is noted what HoloViews is sent."""

    def __init__(self, element: Any, patch: pytest.MonkeyPatch) -> None:
        self.master = MasterPlot(element)
        self.sent = 0
        send = self.master._send

        def noted(element: Any) -> None:
            self.sent += 1
            send(element)

        patch.setattr(self.master, "_send", noted)
        self.viewer = Viewer(self.master.drawn)

    def update(self, element: Any) -> None:
        """Update, and compare what a browser has with a fresh figure."""
        self.viewer.show(self.master.update(element))
        fresh = picture(fresh_figure(element))
        found = list(differences(picture(self.viewer.root), fresh))
        assert not found, "\n".join(found)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    made: list[Watched] = []

    def make(element: Any) -> Watched:
        made.append(Watched(element, monkeypatch))
        return made[-1]

    yield make
    for one in made:
        one.master.close()


def test_image_is_updated_without_holoviews_once_proved(watched: Any) -> None:
    plot = watched(image(1.0))
    for scale in (2.0, 3.0, 0.5):
        plot.update(image(scale))
    plot.update(image(4.0, shape=(6, 2)))
    assert plot.sent == 1


def test_curves_are_updated_without_holoviews_once_proved(watched: Any) -> None:
    plot = watched(curves(1.0))
    for scale in (2.0, 3.0):
        plot.update(curves(scale))
    plot.update(curves(3.0, count=9))
    assert plot.sent == 1


def test_what_only_holoviews_knows_is_left_to_it(watched: Any) -> None:
    plot = watched(image(1.0))
    plot.update(image(2.0, "two"))
    plot.update(image(3.0, "three"))
    assert plot.sent == 1
    plot.update(image(4.0, "n is {dimensions}"))
    plot.update(image(0.0, "all alike"))
    # HoloViews remembers this title from the first update.
    plot.update(image(0.0, "two"))
    assert plot.sent == 4
    # Labels could have changed meanwhile.
    plot.update(image(3.0, "three"))
    assert plot.sent == 5
    plot.update(image(4.0, "four"))
    assert plot.sent == 5


def test_title_that_becomes_empty_goes(watched: Any) -> None:
    plot = watched(image(1.0, "one"))
    plot.update(image(2.0, "two"))
    plot.update(image(3.0).opts(clone=False, title=""))
    plot.update(image(4.0, "four"))
    assert plot.sent == 1


def test_other_labels_are_proved_anew(watched: Any) -> None:
    plot = watched(image(1.0).opts(clone=False, xlabel="one"))
    plot.update(image(2.0).opts(clone=False, xlabel="one"))
    for scale in (2.0, 3.0, 4.0, 5.0):
        plot.update(image(scale).opts(clone=False, xlabel="two"))
    assert plot.sent == 3


def test_holoviews_does_all_where_it_sets_more(
    watched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "_title", lambda *_: iter(()))
    plot = watched(image(1.0))
    for scale in (2.0, 3.0, 4.0):
        plot.update(image(scale))
    assert plot.sent == 3


def test_proof_is_repeated(watched: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "PROOF_INTERVAL", 3)
    plot = watched(image(1.0))
    for scale in range(2, 9):
        plot.update(image(float(scale)))
    assert plot.sent == 3


def test_element_at_the_place_of_one_long_gone_is_drawn(watched: Any) -> None:
    first = image(1.0)
    plot = watched(first)
    later = image(2.0, "n is {dimensions}")
    # As Python may have it for an element that came after the first was let go.
    later._plot_id = first._plot_id
    plot.update(later)

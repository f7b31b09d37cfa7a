"""Regions of interest: kept for all, stored, sent to every job that lacks them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from livedata_core.contract import (
    ArrayData,
    JobId,
    Message,
    Polygon,
    Rectangle,
    ResultKey,
    Topics,
    Variable,
    regions_from_wire,
    regions_to_wire,
)
from livedata_core.data.service import DataService
from livedata_core.jobs import ActiveJobRegistry, RegionService
from livedata_core.jobs.regions import RETRY_NS, regions_of
from tests.support.clock import FakeClock
from tests.support.job_statuses import TOTAL, number

SQUARE = ((1.0, 3.0), (2.0, 4.0))
TRIANGLE = ((0.0, 4.0, 2.0), (0.0, 0.0, 3.0))


class Sink:
    """Keeps what is sent; refuses while it is full."""

    def __init__(self) -> None:
        self.messages: list[Message[Any]] = []
        self.full = False

    def send(self, message: Message[Any]) -> None:
        if self.full:
            raise RuntimeError("the queue is full")
        self.messages.append(message)

    def take(self) -> list[tuple[str, dict[int, Any]]]:
        taken, self.messages = self.messages, []
        return [(m.source_name, regions_from_wire(m.payload)) for m in taken]


class Desk:
    """A region service with all that it talks to."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.active = ActiveJobRegistry(self.clock)
        self.data = DataService()
        self.sink = Sink()
        self.documents: list[Any] = []
        self.regions = self.service({})

    def service(self, document: dict[str, Any]) -> RegionService:
        stored, problems = regions_of(document)
        assert not problems
        return RegionService(
            self.active,
            self.data,
            self.sink,
            Topics("acme"),
            save=self.documents.append,
            stored=stored,
            clock=self.clock,
        )

    def read_back(self, regions: dict[int, Any]) -> None:
        key = ResultKey(TOTAL, JobId("panel", number(1)), "roi_rectangle")
        payload = regions_to_wire("rectangle", regions)
        with self.data.transaction() as change:
            change.put(key, payload, self.clock())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_region_is_sent_to_the_job_in_coordinates_of_the_wire(desk: Desk) -> None:
    desk.active.accept(TOTAL, "panel", number(1))
    desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE, units=(None, None))
    desk.regions.add(TOTAL, "panel", "polygon", *TRIANGLE)
    _, rectangles, polygons = desk.sink.take()
    job = f"panel/{number(1)}"
    # Pixel 0 reaches from 0 to 1 there, and on the screen from -0.5 to 0.5.
    square = Rectangle((1.5, 3.5), (2.5, 4.5))
    assert rectangles == (f"{job}/roi_rectangle", {0: square, 1: square})
    assert polygons == (f"{job}/roi_polygon", {4: Polygon(*TRIANGLE)})


def test_units_of_the_axes_travel_and_coordinates_stay(desk: Desk) -> None:
    desk.active.accept(TOTAL, "panel", number(1))
    desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE, units=("mm", "m"))
    assert desk.sink.take()[0][1] == {0: Rectangle(*SQUARE, "mm", "m")}
    with pytest.raises(ValueError, match="equal units"):
        desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    assert len(desk.regions.of(TOTAL, "panel")) == 1


def test_units_come_from_the_image(desk: Desk) -> None:
    with pytest.raises(ValueError, match="no image yet"):
        desk.regions.units(TOTAL, "panel", "image")
    image = ArrayData(
        (
            Variable("signal", ("y", "x"), np.zeros((2, 2)), "counts"),
            Variable("x", ("x",), np.arange(3.0), "mm"),
        )
    )
    key = ResultKey(TOTAL, JobId("panel", number(1)), "image")
    with desk.data.transaction() as change:
        change.put(key, image, 1)
    assert desk.regions.units(TOTAL, "panel", "image") == ("mm", None)


def test_shape_name_and_deletion_reach_all_and_the_job(desk: Desk) -> None:
    desk.active.accept(TOTAL, "panel", number(1))
    desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    version = desk.regions.version
    desk.regions.reshape(TOTAL, "panel", 0, (0.0, 9.0), (0.0, 9.0))
    desk.regions.rename(TOTAL, "panel", 0, " Sample ")
    (region,) = desk.regions.of(TOTAL, "panel")
    assert (region.name, region.x) == ("Sample", (0.0, 9.0))
    desk.regions.remove(TOTAL, "panel", 0)
    desk.regions.remove(TOTAL, "panel", 0)
    assert desk.regions.version == version + 3
    assert [sent for _, sent in desk.sink.take()][-1] == {}
    with pytest.raises(KeyError, match="is gone"):
        desk.regions.rename(TOTAL, "panel", 0, "x")


@pytest.mark.parametrize(
    ("kind", "x", "y", "sentence"),
    [
        ("rectangle", (3.0, 1.0), (0.0, 1.0), "width and a height"),
        ("polygon", (0.0, 1.0), (0.0, 1.0), "three corners"),
        ("polygon", (0.0, 1.0, 2.0), (0.0, 1.0), "as many x as y"),
        ("rectangle", (0.0, float("nan")), (0.0, 1.0), "finite"),
    ],
)
def test_what_is_no_region_is_refused(
    desk: Desk, kind: Any, x: Any, y: Any, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        desk.regions.add(TOTAL, "panel", kind, x, y)
    assert not desk.documents


def test_there_are_no_more_than_a_worker_takes(desk: Desk) -> None:
    for _ in range(4):
        desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    with pytest.raises(ValueError, match="4 rectangles already"):
        desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    desk.regions.remove(TOTAL, "panel", 2)
    assert desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE) == 2


def test_new_job_gets_what_was_drawn_before_even_after_a_restart(desk: Desk) -> None:
    desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    assert desk.sink.take() == []
    again = desk.service(desk.documents[-1])
    assert again.of(TOTAL, "panel") == desk.regions.of(TOTAL, "panel")
    desk.active.accept(TOTAL, "panel", number(1))
    again.look()
    again.look()
    assert len(desk.sink.take()) == 1
    desk.active.accept(TOTAL, "panel", number(2))
    again.look()
    ((job, _),) = desk.sink.take()
    assert job == f"panel/{number(2)}/roi_rectangle"


def test_job_that_lost_its_regions_gets_them_again(desk: Desk) -> None:
    desk.active.accept(TOTAL, "panel", number(1))
    desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    desk.sink.take()
    desk.read_back({})
    desk.regions.look()
    assert desk.sink.take() == []  # it may be on its way
    desk.clock.now_ns += RETRY_NS + 1
    desk.regions.look()
    assert len(desk.sink.take()) == 1
    # What another dashboard has drawn there is not fought over.
    desk.read_back({3: Rectangle((0.0, 1.0), (0.0, 1.0))})
    desk.clock.now_ns += RETRY_NS + 1
    desk.regions.look()
    assert desk.sink.take() == []


def test_what_could_not_be_sent_is_kept_and_sent_later(desk: Desk) -> None:
    desk.active.accept(TOTAL, "panel", number(1))
    desk.sink.full = True
    desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    with pytest.raises(RuntimeError, match="full"):
        desk.regions.look()
    desk.sink.full = False
    desk.regions.look()
    assert len(desk.sink.take()) == 1


def test_bad_entries_cost_only_themselves(desk: Desk) -> None:
    desk.regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    document = desk.documents[-1]
    bad = {**document["regions"][0], "source": "other", "regions": [{"index": 99}]}
    stored, problems = regions_of({"regions": [bad, "?", *document["regions"]]})
    assert list(stored) == [(TOTAL, "panel")]
    assert len(problems) == 2


def test_deleted_region_comes_back_as_it_was_or_beside_a_new_one(desk: Desk) -> None:
    regions = desk.regions
    regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    regions.rename(TOTAL, "panel", 0, "Peak")
    (peak,) = regions.of(TOTAL, "panel")
    removed = regions.remove(TOTAL, "panel", 0)
    assert regions.removed() == {removed}
    regions.restore(removed)
    assert regions.of(TOTAL, "panel") == (peak,)
    with pytest.raises(KeyError, match="put back already"):
        regions.restore(removed)
    again = regions.remove(TOTAL, "panel", 0)
    regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    regions.restore(again)
    assert [(r.index, r.name) for r in regions.of(TOTAL, "panel")] == [
        (0, "Region 1"),
        (1, "Peak"),
    ]


def test_deleted_region_waits_while_there_are_as_many_as_may_be(desk: Desk) -> None:
    regions = desk.regions
    for _ in range(4):
        regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    removed = regions.remove(TOTAL, "panel", 1)
    regions.add(TOTAL, "panel", "rectangle", *SQUARE)
    with pytest.raises(ValueError, match="4 rectangles already"):
        regions.restore(removed)
    assert regions.removed() == {removed}

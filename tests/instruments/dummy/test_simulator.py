"""The simulator keeps time and order, and repeats itself."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise, takewhile
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import Message
from livedata_dummy.instrument import DUMMY, PANEL
from livedata_dummy.simulator import Simulator

START_NS = 1_795_474_528_123_456_789
SECOND_NS = 1_000_000_000


def play(seconds: int, start_ns: int = START_NS, seed: int = 1) -> list[Message[Any]]:
    end_ns = start_ns + seconds * SECOND_NS
    messages = Simulator(DUMMY, seed).messages(start_ns)
    return list(takewhile(lambda message: message.timestamp_ns < end_ns, messages))


def by_source(messages: list[Message[Any]]) -> dict[str, list[Message[Any]]]:
    streams = defaultdict(list)
    for message in messages:
        streams[message.source_name].append(message)
    return streams


@pytest.fixture(scope="module")
def ten_seconds() -> list[Message[Any]]:
    return play(10)


def same(left: Message[Any], right: Message[Any]) -> bool:
    arrays = type(left.payload).__slots__
    return (left.source_name, left.timestamp_ns) == (
        right.source_name,
        right.timestamp_ns,
    ) and all(
        np.array_equal(getattr(left.payload, name), getattr(right.payload, name))
        for name in arrays
    )


def test_messages_come_in_order_of_time(ten_seconds):
    times = [message.timestamp_ns for message in ten_seconds]
    assert times == sorted(times)
    assert times[0] >= START_NS


def test_every_source_of_the_instrument_sends(ten_seconds):
    sent = {(message.topic, message.source_name) for message in ten_seconds}
    declared = {(source.topic, source.source_name) for source in DUMMY.sources}
    assert sent == declared


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("panel_0", 140),
        ("monitor1", 140),
        ("monitor2", 140),
        ("area_panel", 10),
        ("motion1", 10),
        ("motion2", 2),
    ],
)
def test_sources_send_at_their_rate(ten_seconds, source, number):
    assert len(by_source(ten_seconds)[source]) == number


def test_pulses_lie_on_the_grid_of_the_source(ten_seconds):
    times = [message.timestamp_ns for message in by_source(ten_seconds)["panel_0"]]
    numbers = [-(-time * 14 // SECOND_NS) for time in times]
    assert [number * SECOND_NS // 14 for number in numbers] == times
    assert {later - earlier for earlier, later in pairwise(times)} <= {
        71_428_571,
        71_428_572,
    }


def test_a_pulse_at_the_start_is_sent():
    first = by_source(play(1))["panel_0"][0].timestamp_ns
    assert by_source(play(1, start_ns=first))["panel_0"][0].timestamp_ns == first


def test_events_lie_on_the_panel_and_within_the_frame(ten_seconds):
    for message in by_source(ten_seconds)["panel_0"]:
        events = message.payload
        assert events.pixel_id.dtype == events.time_of_flight.dtype == np.int32
        assert len(events.pixel_id) == len(events.time_of_flight)
        assert events.pixel_id.min() >= PANEL.first_pixel_id
        assert events.pixel_id.max() < PANEL.first_pixel_id + 128 * 128
        assert events.time_of_flight.min() >= 0
        assert events.time_of_flight.max() < 71_428_572
        assert events.reference_time.tolist() == [message.timestamp_ns]


def test_panel_sees_thousands_of_events_a_second(ten_seconds):
    events = sum(
        len(message.payload.pixel_id) for message in by_source(ten_seconds)["panel_0"]
    )
    assert 140 * 1_000 < events < 140 * 5_000


def test_beam_stop_casts_a_shadow(ten_seconds):
    ids = np.concatenate(
        [message.payload.pixel_id for message in by_source(ten_seconds)["panel_0"]]
    )
    image = np.bincount(ids - 1, minlength=128 * 128).reshape(128, 128)
    assert image[62:66, 62:66].sum() == 0
    assert image[62:66, 76:80].mean() > 2 * image[:16, :16].mean()


def test_monitors_have_different_spectra(ten_seconds):
    streams = by_source(ten_seconds)
    first, second = (
        np.concatenate([message.payload.time_of_flight for message in streams[name]])
        for name in ("monitor1", "monitor2")
    )
    edges = np.linspace(0, 71_428_572, 21)
    shapes = [np.histogram(times, edges)[0] / len(times) for times in (first, second)]
    assert np.abs(shapes[0] - shapes[1]).sum() > 0.5


def test_camera_images_are_uint16(ten_seconds):
    (image, *_) = by_source(ten_seconds)["area_panel"]
    assert image.payload.values.shape == (256, 256)
    assert image.payload.values.dtype == np.uint16


def test_equal_seed_and_start_give_equal_messages(ten_seconds):
    again = play(10)
    assert len(again) == len(ten_seconds)
    assert all(map(same, again, ten_seconds))


def test_another_seed_gives_other_events(ten_seconds):
    other = by_source(play(1, seed=2))["panel_0"][0]
    assert not same(other, by_source(ten_seconds)["panel_0"][0])

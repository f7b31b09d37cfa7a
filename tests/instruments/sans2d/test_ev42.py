"""ev42 as ISIS sends it becomes events; bad bytes become a DecodeError."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streaming_data_types.eventdata_ev42 import serialise_ev42
from streaming_data_types.eventdata_ev44 import serialise_ev44

from livedata_core.contract import DecodeError, EventData, Message, WireMessage
from livedata_core.plugins import load_plugins
from livedata_sans2d.ev42 import decode

PULSE_NS = 1_460_429_932_940_000_000
TIMES = [0, 24_246, 99_999_610]
PIXELS = [9, 61_448, 122_888]


def encoded(times: list[int], pixels: list[int], pulse_ns: int = PULSE_NS) -> bytes:
    isis = {"period_number": 1, "run_state": 1, "proton_charge": 0.25}
    return serialise_ev42("detector_1", 7, pulse_ns, times, pixels, isis)


def read(value: bytes) -> Message[EventData]:
    return decode(WireMessage("sans2d_detector", value))


def test_events_come_back_as_they_were_sent():
    message = read(encoded(TIMES, PIXELS))
    assert message.topic == "sans2d_detector"
    assert message.source_name == "detector_1"
    assert message.timestamp_ns == PULSE_NS
    events = message.payload
    assert events.reference_time.tolist() == [PULSE_NS]
    assert events.reference_time_index.tolist() == [0]
    assert events.time_of_flight.tolist() == TIMES
    assert events.pixel_id.tolist() == PIXELS
    assert events.time_of_flight.dtype == events.pixel_id.dtype == np.int32


def test_pulse_without_events_is_a_pulse():
    events = read(encoded([], [])).payload
    assert events.reference_time.tolist() == [PULSE_NS]
    assert len(events.time_of_flight) == len(events.pixel_id) == 0


def test_different_numbers_of_times_and_pixels_are_refused():
    with pytest.raises(DecodeError, match="3 times of flight, but 2 pixel ids"):
        read(encoded(TIMES, PIXELS[:2]))


@pytest.mark.parametrize(
    ("times", "pixels", "pulse_ns", "what"),
    [
        ([2**31], [9], PULSE_NS, "time of flight"),
        ([1], [2**31], PULSE_NS, "pixel id"),
        ([1], [9], 2**63, "pulse time"),
    ],
)
def test_numbers_that_cannot_be_are_refused(times, pixels, pulse_ns, what):
    with pytest.raises(DecodeError, match=what):
        read(encoded(times, pixels, pulse_ns))


def test_another_schema_is_refused():
    value = serialise_ev44("detector_1", 7, [PULSE_NS], [0], TIMES, PIXELS)
    with pytest.raises(DecodeError):
        read(value)


def test_no_decoder_is_in_its_way():
    assert (
        load_plugins().registry.decoders["ev42"].decode == "livedata_sans2d.ev42:decode"
    )


WHOLE = encoded(TIMES, PIXELS)


def read_or_refuse(value: bytes) -> None:
    try:
        events = read(value).payload
    except DecodeError:
        return
    assert len(events.time_of_flight) == len(events.pixel_id)


@given(st.integers(0, len(WHOLE) - 1))
def test_cut_bytes_are_refused_or_read(length):
    read_or_refuse(WHOLE[:length])


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))))
def test_changed_bytes_are_refused_or_read(changes):
    value = bytearray(WHOLE)
    for position, byte in changes:
        value[position] = byte
    read_or_refuse(bytes(value))


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(junk):
    with pytest.raises(DecodeError):
        read(junk)


@given(st.binary(max_size=200))
def test_random_bytes_behind_the_schema_id_are_refused_or_read(junk):
    read_or_refuse(WHOLE[:8] + junk)

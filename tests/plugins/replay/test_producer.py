"""NeXus files as streams of messages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from livedata_core.contract import Detector, EventData, Instrument, Message, StreamId
from livedata_replay import reading
from livedata_replay.errors import ReplayError
from livedata_replay.producer import NexusProducer
from tests.support.nexus_files import BANK, INSTRUMENT, datasets, write

START_NS = 1_800_000_000_000_000_000
MS = 1_000_000


def played(path: Path, instrument: Instrument = INSTRUMENT) -> list[Message[EventData]]:
    return list(NexusProducer(path, instrument).messages(START_NS))


def times(messages: list[Message[EventData]]) -> list[int]:
    return [(message.timestamp_ns - START_NS) // MS for message in messages]


def one_group(folder: Path, **changes: Any) -> Path:
    return write(folder / "f.nxs", {BANK: datasets(**changes)})


@pytest.mark.data
def test_the_real_file_plays_all_its_events(sans2d_file: Path) -> None:
    stream = StreamId("sans2d_detector", "detector_1")
    bank = Detector(
        name="rear",
        title="Rear",
        topic=stream.topic,
        source_name=stream.source_name,
        dims=("tube", "pixel"),
        shape=(120, 512),
        first_pixel_id=9,
    )
    instrument = Instrument(
        name="sans2d",
        title="SANS2D",
        detectors=(bank,),
        nexus_events={"raw_data_1/detector_1_events": stream},
    )
    producer = NexusProducer(sans2d_file, instrument)
    assert (producer.pulses, producer.events) == (300, 237_078)
    messages = list(producer.messages(START_NS))
    assert len(messages) == 300
    assert {(m.topic, m.source_name) for m in messages} == {
        ("sans2d_detector", "detector_1")
    }
    with h5py.File(sans2d_file) as file:
        group = file["raw_data_1/detector_1_events"]
        ids, offsets = group["event_id"][:], group["event_time_offset"][:]
        zero = group["event_time_zero"][:]
        index = group["event_index"][:]
    np.testing.assert_array_equal(
        np.concatenate([m.payload.pixel_id for m in messages]), ids
    )
    np.testing.assert_array_equal(
        np.concatenate([m.payload.time_of_flight for m in messages]),
        np.rint(offsets.astype(float) * 1000),
    )
    np.testing.assert_array_equal(
        [m.payload.pixel_id.size for m in messages], np.diff([*index, ids.size])
    )
    np.testing.assert_allclose(
        [m.payload.reference_time[0] - START_NS for m in messages],
        (zero - zero[0]) * 1e9,
        atol=2,
    )


def test_each_pulse_is_a_message_with_its_events(tmp_path: Path) -> None:
    messages = played(one_group(tmp_path))
    assert times(messages) == [0, 100, 200]
    assert [m.payload.pixel_id.tolist() for m in messages] == [[1, 2], [], [4]]
    assert [m.payload.time_of_flight.tolist() for m in messages] == [
        [1500, 2000],
        [],
        [3000],
    ]
    for message in messages:
        assert (message.topic, message.source_name) == ("acme_detector", "bank")
        assert message.payload.reference_time.tolist() == [message.timestamp_ns]
        assert message.payload.reference_time_index.tolist() == [0]
        assert message.payload.pixel_id.dtype == np.int32
        assert message.payload.time_of_flight.dtype == np.int32


def test_groups_are_merged_in_time(tmp_path: Path) -> None:
    late = datasets(event_time_zero=np.array([0.05, 0.15, 0.25]))
    path = write(
        tmp_path / "f.nxs", {BANK: datasets(), "entry/instrument/mon/events": late}
    )
    messages = played(path)
    assert times(messages) == [0, 50, 100, 150, 200, 250]
    assert [m.source_name for m in messages] == ["bank", "mon"] * 3


def test_it_loops_one_period_after_the_last_pulse(tmp_path: Path) -> None:
    producer = NexusProducer(one_group(tmp_path), INSTRUMENT, loop=True)
    messages = list(islice(producer.messages(START_NS), 7))
    assert times(messages) == [0, 100, 200, 300, 400, 500, 600]
    assert producer.total is None


def test_a_single_pulse_loops_at_the_rate_of_the_instrument(tmp_path: Path) -> None:
    one = {name: data[:1] for name, data in datasets().items()}
    path = write(tmp_path / "f.nxs", {BANK: one})
    producer = NexusProducer(path, INSTRUMENT, loop=True)
    assert times(list(islice(producer.messages(START_NS), 3))) == [0, 100, 200]


@pytest.mark.parametrize(
    ("zero", "zero_attrs"),
    [
        (np.array([5, 6, 7]) * 10**8, {}),
        (np.array([5, 6, 7]), {"units": "s"}),
        (np.array([5.0, 6.0, 7.0]), {"offset": "2016-04-12T02:58:52"}),
        (np.array([5000.0, 6000.0, 7000.0]), {"units": "ms"}),
    ],
    ids=["integer ns", "integer s", "offset", "ms"],
)
def test_units_of_pulse_times(
    tmp_path: Path, zero: np.ndarray, zero_attrs: dict[str, str]
) -> None:
    path = write(
        tmp_path / "f.nxs",
        {BANK: datasets(event_time_zero=zero)},
        {"event_time_zero": zero_attrs},
    )
    step = 100 if zero.dtype == int and not zero_attrs else 1000
    assert times(played(path)) == [0, step, 2 * step]


@pytest.mark.parametrize(
    ("offset", "units", "expected"),
    [
        (np.array([1500, 2000, 3000]), None, [1500, 2000, 3000]),
        (np.array([1.5, 2, 3]), "ms", [1_500_000, 2_000_000, 3_000_000]),
        (np.array([1.5, 2, 3]), "microsecond", [1500, 2000, 3000]),
        (np.array([2, 2, 2], np.uint32), "µs", [2000, 2000, 2000]),
        (np.array([1.4, 1.6, -1.6]), "ns", [1, 2, -2]),
        (np.array([np.nan, np.inf, 1e30]), "s", [-(2**31), 2**31 - 1, 2**31 - 1]),
    ],
)
def test_units_of_times_of_flight(
    tmp_path: Path, offset: np.ndarray, units: str | None, expected: list[int]
) -> None:
    path = write(
        tmp_path / "f.nxs",
        {BANK: datasets(event_time_offset=offset)},
        {"event_time_offset": {"units": units} if units else {}},
    )
    found = np.concatenate([m.payload.time_of_flight for m in played(path)])
    assert found.tolist() == expected


def test_offsets_of_groups_are_kept_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "f.nxs", {BANK: datasets(), "entry/mon": datasets()})
    with h5py.File(path, "r+") as file:
        for place, time in ((BANK, "T00:00:00"), ("entry/mon", "T00:00:10Z")):
            file[place]["event_time_zero"].attrs["offset"] = "2020-01-01" + time
    assert times(played(path)) == [0, 100, 200, 10_000, 10_100, 10_200]


def test_a_monitor_needs_no_event_ids(tmp_path: Path) -> None:
    path = write(tmp_path / "f.nxs", {"entry/monitor": datasets(event_id=None)})
    messages = played(path)
    assert [m.payload.pixel_id for m in messages] == [None, None, None]
    assert sum(m.payload.time_of_flight.size for m in messages) == 3


def test_reading_in_pieces_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    counts = rng.integers(0, 5, 50)
    events = int(counts.sum())
    path = one_group(
        tmp_path,
        event_time_zero=np.arange(50) * 0.1,
        event_index=np.cumsum(counts) - counts,
        event_time_offset=rng.random(events),
        event_id=np.arange(events),
    )
    whole = played(path)
    monkeypatch.setattr(reading, "PULSES_PER_READ", 7)
    monkeypatch.setattr(reading, "EVENTS_PER_READ", 6)
    pieces = played(path)
    assert times(pieces) == times(whole)
    for a, b in zip(pieces, whole, strict=True):
        np.testing.assert_array_equal(a.payload.pixel_id, b.payload.pixel_id)
    monkeypatch.setattr(reading, "EVENTS_PER_READ", 3)
    split = played(path)
    assert max(m.payload.pixel_id.size for m in split) == 3
    ids = np.concatenate([m.payload.pixel_id for m in split])
    np.testing.assert_array_equal(ids, np.arange(events))


def test_times_that_go_back_are_raised(tmp_path: Path) -> None:
    path = one_group(tmp_path, event_time_zero=np.array([0.0, 0.2, 0.1]))
    assert times(played(path)) == [0, 200, 200]
    producer = NexusProducer(path, INSTRUMENT, loop=True)
    looped = times(list(islice(producer.messages(START_NS), 9)))
    assert looped == sorted(looped)


def test_what_an_interrupted_writer_announced_is_left_out(tmp_path: Path) -> None:
    path = one_group(
        tmp_path,
        event_time_zero=np.arange(5.0),
        event_index=np.array([0, 2, 9], np.uint64),
        event_id=np.array([1, 2], np.uint32),
    )
    assert [m.payload.pixel_id.tolist() for m in played(path)] == [[1, 2], [], []]


@pytest.mark.parametrize(
    "index",
    [np.array([0, 3, 1]), np.array([-1, 0, 1]), np.array([2**64 - 1, 0, 0], np.uint64)],
)
def test_a_damaged_index_is_named(tmp_path: Path, index: np.ndarray) -> None:
    with pytest.raises(ReplayError, match=r"event_index of entry/.* does not ascend"):
        played(one_group(tmp_path, event_index=index))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"event_index": None}, "it has no event_index"),
        ({"event_time_zero": None}, "it has no event_time_zero"),
        ({"event_time_zero": np.zeros(0)}, "it has no pulses"),
        ({"event_time_zero": np.array([np.nan, 0.0, 1.0])}, "not finite"),
        ({"event_time_zero": np.array([2**62, 0, 1]) * 1.0}, "does not fit"),
        ({"event_id": np.array([b"a", b"b"])}, "its event_id is no list of numbers"),
        ({"event_index": np.zeros((2, 2), int)}, "its event_index is no list"),
        ({"event_index": np.array([0.5])}, "its event_index is no list"),
    ],
)
def test_a_group_that_cannot_be_read_is_named(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    path = one_group(tmp_path, **changes)
    with pytest.raises(ReplayError, match=reason):
        NexusProducer(path, INSTRUMENT)


def test_unknown_units_are_named(tmp_path: Path) -> None:
    path = write(
        tmp_path / "f.nxs",
        {BANK: datasets()},
        {"event_time_zero": {"units": "fortnight"}},
    )
    with pytest.raises(ReplayError, match="'fortnight' is no unit of time"):
        NexusProducer(path, INSTRUMENT)


@pytest.mark.parametrize(
    ("offset", "first", "reason"),
    [
        ("0001-01-01T00:00:00", 0, "'0001-01-01T00:00:00' is not between the years"),
        ("9999-12-31T00:00:00+14:00", 0, "is not between the years 1824 and 2116"),
        ("not a date", 0, "'not a date' is no ISO 8601 time"),
        ("2100-01-01", 2**63 - 10**9, "a time does not fit into 64-bit"),
        ("1900-01-01", -(2**63) + 10**9, "a time does not fit into 64-bit"),
    ],
)
def test_an_absurd_offset_is_named(
    tmp_path: Path, offset: str, first: int, reason: str
) -> None:
    path = write(
        tmp_path / "f.nxs",
        {BANK: datasets(event_time_zero=np.array([first, 0, 0]))},
        {"event_time_zero": {"offset": offset}},
    )
    with pytest.raises(ReplayError, match=reason) as error:
        NexusProducer(path, INSTRUMENT)
    assert str(path) in str(error.value)
    assert f"{BANK}: the offset of its event_time_zero: " in str(error.value)


def test_groups_without_stream_are_reported_and_the_others_play(tmp_path: Path) -> None:
    path = write(tmp_path / "f.nxs", {BANK: datasets(), "entry/other": datasets()})
    producer = NexusProducer(path, INSTRUMENT)
    assert [group.path for group in producer.unmapped] == ["entry/other"]
    assert producer.pulses == 3


def test_a_group_is_not_guessed_where_streams_differ(tmp_path: Path) -> None:
    twins = tuple(
        Detector(
            name=f"bank{i}",
            title="Bank",
            topic=f"acme_detector_{i}",
            source_name="bank",
            dims=("x",),
            shape=(4,),
        )
        for i in range(2)
    )
    instrument = Instrument(name="acme", title="ACME", detectors=twins)
    path = write(tmp_path / "f.nxs", {BANK: datasets()})
    with pytest.raises(ReplayError, match=rf"{BANK}.*'acme'.*nexus_events"):
        NexusProducer(path, instrument)
    named = instrument.model_copy(
        update={"nexus_events": {"/" + BANK: twins[1].stream}}
    )
    assert {m.topic for m in played(path, named)} == {"acme_detector_1"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match=r"run\.nxs: no such file"):
        NexusProducer(tmp_path / "run.nxs", INSTRUMENT)
    with pytest.raises(ReplayError, match="a folder"):
        NexusProducer(tmp_path, INSTRUMENT)


def test_a_file_of_another_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "f.nxs"
    for content in (b"", b"not a NeXus file", b"\x89HDF\r\n\x1a\n"):
        path.write_bytes(content)
        with pytest.raises(ReplayError, match=r"cannot replay .*f\.nxs"):
            NexusProducer(path, INSTRUMENT)


def test_a_file_without_events_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "f.nxs", {})
    with pytest.raises(ReplayError, match="no NXevent_data group"):
        NexusProducer(path, INSTRUMENT)


class Beat:
    """A companion with a message every 70 ms, endless."""

    def __init__(self, instrument: Instrument) -> None:
        self._name = instrument.name

    def messages(self, start_ns: int) -> Iterator[Message[Any]]:
        for time_ns in itertools.count(start_ns, 70_000_000):
            yield Message("acme_beat", self._name, time_ns, None)


def test_a_companion_plays_along_while_the_file_lasts(tmp_path: Path) -> None:
    instrument = INSTRUMENT.model_copy(update={"companion": f"{__name__}:Beat"})
    producer = NexusProducer(one_group(tmp_path), instrument, loop=True)
    messages = list(itertools.islice(producer.messages(START_NS), 15))
    assert times(messages) == sorted(times(messages))
    beats = [m for m in messages if m.topic == "acme_beat"]
    assert times(beats) == [0, 70, 140, 210, 280, 300, 370, 440, 510]
    assert NexusProducer(one_group(tmp_path), instrument).total is None

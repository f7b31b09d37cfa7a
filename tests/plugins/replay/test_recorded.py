"""Recordings as producers: what plays, when, and what is said of the rest."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest

from livedata_core.api import InProcessBroker, InProcessTransport
from livedata_core.contract import WireMessage
from livedata_replay.errors import ReplayError
from livedata_replay.opening import open_producer
from livedata_replay.playback import Playback
from livedata_replay.producer import NexusProducer
from livedata_replay.recorded import KeepingEncoder, RecordingProducer
from livedata_replay.recordings import open_recording
from livedata_replay.topics import Selection, TopicGroup, group_of, topics_of
from tests.support import corpus
from tests.support.nexus_files import BANK, INSTRUMENT, datasets, write
from tests.support.recordings import SECOND, START_NS, codecs, reading, record

NOW = START_NS + 3600 * SECOND + 123_456
TENTH = SECOND // 10
EVERYTHING = Selection(frozenset(TopicGroup))


def played(path: Path, chosen: Selection = EVERYTHING) -> RecordingProducer:
    return RecordingProducer(open_recording(path), chosen)


def test_messages_are_due_as_they_were_logged(tmp_path: Path) -> None:
    messages = [reading(number) for number in (0, 1, 5, 3)]
    producer = played(record(tmp_path / "f.mcap", messages))
    found = list(producer.messages(NOW))
    assert [m.payload for m in found] == messages
    due = [m.timestamp_ns - found[0].timestamp_ns for m in found]
    assert due == [0, TENTH, 5 * TENTH, 3 * TENTH]
    assert 0 <= NOW - found[0].timestamp_ns < 1_000_000
    assert (found[0].timestamp_ns - START_NS) % 1_000_000 == 0
    assert producer.total == 4


def test_it_loops_behind_the_last_message(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(0), reading(2)])
    producer = RecordingProducer(open_recording(path), EVERYTHING, loop=True)
    found = list(islice(producer.messages(START_NS), 5))
    assert [m.payload for m in found] == [reading(n) for n in (0, 2, 0, 2, 0)]
    due = [m.timestamp_ns for m in found]
    assert due == sorted(due)
    assert len(set(due)) == 5
    assert producer.total is None


def test_topics_that_are_not_chosen_are_left_out(tmp_path: Path) -> None:
    messages = [
        reading(0, topic="acme_livedata_data"),
        reading(1),
        reading(2, topic="acme_livedata_commands"),
        reading(3),
    ]
    path = record(tmp_path / "f.mcap", messages)
    producer = played(path, Selection(frozenset({TopicGroup.RAW})))
    assert [m.payload for m in producer.messages(NOW)] == [reading(1), reading(3)]
    assert producer.left_out == {"acme_livedata_data": 1, "acme_livedata_commands": 1}
    assert producer.total == 2
    assert producer.first_ns == reading(1).log_time_ns


@pytest.mark.parametrize("cut", [False, True])
def test_nothing_chosen_names_what_there_is(tmp_path: Path, cut: bool) -> None:
    path = record(tmp_path / "f.mcap", [reading(0, topic="acme_livedata_data")])
    if cut:
        path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ReplayError, match=r"it holds acme_livedata_data \(1\); choose"):
        played(path, Selection(frozenset({TopicGroup.RAW})))


def test_an_empty_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match=r"f\.mcap: it holds no message"):
        played(record(tmp_path / "f.mcap", []))


def test_a_cut_recording_plays_to_its_end_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = record(tmp_path / "f.mcap", [reading(n) for n in range(9)], chunk=3)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    producer = RecordingProducer(open_recording(path), EVERYTHING, loop=True)
    assert producer.total is None
    with caplog.at_level(logging.WARNING):
        found = list(islice(producer.messages(NOW), 20))
    assert {m.payload.log_time_ns for m in found} <= {
        reading(n).log_time_ns for n in range(6)
    }
    assert len(caplog.messages) == 1
    assert "it was cut" in caplog.messages[0]


def test_a_looping_file_that_is_emptied_ends(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(0)])
    producer = RecordingProducer(open_recording(path), EVERYTHING, loop=True)
    messages = producer.messages(NOW)
    next(messages)
    path.write_bytes(record(tmp_path / "empty.mcap", []).read_bytes())
    assert list(messages) == []


@pytest.mark.data
@pytest.mark.parametrize("suffix", ["mcap", "jsonl.zst"])
def test_kept_bytes_reach_the_broker_by_topic_and_in_order(
    recording: Sequence[WireMessage], tmp_path: Path, suffix: str
) -> None:
    path = corpus.RECORDING
    if suffix == "mcap":
        path = record(tmp_path / "f.mcap", open_recording(path).messages(pytest.fail))
    topics = sorted({wire.topic for wire in recording})
    transport = InProcessTransport(InProcessBroker())
    source = transport.source(topics)
    producer = played(path)
    playback = Playback(
        producer,
        KeepingEncoder(codecs()),
        transport.sink(),
        speed=float("inf"),
        total=producer.total,
        start_ns=producer.first_ns,
    )
    playback.start()
    arrived: dict[str, list[bytes]] = {topic: [] for topic in topics}
    while not playback.wait(0) or sum(map(len, arrived.values())) < len(recording):
        assert playback.error is None
        for wire in source.poll(1.0):
            arrived[wire.topic].append(wire.value)
    transport.close()
    for topic in topics:
        assert arrived[topic] == [w.value for w in recording if w.topic == topic]
    assert playback.progress.sent == len(recording)


def test_a_process_with_its_own_worker_gets_raw_topics_alone(tmp_path: Path) -> None:
    raw = [
        reading(0, topic="acme_monitor"),
        reading(1, topic="acme_filewriter"),
        reading(2, topic="acme_detector"),
    ]
    other = [
        reading(number, topic=topic)
        for number, topic in enumerate(
            ("acme_livedata_data", "acme_livedata_commands", "loki_detector"), 3
        )
    ]
    path = record(tmp_path / "f.mcap", [*raw, *other])
    producer = open_producer(path, INSTRUMENT)
    assert [m.payload for m in producer.messages(NOW)] == raw
    assert set(producer.left_out) == {m.topic for m in other}


def test_a_recording_of_another_instrument_is_named(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(0, topic="loki_detector")])
    with pytest.raises(ReplayError, match=r"holds loki_detector .*instrument 'acme'"):
        open_producer(path, INSTRUMENT)


def test_a_nexus_file_plays_its_events(tmp_path: Path) -> None:
    path = write(tmp_path / "f.nxs", {BANK: datasets(), "e/x": datasets()})
    producer = open_producer(path, INSTRUMENT)
    assert isinstance(producer, NexusProducer)
    assert producer.left_out == {"e/x": 3}


def test_every_topic_of_an_instrument_is_in_one_group() -> None:
    topics = topics_of(INSTRUMENT)
    assert [topic for topic in topics if group_of(topic) is TopicGroup.RAW] == [
        "acme_detector",
        "acme_monitor",
        "acme_filewriter",
    ]
    assert {t for t in topics if group_of(t) is TopicGroup.CONTROL} == {
        "acme_livedata_commands",
        "acme_livedata_roi",
    }
    assert len(topics) == 9


def test_a_selection_takes_names_beside_groups() -> None:
    chosen = Selection(
        frozenset({TopicGroup.RESULTS}), frozenset({"loki_detector"}), INSTRUMENT
    )
    assert chosen.of(topics_of(INSTRUMENT)) == (
        "acme_livedata_data",
        "acme_livedata_heartbeat",
        "acme_livedata_responses",
        "acme_livedata_nicos_data",
        "loki_detector",
    )
    assert "loki_livedata_data" not in chosen

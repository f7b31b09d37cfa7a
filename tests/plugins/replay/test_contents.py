"""What a recording is said to hold is what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_replay import contents
from livedata_replay.contents import StreamContents
from livedata_replay.errors import ReplayError
from livedata_replay.jsonl_reading import JsonlRecording
from livedata_replay.mcap_reading import McapRecording
from livedata_replay.recordings import Recorded, open_recording
from tests.support import corpus
from tests.support.recordings import START_NS, codecs, read, reading, record

TENTH = 100_000_000


def test_streams_are_told_apart_by_topic_schema_and_source(tmp_path: Path) -> None:
    messages = [
        *(reading(number) for number in range(11)),
        reading(3, source="y"),
        Recorded("acme_motion", b"....zz99", START_NS),
        Recorded("acme_motion", b"", START_NS),
        Recorded("acme_motion", b"....f144", START_NS),
        Recorded("acme_livedata_commands", b"{", START_NS),
    ]
    path = record(tmp_path / "f.mcap", messages)
    found = contents.read(McapRecording(path), codecs(), check=True)
    assert {(s.topic, s.schema, s.source_name): s.messages for s in found.streams} == {
        ("acme_livedata_commands", "json", "<error>"): 1,
        ("acme_motion", "", ""): 1,
        ("acme_motion", "f144", "<error>"): 1,
        ("acme_motion", "f144", "x"): 11,
        ("acme_motion", "f144", "y"): 1,
        ("acme_motion", "zz99", ""): 1,
    }
    (x,) = (s for s in found.streams if s.source_name == "x")
    assert x.nbytes == sum(len(message.value) for message in messages[:11])
    assert (x.first_ns, x.last_ns) == (START_NS, START_NS + 10 * TENTH)
    assert x.rate_hz == 10
    assert found.messages == len(messages)
    assert found.problems == ()


def test_a_finished_file_says_itself_what_reading_it_finds(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(number) for number in range(9)], 2)
    recording = McapRecording(path)
    assert recording.metadata(contents.METADATA) is not None
    stored = contents.read(recording, codecs())
    assert stored == contents.read(recording, codecs(), check=True)
    assert stored.messages == 9


@pytest.mark.data
@pytest.mark.usefixtures("recording")
def test_every_stream_of_the_shared_recording_is_counted(tmp_path: Path) -> None:
    messages, _ = read(corpus.RECORDING)
    path = record(tmp_path / "dummy.mcap", messages)
    stored = contents.read(McapRecording(path), codecs())
    assert stored == contents.read(JsonlRecording(corpus.RECORDING), codecs())
    assert stored.messages == 5113
    by_schema: dict[str, int] = {}
    for stream in stored.streams:
        by_schema[stream.schema] = by_schema.get(stream.schema, 0) + stream.messages
    assert by_schema == {
        "ev44": 2793,
        "da00": 1679,
        "x5f2": 333,
        "f144": 209,
        "ad00": 31,
        "json": 68,
    }


def test_a_cut_file_is_counted_by_reading(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(number) for number in range(9)], 3)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    found = contents.read(McapRecording(path), codecs())
    assert 0 < found.messages < 9
    assert len(found.problems) == 1


def test_an_empty_recording_has_no_streams(tmp_path: Path) -> None:
    found = contents.read(McapRecording(record(tmp_path / "f.mcap", [])), codecs())
    assert found == contents.Contents(())
    assert (found.first_ns, found.last_ns, found.nbytes) == (0, 0, 0)


@pytest.mark.parametrize(
    "streams", ["", "{}", "[[1]]", '[["t", "s", "n", 1, 2, 3, "4"]]', "[3]"]
)
def test_a_list_of_streams_that_makes_no_sense_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, streams: str
) -> None:
    monkeypatch.setattr(
        "livedata_replay.mcap_writing.to_metadata", lambda _: {"streams": streams}
    )
    path = record(tmp_path / "f.mcap", [reading(0)])
    assert contents.read(McapRecording(path), codecs()).messages == 1


def test_source_names_without_end_are_counted_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(contents, "MAX_STREAMS", 3)
    tally = contents.Tally(codecs())
    for number in range(10):
        tally.add(reading(number, source=f"source {number}"))
    found = {s.source_name: s.messages for s in tally.streams()}
    assert found == {"source 0": 1, "source 1": 1, "source 2": 1, "<other>": 7}


@given(
    magic=st.sampled_from([b"", b"\x89MCAP0\r\n", b"\x28\xb5\x2f\xfd", b'{"topic"']),
    rest=st.binary(max_size=300),
)
@settings(deadline=None, max_examples=300)
def test_any_bytes_are_read_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, magic: bytes, rest: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "f.mcap"
    path.write_bytes(magic + rest)
    try:
        recording = open_recording(path)
    except ReplayError:
        return
    assert contents.read(recording, codecs()).messages == 0


def test_problems_without_end_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text("{\n" * 100)
    found = contents.read(JsonlRecording(path), codecs())
    assert len(found.problems) == contents.MAX_PROBLEMS + 1
    assert found.problems[-1] == "and more"


def test_a_rate_needs_a_span() -> None:
    assert StreamContents("t", "", "", 3, 0, 5, 5).rate_hz is None

"""Recordings as MCAP: nothing is lost, and damage costs no more than itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader
from mcap.writer import CompressionType, Writer

from livedata_replay.errors import RecordingError, ReplayError
from livedata_replay.mcap_writing import RecordingWriter
from livedata_replay.recordings import FileKind, Recorded, file_kind, open_recording
from tests.support.recordings import codecs, read, reading, record

MESSAGES = [reading(number) for number in range(30)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a recording of six chunks."""
    path = tmp_path_factory.mktemp("whole") / "whole.mcap"
    return record(path, MESSAGES, chunk=5).read_bytes()


def test_messages_come_back_as_they_were(tmp_path: Path) -> None:
    messages = [
        *MESSAGES,
        Recorded("acme_livedata_commands", b'{"kind": 1}', 5, 4),
        Recorded("acme_detector", b"", 6, 6),
        Recorded("acme_detector", bytes(5_000_000), 7, 7),
        Recorded("acme_detector", b"\0\0\0\0zz99" + b"\xff" * 9, 8, 8),
    ]
    path = record(tmp_path / "f.mcap", messages)
    assert file_kind(path) is FileKind.MCAP
    assert read(path) == (messages, [])


def test_channels_name_topic_schema_and_encoding(tmp_path: Path) -> None:
    odd = [
        Recorded("acme_livedata_commands", b"{}", 1),
        Recorded("acme_motion", b"no schema", 2),
    ]
    path = record(tmp_path / "f.mcap", [MESSAGES[0], *odd])
    with path.open("rb") as file:
        found = {
            (channel.topic, channel.message_encoding, schema and schema.name)
            for schema, channel, _ in make_reader(file).iter_messages()
        }
    assert found == {
        ("acme_motion", "flatbuffer", "f144"),
        ("acme_motion", "flatbuffer", "chem"),
        ("acme_livedata_commands", "json", None),
    }


def test_the_index_counts_by_topic(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [*MESSAGES, reading(40, topic="acme_other")])
    index = open_recording(path).index()
    assert index is not None
    assert index.messages == {"acme_motion": 30, "acme_other": 1}
    assert index.first_ns == MESSAGES[0].log_time_ns
    assert index.last_ns == reading(40).log_time_ns


@given(cut=st.integers(min_value=1, max_value=20_000))
@settings(deadline=None, max_examples=200)
def test_a_file_cut_anywhere_gives_its_complete_chunks(
    whole: bytes, tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "f.mcap"
    path.write_bytes(whole[: min(cut, len(whole) - 1)])
    messages, damage = read(path)
    assert messages == MESSAGES[: len(messages)]
    assert len(messages) % 5 == 0
    assert len(damage) <= 1
    assert open_recording(path).index() is None
    if len(messages) < 30:
        assert "it was cut" in damage[0]


@given(
    at=st.integers(min_value=0, max_value=20_000),
    junk=st.binary(min_size=1, max_size=12),
)
@settings(deadline=None, max_examples=300)
def test_damaged_bytes_raise_nothing_and_forge_no_message(
    whole: bytes, tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes
) -> None:
    at = 8 + at % (len(whole) - 8)  # the first bytes name the format
    path = tmp_path_factory.mktemp("damaged") / "f.mcap"
    path.write_bytes(whole[:at] + junk + whole[at + len(junk) :])
    values = {message.value for message in MESSAGES}
    messages, _ = read(path)
    assert {message.value for message in messages} <= values
    recording = open_recording(path)
    index = recording.index()
    assert index is None or index.messages == {"acme_motion": 30}


def test_a_damaged_chunk_costs_its_messages_alone(whole: bytes, tmp_path: Path) -> None:
    position = whole.index(b"\x28\xb5\x2f\xfd", len(whole) // 4) + 40
    path = tmp_path / "f.mcap"
    path.write_bytes(whole[:position] + b"\0\0\0" + whole[position + 3 :])
    messages, (told,) = read(path)
    assert len(messages) == 25
    assert "is damaged and left out" in told


def test_files_of_other_writers_are_read(tmp_path: Path) -> None:
    for compression in CompressionType:
        path = tmp_path / f"{compression.name}.mcap"
        with path.open("wb") as file:
            writer = Writer(file, compression=compression)
            writer.start("ros2")
            channel = writer.register_channel("acme_motion", "cdr", 0)
            writer.add_message(channel, 5, b"value", 4)
            writer.finish()
        assert read(path) == ([Recorded("acme_motion", b"value", 5, 4)], [])


def test_a_file_without_chunks_is_read(tmp_path: Path) -> None:
    path = tmp_path / "f.mcap"
    with path.open("wb") as file:
        writer = Writer(file, use_chunking=False)
        writer.start()
        channel = writer.register_channel("acme_motion", "cdr", 0)
        writer.add_message(channel, 5, b"value", 4)
        writer.add_message(channel + 1, 6, b"of no channel", 4)
        writer.finish()
    messages, damage = read(path)
    assert messages == [Recorded("acme_motion", b"value", 5, 4)]
    assert damage == ["a message of channel 2 is left out"]


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "f.mcap"
    path.write_text("precious")
    with pytest.raises(RecordingError, match=r"f\.mcap exists; .*--force"):
        RecordingWriter(path, codecs())
    assert path.read_text() == "precious"
    RecordingWriter(path, codecs(), overwrite=True).close()
    assert read(path) == ([], [])


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"cannot make .*nowhere"):
        RecordingWriter(tmp_path / "nowhere" / "f.mcap", codecs())


def test_a_device_without_space_is_a_clear_error() -> None:
    writer = RecordingWriter(Path("/dev/full"), codecs(), overwrite=True)
    writer.write(MESSAGES[0])
    with pytest.raises(RecordingError, match=r"No space left on device; .* free space"):
        writer.flush()
    writer.close()  # after an error there is nothing more to say


FULL = """
import resource, sys
from pathlib import Path
from livedata_replay.errors import RecordingError
from tests.support.recordings import START_NS, codecs, reading, record
import numpy as np
from livedata_replay.recordings import Recorded
from livedata_replay.mcap_writing import RecordingWriter
writer = RecordingWriter(Path(sys.argv[1]), codecs())
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
noise = np.random.default_rng(1)
try:
    for number in range(100):
        writer.write(Recorded("t", noise.bytes(20_000), number))
        if number % 5 == 4:
            writer.flush()
except RecordingError as error:
    print(error)
    writer.close()
"""


def test_what_was_written_before_the_disk_was_full_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "f.mcap"
    finished = subprocess.run(
        [sys.executable, "-c", FULL, path], capture_output=True, text=True, check=True
    )
    assert "cannot write on in" in finished.stdout
    messages, (told,) = read(path)
    assert [message.log_time_ns for message in messages] == list(range(10))
    assert "it was cut" in told


KILLED = """
import sys
from pathlib import Path
from tests.support.recordings import codecs, reading
from livedata_replay.mcap_writing import RecordingWriter
writer = RecordingWriter(Path(sys.argv[1]), codecs())
for number in range(10):
    writer.write(reading(number))
writer.flush()
writer.write(reading(10))
print("written", flush=True)
sys.stdin.read()
"""


def test_a_killed_writer_leaves_what_it_flushed(tmp_path: Path) -> None:
    path = tmp_path / "f.mcap"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    messages, (told,) = read(path)
    assert messages == MESSAGES[:10]
    assert "it was cut, as by a writer that was killed" in told


def test_topics_and_schemas_that_bytes_invent_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livedata_replay.mcap_writing._MAX_SCHEMAS", 3)
    monkeypatch.setattr("livedata_replay.mcap_writing._MAX_CHANNELS", 8)
    odd = [Recorded("t", b"0000" + b"%04d" % n, n) for n in range(20)]
    assert read(record(tmp_path / "f.mcap", odd)) == (
        [Recorded(m.topic, m.value, m.log_time_ns, m.log_time_ns) for m in odd],
        [],
    )
    many = [Recorded(f"topic_{n}", b"", n) for n in range(9)]
    with pytest.raises(RecordingError, match="more than 8 topics; choose some"):
        record(tmp_path / "g.mcap", many)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", "it is empty"), (b"hello", "it is neither MCAP nor"), (None, "no such")],
)
def test_a_file_of_no_use_is_named(
    tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    path = tmp_path / "f.mcap"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReplayError, match=rf"cannot read .*f\.mcap: {complaint}"):
        open_recording(path)

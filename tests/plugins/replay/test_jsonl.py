"""Recordings as JSON lines, and the shared one converted."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.contract import WireMessage
from livedata_replay import jsonl_reading
from livedata_replay.recordings import FileKind, Recorded, file_kind, open_recording
from tests.support import corpus
from tests.support.recordings import read, record

MS = 1_000_000


def line(**changes: Any) -> bytes:
    row = {
        "topic": "acme_motion",
        "ts_ms": 12,
        "key_b64": None,
        "value_b64": base64.b64encode(b"value").decode(),
    }
    return json.dumps(row | changes).encode() + b"\n"


PLAYED = Recorded("acme_motion", b"value", 12 * MS, 12 * MS)


@pytest.mark.data
def test_the_shared_recording_converts_without_loss(
    recording: Sequence[WireMessage], tmp_path: Path
) -> None:
    messages, damage = read(corpus.RECORDING)
    assert damage == []
    assert [(m.topic, m.value, m.log_time_ns) for m in messages] == [
        (m.topic, m.value, m.log_time_ms * MS) for m in recording
    ]
    path = record(tmp_path / "dummy.mcap", messages, chunk=1000)
    assert read(path) == (messages, [])
    assert path.stat().st_size < corpus.RECORDING.stat().st_size * 1.2


@pytest.mark.parametrize("compressed", [False, True])
def test_lines_are_read_plain_and_compressed(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "f.jsonl"
    content = line() + line(ts_ms=13)
    path.write_bytes(zstandard.compress(content) if compressed else content)
    assert file_kind(path) is FileKind.JSONL
    assert open_recording(path).index() is None
    messages, damage = read(path)
    assert messages == [PLAYED, Recorded("acme_motion", b"value", 13 * MS, 13 * MS)]
    assert damage == []


@pytest.mark.parametrize(
    "odd",
    [
        b"{\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"[" * 100_000 + b"\n",
        line(value_b64="not base 64"),
        line(value_b64=3),
        line(ts_ms="12"),
        line(ts_ms=-1),
        line(ts_ms=2**62),
        line(topic=""),
        line(topic="a\nb"),
    ],
)
def test_an_odd_line_is_left_out_and_told(tmp_path: Path, odd: bytes) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(line() + odd + line())
    messages, (told,) = read(path)
    assert messages == [PLAYED, PLAYED]
    assert told.startswith("line 2 is left out: ")


def test_reading_in_pieces_changes_nothing(tmp_path: Path) -> None:
    big = base64.b64encode(bytes(3_000_000)).decode()
    path = tmp_path / "f.jsonl"
    path.write_bytes(line(value_b64=big) + line().rstrip())
    messages, damage = read(path)
    assert [len(message.value) for message in messages] == [3_000_000, 5]
    assert damage == []


def test_a_line_without_end_takes_no_memory_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl_reading, "MAX_LINE_BYTES", 2 << 20)
    path = tmp_path / "f.jsonl"
    path.write_bytes(line() + b"x" * (5 << 20))
    messages, (told,) = read(path)
    assert messages == [PLAYED]
    assert "longer than 2 MiB" in told


@given(cut=st.integers(min_value=1, max_value=10**6))
@settings(deadline=None)
def test_a_cut_file_ends_where_it_was_cut(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "f.jsonl.zst"
    compressor = zstandard.ZstdCompressor().compressobj()
    content = b"".join(
        compressor.compress(line(ts_ms=number))
        + compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        for number in range(20)
    )
    path.write_bytes(content[: 1 + cut % len(content)])
    messages, damage = read(path)
    assert [m.log_time_ns for m in messages] == [n * MS for n in range(len(messages))]
    assert len(damage) <= 1

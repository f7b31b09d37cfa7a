"""``livedata info``: telling what a file holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from livedata_cli.main import cli
from livedata_replay import info_command
from livedata_replay.recordings import Recorded
from tests.support.nexus_files import BANK, INSTRUMENT, datasets, write
from tests.support.recordings import START_NS, reading, record


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["info", *map(str, arguments)])


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the instrument `acme` be found."""
    monkeypatch.setattr(info_command, "find_instrument", lambda *_: INSTRUMENT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    groups = {BANK: datasets(), "e/x": datasets(), "e/y": datasets(event_index=None)}
    return write(tmp_path / "f.nxs", groups)


@pytest.mark.usefixtures("acme")
def test_json_tells_what_plays_where(file: Path) -> None:
    result = run(file, "--instrument", "acme", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["format"] == "nexus"
    unknown, broken, bank = document["groups"]
    assert bank["path"] == BANK
    assert bank["stream"] == {"topic": "acme_detector", "source_name": "bank"}
    assert (bank["events"], bank["pulses"], bank["duration_s"]) == (3, 3, 0.2)
    assert unknown["stream"] is None
    assert unknown["problem"] is None
    assert broken["problem"] == "it has no event_index"


@pytest.mark.usefixtures("acme")
def test_table_names_every_group(file: Path) -> None:
    result = run(file, "-i", "acme")
    assert result.exit_code == 0
    for text in ("e/x", "e/y", "it has no", "acme_detector:bank", "nexus_events"):
        assert text in result.stdout


def test_no_instrument_is_needed(file: Path) -> None:
    result = run(file)
    assert result.exit_code == 0
    assert "--instrument" in result.stdout


def test_a_file_without_events_says_so(tmp_path: Path) -> None:
    result = run(write(tmp_path / "f.nxs", {}))
    assert result.exit_code == 0
    assert "no NXevent_data group" in result.stdout


def test_an_unknown_instrument_lists_those_there_are(file: Path) -> None:
    result = run(file, "-i", "acne")
    assert result.exit_code == 3
    assert "no instrument 'acne'; there are: dummy" in result.stderr


def test_an_unreadable_file_is_one_clear_line(tmp_path: Path) -> None:
    result = run(tmp_path / "run.nxs")
    assert result.exit_code == 4
    assert "no such file" in result.stderr


def test_json_tells_the_streams_of_a_recording(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(number) for number in range(11)])
    for arguments in ((), ("--check",)):
        result = run(path, "--json", *arguments)
        assert result.exit_code == 0
        document = json.loads(result.stdout)
        (stream,) = document.pop("streams")
        nbytes = sum(len(reading(number).value) for number in range(11))
        assert document == {
            "file": str(path),
            "format": "mcap",
            "size": path.stat().st_size,
            "complete": True,
            "problems": [],
            "messages": 11,
            "bytes": nbytes,
            "first_ns": START_NS,
            "last_ns": START_NS + 10**9,
            "duration_s": 1.0,
        }
        assert stream == {
            "topic": "acme_motion",
            "schema": "f144",
            "source_name": "x",
            "messages": 11,
            "bytes": nbytes,
            "first_ns": START_NS,
            "last_ns": START_NS + 10**9,
            "rate_hz": 10.0,
        }


def test_table_names_streams_span_and_rate(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(number) for number in range(11)])
    result = run(path)
    assert result.exit_code == 0
    for text in (
        "acme_motion",
        "f144",
        "11 messages",
        "10.00",
        "22:13:20.000Z",
        "1.0 s",
    ):
        assert text in result.stdout


def test_a_cut_recording_says_so(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(n) for n in range(9)], chunk=3)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    document = json.loads(run(path, "--json").stdout)
    assert not document["complete"]
    assert 0 < document["messages"] < 9
    result = run(path)
    assert result.exit_code == 0
    assert "note: it was cut, as by a writer that was killed" in result.stdout


def test_an_empty_recording_is_no_error(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [])
    assert "0 messages" in run(path).stdout
    assert json.loads(run(path, "--json").stdout)["streams"] == []


@pytest.mark.parametrize("time_ns", [0, 2**63 - 1])
def test_any_time_can_be_told(tmp_path: Path, time_ns: int) -> None:
    odd = Recorded("t[bold]", b"\x00", time_ns)
    result = run(record(tmp_path / "f.mcap", [odd]))
    assert result.exit_code == 0
    assert "t[bold]" in result.stdout
    assert "(unknown)" in result.stdout

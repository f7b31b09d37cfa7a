"""``livedata nexus``: listing what a file holds."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from livedata_core.contract import resolve
from livedata_replay.cli import nexus
from livedata_replay.plugin import livedata_subcommands
from tests.support.nexus_files import BANK, INSTRUMENT, datasets, write

CONTEXT = SimpleNamespace(
    plugins=SimpleNamespace(
        registry=SimpleNamespace(instruments={INSTRUMENT.name: INSTRUMENT})
    )
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(nexus, [str(a) for a in arguments], obj=CONTEXT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    groups = {BANK: datasets(), "e/x": datasets(), "e/y": datasets(event_index=None)}
    return write(tmp_path / "f.nxs", groups)


def test_json_tells_what_plays_where(file: Path) -> None:
    result = run(file, "--instrument", "acme", "--json")
    assert result.exit_code == 0
    unknown, broken, bank = json.loads(result.stdout)
    assert bank["path"] == BANK
    assert bank["stream"] == {"topic": "acme_detector", "source_name": "bank"}
    assert (bank["events"], bank["pulses"], bank["duration_s"]) == (3, 3, 0.2)
    assert unknown["stream"] is None
    assert unknown["problem"] is None
    assert broken["problem"] == "it has no event_index"


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
    assert "no instrument 'acne'; there are: acme" in result.stderr


def test_an_unreadable_file_is_one_clear_line(tmp_path: Path) -> None:
    result = run(tmp_path / "run.nxs")
    assert result.exit_code == 4
    assert "no such file" in result.stderr


def test_the_command_is_registered() -> None:
    (spec,) = livedata_subcommands()
    assert resolve(spec.command) is nexus

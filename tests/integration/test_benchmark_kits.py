"""The kits for sessions and paints measure what they say, in small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import sessions

ROOT = Path(__file__).resolve().parents[2]


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return the JSON that a benchmark printed."""
    return json.loads(capsys.readouterr().out)


def test_shell_shows_frames_to_clients(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert sessions.main(["--small", "--json", "--kinds", "shell"]) == 0
    level = printed(capsys)["levels"][0]
    assert level["clients"] == 2
    assert level["cell_frames_per_s"] > 0
    assert level["bytes_per_cell_frame"] > 0
    assert level["loop_max_ms"] >= level["loop_p95_ms"] >= level["loop_p50_ms"] > 0


@pytest.mark.browser
def test_paints_are_seen_in_a_browser() -> None:
    # In a process of its own: it brings a browser, of which this one may have another.
    command = [sys.executable, "-m", "tests.benchmarks", "paint", "--small", "--json"]
    finished = subprocess.run(
        [*command, "--parts", "latency"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    (figure,) = json.loads(finished.stdout.splitlines()[-1])
    assert figure["max"] >= figure["p95"] >= figure["p50"] > 0
    assert figure["painted"] > 0

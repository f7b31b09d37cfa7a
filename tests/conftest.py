"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from livedata_core.contract import WireMessage
from tests.support import corpus
from tests.support.chromium import chromium
from tests.support.require import lacking

__all__ = ["chromium", "recording", "sans2d_file"]

# Tests that run side by side are told a width, which tables would be folded to.
os.environ.pop("COLUMNS", None)


@pytest.fixture(scope="session")
def recording() -> Sequence[WireMessage]:
    """Return the recorded traffic of the reference system, in line order."""
    if not corpus.RECORDING.exists():
        lacking("data", f"no recorded traffic at {corpus.RECORDING}")
    return corpus.recording()


@pytest.fixture(scope="session")
def sans2d_file() -> Path:
    """Return the real event file of SANS2D."""
    if not corpus.SANS2D.exists():
        lacking("data", f"no event file at {corpus.SANS2D}")
    return corpus.SANS2D

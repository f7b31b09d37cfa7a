"""The recorded wire traffic and event files, read where they lie."""

from __future__ import annotations

import base64
import io
import json
import os
from functools import cache
from pathlib import Path

from livedata_core.contract import WireMessage

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(
    os.environ.get("LIVEDATA_SHARED_DATA", REPOSITORY.parent / "shared" / "data")
)
RECORDING = DATA / "wire" / "dummy" / "messages.jsonl.zst"
SANS2D = DATA / "sans2d" / "SANS2D_minimal.nxs"


@cache
def recording() -> tuple[WireMessage, ...]:
    """Return all recorded messages in line order."""
    import zstandard

    with RECORDING.open("rb") as file:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file))
        rows = map(json.loads, lines)
        return tuple(
            WireMessage(row["topic"], base64.b64decode(row["value_b64"]), row["ts_ms"])
            for row in rows
        )

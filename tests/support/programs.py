"""The program ``livedata`` as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

LIVEDATA = str(Path(sys.executable).with_name("livedata"))


def livedata(
    *arguments: str, env: Mapping[str, str] | None = None, timeout_s: float = 120.0
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        [LIVEDATA, *arguments],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )

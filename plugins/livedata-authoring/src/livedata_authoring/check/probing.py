"""Asking the probe: one process for all plugins that are checked."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

__all__ = ["probed"]

PATIENCE_S = 120.0
"""So long an import may take before the plugin is given up."""

_lock = threading.Lock()
_process: subprocess.Popen[str] | None = None


def probed(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer of `probe.answer`; ``{"failed": True}`` if there is none."""
    with _lock:
        process = _running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({**request, "path": sys.path}) + "\n")
        process.stdin.flush()
        watch = threading.Timer(PATIENCE_S, process.kill)
        watch.start()
        line = process.stdout.readline()
        watch.cancel()
        if not line or not hasattr(os, "fork"):
            _end()
    found: dict[str, Any] = json.loads(line) if line else {"failed": True}
    return found


def _running() -> subprocess.Popen[str]:
    global _process
    if _process is None or _process.poll() is not None:
        _process = subprocess.Popen(
            [sys.executable, "-m", "livedata_authoring.check.probe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        atexit.register(_end)
    return _process


def _end() -> None:
    global _process
    process, _process = _process, None
    if process is not None:
        process.kill()
        process.communicate()

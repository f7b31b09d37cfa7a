"""Coroutines in tests: each on a loop and thread of its own.

Browser tests leave a running loop on the thread of the tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

__all__ = ["on_thread", "run_loop"]

T = TypeVar("T")
PATIENCE_S = 60.0


def on_thread(work: Callable[[], T]) -> T:
    """Run `work` on a thread without an event loop."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(work).result(timeout=PATIENCE_S)


def run_loop(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function on a loop and thread of its own."""
    return on_thread(lambda: asyncio.run(main()))

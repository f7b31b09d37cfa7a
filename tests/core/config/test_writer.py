import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from livedata_core.config import MemoryConfigStore, SettingsWriter

WAIT_S = 10.0


class SlowStore(MemoryConfigStore):
    """Holds each write until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()
        self.go = threading.Event()
        self.writes: list[tuple[str, Any, str]] = []

    def save(self, name: str, document: Mapping[str, Any]) -> None:
        self.begun.set()
        assert self.go.wait(WAIT_S)
        self.writes.append((name, document["n"], threading.current_thread().name))
        super().save(name, document)


class BrokenStore:
    def load(self, name: str) -> None:
        return None

    def save(self, name: str, document: Mapping[str, Any]) -> None:
        raise OSError("no space left")

    def names(self) -> Sequence[str]:
        return ()


def test_a_save_returns_at_once_and_only_the_latest_waits() -> None:
    store = SlowStore()
    writer = SettingsWriter(store)
    writer.start()
    writer.save("layout", {"n": 0})
    assert store.begun.wait(WAIT_S)
    for n in range(1, 5):
        writer.save("layout", {"n": n})
    writer.save("workflows", {"n": 9})
    assert not writer.flush(timeout_s=0)
    store.go.set()
    assert writer.flush(WAIT_S)
    assert [write[:2] for write in store.writes] == [
        ("layout", 0),
        ("layout", 4),
        ("workflows", 9),
    ]
    assert {write[2] for write in store.writes} == {"livedata-settings"}
    assert writer.stop()


def test_what_was_saved_before_the_start_is_written_after_it() -> None:
    store = MemoryConfigStore()
    writer = SettingsWriter(store)
    writer.save("layout", {"n": 1})
    assert store.load("layout") is None
    writer.start()
    assert writer.stop()
    assert store.load("layout") == {"n": 1}


def test_stop_writes_what_waits_and_it_can_start_again() -> None:
    store = MemoryConfigStore()
    writer = SettingsWriter(store)
    for n in range(2):
        writer.start()
        writer.save("layout", {"n": n})
        assert writer.stop()
        assert store.load("layout") == {"n": n}


def test_a_document_changed_after_its_save_is_written_as_it_was() -> None:
    store = MemoryConfigStore()
    writer = SettingsWriter(store)
    document = {"grids": [1]}
    writer.save("layout", document)
    document["grids"].append(2)
    writer.start()
    assert writer.stop()
    assert store.load("layout") == {"grids": [1]}


def test_errors_reach_the_callback_and_the_thread_goes_on() -> None:
    errors: list[tuple[str, str]] = []
    writer = SettingsWriter(
        BrokenStore(), lambda name, error: errors.append((name, str(error)))
    )
    writer.start()
    for name in ("a", "b"):
        writer.save(name, {})
        assert writer.flush(WAIT_S)
    assert writer.stop()
    assert errors == [("a", "no space left"), ("b", "no space left")]


def test_a_callback_that_raises_does_not_end_the_thread(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(name: str, error: Exception) -> None:
        raise RuntimeError("listener is gone")

    writer = SettingsWriter(BrokenStore(), fail)
    writer.start()
    for name in ("a", "b"):
        writer.save(name, {})
        assert writer.flush(WAIT_S)
    assert writer.stop()
    assert caplog.text.count("reporting that settings") == 2

"""Threads that go on after errors, and give up in the end."""

from __future__ import annotations

import threading

from livedata_worker.loops import LAST_TRY, Loops


def test_a_step_goes_on_after_an_error_which_is_told() -> None:
    calls = []
    twice = threading.Event()

    def step() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("once")
        twice.set()

    loops = Loops({"one": step}, retry_s=0.0)
    loops.start()
    assert twice.wait(30)
    loops.stop()
    assert loops.take_errors() == ["ZeroDivisionError: once"]
    assert loops.take_errors() == []
    assert loops.wait(0) is None


def test_an_error_that_comes_again_and_again_is_final() -> None:
    calls = []

    def step() -> None:
        calls.append(1)
        raise OSError("the disk is gone")

    loops = Loops({"one": step}, retry_s=0.0)
    loops.start()
    why = loops.wait(30)
    loops.stop()
    assert len(calls) == LAST_TRY
    assert why is not None
    assert "the disk is gone" in why

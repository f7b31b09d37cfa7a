"""Woken sessions look one after the other, and none is forgotten."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from livedata_core.api import DashboardServices
from livedata_panel.turns import Turns
from tests.plugins.panel.conftest import Browser


class Loop:
    """What an event loop is to turns: callables that the next pass runs."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def one_pass(self) -> None:
        due, self.waiting = self.waiting, []
        for action in due:
            action()


def test_one_session_has_its_turn_in_each_pass() -> None:
    loop, seen = Loop(), list[str]()
    turns = Turns(lambda action: loop.waiting.append(action))
    for name in "abc":
        turns.ask(lambda name=name: seen.append(name))  # type: ignore[misc]
    after = []
    for _ in range(4):
        loop.one_pass()
        after.append("".join(seen))
    assert after == ["a", "ab", "abc", "abc"]
    assert not loop.waiting


def test_who_asks_in_a_turn_comes_last() -> None:
    loop, seen = Loop(), list[str]()
    turns = Turns(lambda action: loop.waiting.append(action))

    def first() -> None:
        seen.append("a")
        turns.ask(lambda: seen.append("again"))

    turns.ask(first)
    turns.ask(lambda: seen.append("b"))
    while loop.waiting:
        loop.one_pass()
    assert seen == ["a", "b", "again"]


def test_session_that_is_gone_holds_up_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loop, seen = Loop(), list[str]()
    turns = Turns(lambda action: loop.waiting.append(action))

    def gone() -> None:
        raise RuntimeError("no document")

    with caplog.at_level("INFO"):
        turns.ask(gone)
        turns.ask(lambda: seen.append("b"))
        while loop.waiting:
            loop.one_pass()
    assert seen == ["b"]
    assert "cannot be woken any more" in caplog.text


def test_without_a_loop_turns_come_at_once() -> None:
    seen: list[str] = []
    Turns().ask(lambda: seen.append("a"))
    assert seen == ["a"]


def test_many_threads_ask_and_all_have_their_turn() -> None:
    asking, turns_each = 8, 200
    seen: list[int] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        turns = Turns(lambda action: loop.call_soon_threadsafe(action) and None)
        all_seen = asyncio.Event()

        def take(number: int) -> None:
            seen.append(number)
            if len(seen) == asking * turns_each:
                all_seen.set()

        def ask(number: int) -> None:
            for _ in range(turns_each):
                turns.ask(lambda: take(number))

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(asking)]
        for thread in threads:
            thread.start()
        await asyncio.wait_for(all_seen.wait(), 60)
        for thread in threads:
            thread.join()

    with ThreadPoolExecutor(max_workers=1) as pool:  # browser tests leave a loop here
        pool.submit(lambda: asyncio.run(main())).result(timeout=90)
    assert sorted(seen) == sorted(n for n in range(asking) for _ in range(turns_each))


def test_session_that_closed_before_its_turn_is_left_alone(
    services: DashboardServices,
) -> None:
    loop = Loop()
    turns = Turns(lambda action: loop.waiting.append(action))
    browser = Browser(services, turns=turns)
    browser.hello()
    services.wakeups.wake_all()
    before = set(browser.document.session_callbacks)
    browser.updater.close()
    loop.one_pass()
    assert set(browser.document.session_callbacks) == before

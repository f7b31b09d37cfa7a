"""The loop monitor tells how late the loop is and who holds it up, and then goes."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, TypeVar

import pytest

from livedata_core.api import DashboardServices
from livedata_core.contract import WorkflowId
from livedata_panel.loop_culprits import (
    STARVED,
    UNSEEN,
    Culprit,
    Culprits,
    Place,
    culprit_of,
)
from livedata_panel.loop_delays import DelayRecord, Delays
from livedata_panel.loop_monitor import LoopMonitor, LoopReport
from livedata_panel.loop_watchdog import Watchdog
from livedata_panel.process_memory import resident_bytes
from livedata_panel.server_view import server_view
from livedata_panel.stacks import stack_of
from livedata_panel.titles import output_titles
from tests.plugins.panel.conftest import Browser
from tests.support.loops import on_thread, run_loop

PATIENCE_S = 30.0
T = TypeVar("T")
Stack = Sequence[FrameType]


def wait_for(what: threading.Event) -> None:
    """Hold the caller up until something has happened; the culprit of these tests."""
    assert what.wait(PATIENCE_S)


def stack_at(inner: Callable[[], Stack]) -> Stack:
    """Call something as an event loop does; give the stack it saw."""
    found: list[Stack] = []
    loop = asyncio.new_event_loop()
    loop.call_soon(lambda: found.append(inner()))
    loop.call_soon(loop.stop)
    on_thread(loop.run_forever)
    loop.close()
    return found[0]


def here() -> Stack:
    """Return the stack of the caller."""
    return stack_of(threading.get_ident())[2:]


class Scene:
    """A watchdog without a thread: the test is clock, loop and stack."""

    def __init__(self) -> None:
        self.now = 100.0
        self.stack: Stack = ()
        self.culprits = Culprits()
        self.watchdog = Watchdog(
            self.culprits,
            lambda: self.stack,
            clock=lambda: self.now,
            wall=lambda: round(self.now * 1e9),
        )

    def hold_up(self, delay_s: float, *, seen: bool = True) -> None:
        """Have the loop answer late by `delay_s`, watched meanwhile or not."""
        due = self.watchdog.due
        self.now = due + delay_s
        if seen:
            self.watchdog.check()
        self.watchdog.ended(due, delay_s, 0.0)
        self.watchdog.due = self.now + 0.05
        self.watchdog.check()


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.WARNING, "livedata_panel.loop_watchdog")
    return lambda: [record.getMessage() for record in caplog.records]


# --- Who is to blame


def test_library_function_is_named_where_nobody_else_runs() -> None:
    class Sample:
        def in_a_library(self) -> Stack:
            return here()

    place = culprit_of(stack_at(Sample().in_a_library)).place
    assert place.function.startswith(f"{__name__}.")
    assert place.function.endswith("Sample.in_a_library")
    assert place.file == "test_loop_monitor.py"
    assert place.line > 0


def test_plugin_is_blamed_for_what_it_calls() -> None:
    plugin: dict[str, Any] = {"__name__": "acme_plots.widget"}
    exec("def draw(library): return library()", plugin)

    def library() -> Stack:
        return here()

    stack = stack_at(lambda: plugin["draw"](library))
    assert culprit_of(stack).place.function.endswith("library")
    culprit = culprit_of(stack, packages={"acme_plots"})
    assert culprit.place.function == "acme_plots.widget.draw"
    assert culprit.inside is not None
    assert culprit.inside.function.endswith("library")
    assert ", in " in str(culprit)


def test_loop_that_has_nothing_to_do_is_starved() -> None:
    loop, stack = asyncio.new_event_loop(), ()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    idle = False
    deadline = time.monotonic() + PATIENCE_S
    while not idle and time.monotonic() < deadline:
        stack = stack_of(thread.ident or 0)
        idle = stack[0].f_globals["__name__"] == "selectors"
    assert culprit_of(stack) is STARVED
    del stack
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_thread_that_has_ended_has_no_stack() -> None:
    thread = threading.Thread(target=here)
    thread.start()
    thread.join()
    assert stack_of(thread.ident or 0) == ()
    assert culprit_of(()) is UNSEEN


@pytest.mark.parametrize("collects", [False, True])
def test_stack_is_whole_and_collections_go_on_as_before(collects: bool) -> None:
    expected = [frame for frame, _ in traceback.walk_stack(sys._getframe())]
    before = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        assert [*stack_of(threading.get_ident())[1:]] == expected
        assert gc.isenabled() == collects
    finally:
        (gc.enable if before else gc.disable)()


def test_garbage_is_not_collected_while_a_stack_is_read() -> None:
    """A collection lets other threads run, whose frames are just being looked up."""
    deep, done = threading.Event(), threading.Event()
    callers: list[str] = []

    def descend(levels: int) -> None:
        if levels:
            descend(levels - 1)
        else:
            deep.set()
            wait_for(done)

    def collected(_phase: str, _info: dict[str, int]) -> None:
        callers.append(sys._getframe(1).f_code.co_name)

    thread = threading.Thread(target=descend, args=(100,))
    thread.start()
    wait_for(deep)
    thresholds = gc.get_threshold()
    gc.callbacks.append(collected)
    gc.set_threshold(1)
    try:
        stack = stack_of(thread.ident or 0)
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(collected)
        done.set()
        thread.join()
    assert sum(frame.f_code.co_name == "descend" for frame in stack) == 101
    assert "stack_of" not in callers


def test_culprits_are_counted_and_the_worst_come_first() -> None:
    culprits = Culprits()
    for name, delay_s in (("a", 0.2), ("b", 0.5), ("a", 0.3), ("a", 0.1)):
        culprits.add(Culprit(Place(name)), delay_s, 0.0, round(delay_s * 10))
    found = [
        (blame.culprit.place.function, blame.count, blame.delay_s, blame.time_ns)
        for blame in culprits.worst()
    ]
    assert found == [("b", 1, 0.5, 5), ("a", 3, 0.3, 3)]


def test_many_culprits_do_not_grow_memory() -> None:
    culprits = Culprits(kept=4)
    culprits.add(Culprit(Place("worst")), 9.0, 0.0, 0)
    for number in range(1000):
        culprits.add(Culprit(Place(f"f{number}")), 0.1, 0.0, number)
    blames = culprits.worst()
    assert len(blames) == 4
    assert blames[0].culprit.place.function == "worst"


# --- How late


def test_quantiles_of_the_latest_and_of_all() -> None:
    record = DelayRecord(recent=100)
    record.add([5.0] * 1000)
    record.add(number / 1000 for number in range(1, 101))
    assert record.recent() == Delays(0.05, 0.095, 0.1, 100)
    total = record.total()
    assert total.max == total.p50 == total.p95 == 5.0
    assert total.count == 1100


def test_quantiles_of_all_are_true_to_ten_percent() -> None:
    record = DelayRecord(recent=1)
    record.add(number / 1000 for number in range(1, 1001))
    total = record.total()
    assert total.p50 == pytest.approx(0.5, rel=0.1)
    assert total.p95 == pytest.approx(0.95, rel=0.1)
    assert total.max == 1.0


def test_nothing_measured_is_nothing() -> None:
    record = DelayRecord(recent=10)
    assert record.recent() == record.total() == Delays()


@pytest.mark.parametrize("delay_s", [0.0, 1e-9, 1e9])
def test_any_delay_has_a_bin(delay_s: float) -> None:
    record = DelayRecord(recent=1)
    record.add([delay_s])
    assert record.total().max == delay_s


# --- The watchdog


def test_loop_that_answers_is_left_alone(scene: Scene) -> None:
    scene.now += 0.04
    assert scene.watchdog.check() == pytest.approx(0.06)
    assert scene.culprits.worst() == ()


def test_delay_is_counted_for_the_function_seen_most(scene: Scene) -> None:
    often, once = here(), stack_at(here)
    due = scene.watchdog.due
    for stack in (often, once, often):
        scene.now += 0.2
        scene.stack = stack
        assert scene.watchdog.check() < 0.2
    scene.watchdog.ended(due, 0.6, 0.5)
    scene.watchdog.due = scene.now
    scene.watchdog.check()
    (blame,) = scene.culprits.worst()
    assert blame.culprit.place.function == culprit_of(often).place.function
    assert (blame.delay_s, blame.computing_s) == (0.6, 0.5)


def test_delay_that_nobody_saw_is_counted_nevertheless(scene: Scene) -> None:
    scene.hold_up(0.3)
    scene.hold_up(0.3, seen=False)
    assert [blame.culprit for blame in scene.culprits.worst()] == [UNSEEN]
    assert scene.culprits.worst()[0].count == 2


def test_what_was_seen_after_the_answer_is_not_blamed(scene: Scene) -> None:
    due = scene.watchdog.due
    seen = here()

    def stack() -> Stack:
        scene.watchdog.ended(due, 0.2, 0.0)
        scene.watchdog.due = scene.now + 0.05
        return seen

    watchdog = scene.watchdog
    scene.now += 0.2
    watchdog._stack = stack
    watchdog.check()
    watchdog.check()
    assert [blame.culprit for blame in scene.culprits.worst()] == [UNSEEN]


def test_log_is_told_at_a_limited_rate(
    scene: Scene, logged: Callable[[], list[str]]
) -> None:
    scene.stack = here()
    scene.hold_up(0.2)
    assert logged() == []
    for _ in range(3):
        scene.hold_up(0.3)
    (line,) = logged()
    assert "held up for 300 ms" in line
    assert f"{__name__}.test_log_is_told_at_a_limited_rate" in line
    scene.now += 20
    scene.watchdog.due = scene.now
    scene.hold_up(0.4)
    assert logged()[1].endswith("; 2 more since the last report")


def test_loop_that_is_stuck_is_told_before_it_answers(
    scene: Scene, logged: Callable[[], list[str]]
) -> None:
    scene.stack = here()
    for _ in range(3):
        scene.now += 4
        scene.watchdog.check()
    (line,) = logged()
    assert "has not answered for 8 s" in line


# --- A real loop


def test_function_that_blocks_a_real_loop_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen, seen_again = threading.Event(), threading.Event()

    def stack(thread_id: int) -> Stack:
        # When the stack is read again, what was seen first has been noted.
        (seen_again if seen.is_set() else seen).set()
        return stack_of(thread_id)

    monkeypatch.setattr("livedata_panel.loop_monitor.stack_of", stack)

    async def main() -> LoopReport:
        monitor = LoopMonitor(asyncio.get_running_loop())
        monitor.start()
        await asyncio.sleep(0)  # now it begins
        wait_for(seen_again)
        deadline = time.monotonic() + PATIENCE_S
        while not monitor.report().blames and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        report = monitor.report()
        monitor.stop()
        return report

    report = run_loop(main)
    worst = max(report.blames, key=lambda blame: blame.culprit.place.line)
    assert worst.culprit.place.function == f"{__name__}.wait_for"
    assert 0.1 <= worst.delay_s <= report.total.max
    assert worst.computing_s <= worst.delay_s


def test_watching_goes_on_after_a_look_that_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    looks, again = 0, threading.Event()

    def stack() -> Stack:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise AttributeError("a frame that is none")
        again.set()
        return ()

    watchdog = Watchdog(Culprits(), stack)
    watchdog.start()  # `due` is never set anew: the loop is late from now on
    try:
        wait_for(again)
    finally:
        watchdog.stop()
    assert "a look at the event loop failed" in caplog.text


def test_long_delay_weighs_as_much_as_it_is_long() -> None:
    now = 0.0

    async def main() -> LoopReport:
        nonlocal now
        monitor = LoopMonitor(asyncio.get_running_loop(), clock=lambda: now)
        monitor.start()
        await asyncio.sleep(0)
        now = 1.05  # due at 0.05: 20 instants have passed
        while not monitor.report().total.count:
            await asyncio.sleep(0.01)
        monitor.stop()
        return monitor.report()

    recent = run_loop(main).recent
    assert recent.count == 21
    assert recent.max == pytest.approx(1.0)
    assert recent.p50 == pytest.approx(0.5)


def test_stopped_monitor_leaves_nothing_behind() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        never = LoopMonitor(loop)
        never.start()
        never.stop()
        monitor = LoopMonitor(loop)
        monitor.start()
        await asyncio.sleep(0)
        assert watchdogs()
        monitor.stop()
        assert not watchdogs()
        count = monitor.report().total.count
        await asyncio.sleep(0.2)
        assert monitor.report().total.count == count

    run_loop(main)


def watchdogs() -> list[str]:
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name == "livedata-loop-watchdog"]


# --- The system page


def test_system_page_shows_the_loop(services: DashboardServices) -> None:
    async def main() -> None:
        monitor = LoopMonitor(asyncio.get_running_loop())
        monitor.start()
        while not monitor.report().total.count:
            await asyncio.sleep(0.01)
        browser = Browser(services, monitor=monitor)
        browser.hello("system")
        server = browser.view("page")["server"]
        assert [row["span"] for row in server["loop"]] == ["Last minute", "Since start"]
        assert server["loop"][0]["max"] >= server["loop"][0]["p50"] >= 0
        assert server["memory"] == pytest.approx(resident_bytes(), rel=0.5)
        monitor._culprits.add(Culprit(Place("acme.draw", "draw.py", 7)), 0.25, 0.01, 5)
        view = server_view(monitor)
        assert view is not None
        assert view["culprits"][0]["where"] == "acme.draw"
        assert view["culprits"][0]["detail"] == "acme.draw (draw.py:7)"
        assert view["culprits"][0]["delay"] == 250
        monitor.stop()
        browser.updater.close()

    run_loop(main)


def test_system_page_of_an_unmeasured_server_says_nothing_of_it(
    browser: Browser,
) -> None:
    browser.hello("system")
    assert browser.view("page")["server"] is None


def test_numbers_of_records_are_singular_or_plural(browser: Browser) -> None:
    browser.hello("system")
    plugins = {plugin["name"]: plugin for plugin in browser.view("page")["plugins"]}
    registers = plugins["dummy"]["registers"]
    assert "1 instrument," in registers
    assert " workflows" in registers


def test_outputs_of_equal_titles_are_told_apart(browser: Browser) -> None:
    browser.hello("workflows")
    for group in browser.view("page")["groups"]:
        for workflow in group["workflows"]:
            titles = [output["title"] for output in workflow["outputs"]]
            assert len(set(titles)) == len(titles)
    monitors = browser.services.specs[WorkflowId("dummy", "monitor_histogram", 1)]
    by_name = output_titles(monitors)
    assert by_name["counts_total"] == "Total (update)"
    assert by_name["counts_total_cumulative"] == "Total"

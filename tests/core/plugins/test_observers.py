"""Observing hooks: on a thread of their own, never in the caller's way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from livedata_core.contract import Origin, ServicesInfo, hookimpl
from livedata_core.plugins import Found, PluginManager, ProblemKind
from livedata_core.plugins.checks import inspect_plugin
from livedata_core.plugins.observers import MOST_FAILURES, Observers
from tests.support.plugins import assert_explains, only_problem

SERVICES = ServicesInfo("acme", "null", "0.1.0")
STARTED = "livedata_services_started"


class Plugin:
    """A plugin whose observer is a function of the test."""

    def __init__(self, observer: Callable[[ServicesInfo], None]) -> None:
        self._observer = observer

    @hookimpl
    def livedata_services_started(self, services: ServicesInfo) -> None:
        self._observer(services)


def manager_of(*plugins: object) -> PluginManager:
    return PluginManager(
        Found.of(plugin, f"plugin{number}") for number, plugin in enumerate(plugins)
    )


def test_observers_are_called_in_order_off_the_callers_thread() -> None:
    seen: list[tuple[str, str]] = []
    plugin = Plugin(
        lambda info: seen.append((info.instrument, threading.current_thread().name))
    )
    manager = manager_of(plugin)
    for name in ("a", "b", "c"):
        manager.registry.observe(STARTED, services=ServicesInfo(name, "null", "0"))
    assert manager.close()
    assert seen == [(name, "observers") for name in "abc"]


def test_an_observer_that_raises_hurts_nobody_and_is_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_info: ServicesInfo) -> None:
        raise SystemExit("gone")

    seen: list[ServicesInfo] = []
    manager = manager_of(Plugin(fail), Plugin(seen.append))
    with caplog.at_level(logging.WARNING):
        manager.registry.observe(STARTED, services=SERVICES)
        manager.registry.observe(STARTED, services=SERVICES)
        assert manager.close()
    assert seen == [SERVICES, SERVICES]
    assert_explains(
        only_problem(manager, "plugin0"),
        ProblemKind.HOOK_ERROR,
        "plugin 'plugin0' (plugin0 0)",
        "SystemExit: gone",
        "2 times",
    )
    assert len(caplog.records) == 2


def test_what_the_queue_cannot_hold_is_dropped_and_counted() -> None:
    entered, go_on = threading.Event(), threading.Event()
    seen: list[ServicesInfo] = []

    def slow(info: ServicesInfo) -> None:
        entered.set()
        go_on.wait()
        seen.append(info)

    origin = Origin(plugin="slow", distribution="slow", version="1")
    implementations, problems = inspect_plugin(Plugin(slow), origin)
    assert problems == ()
    observers = Observers([(origin, item) for item in implementations], queue_length=2)
    observers.observe(STARTED, {"services": SERVICES})
    assert entered.wait(10)
    for _ in range(5):
        observers.observe(STARTED, {"services": SERVICES})
    assert observers.dropped == 3
    go_on.set()
    assert observers.close(timeout_s=10)
    assert len(seen) == 3


def test_observer_that_hangs_does_not_keep_the_program(
    request: pytest.FixtureRequest,
) -> None:
    go_on = threading.Event()
    request.addfinalizer(go_on.set)
    manager = manager_of(Plugin(lambda _info: go_on.wait() and None))
    manager.registry.observe(STARTED, services=SERVICES)
    assert not manager.close(timeout_s=0.05)


def test_without_observers_no_thread_is_started() -> None:
    manager = manager_of()
    before = threading.active_count()
    manager.registry.observe(STARTED, services=SERVICES)
    manager.registry.observe("livedata_no_such_hook", anything=1)
    assert threading.active_count() == before
    assert manager.close()


def observers_of(*plugins: Plugin, timeout_s: float = 60.0) -> Observers:
    implementations = []
    for number, plugin in enumerate(plugins):
        origin = Origin(plugin=f"p{number}", distribution=f"p{number}", version="1")
        found, problems = inspect_plugin(plugin, origin)
        assert problems == ()
        implementations += [(origin, item) for item in found]
    return Observers(implementations, timeout_s=timeout_s)


def fail(_info: ServicesInfo) -> None:
    raise OSError("disk full")


def test_an_observer_that_keeps_failing_is_set_aside_and_told() -> None:
    calls: list[ServicesInfo] = []
    told: list[str] = []
    observers = observers_of(Plugin(lambda info: calls.append(info) or fail(info)))
    observers.on_set_aside = lambda problem: told.append(problem.message)
    for _ in range(MOST_FAILURES + 3):
        observers.observe(STARTED, {"services": SERVICES})
    assert observers.close(timeout_s=10)
    assert len(calls) == MOST_FAILURES
    (message,) = told
    for words in ("plugin 'p0' (p0 1)", "disk full", "set aside after 5 failures"):
        assert words in message


def test_an_observer_that_works_between_failures_is_kept() -> None:
    outcomes = iter([fail, fail, fail, fail, lambda info: None] * 3)
    observers = observers_of(Plugin(lambda info: next(outcomes)(info)))
    for _ in range(15):
        observers.observe(STARTED, {"services": SERVICES})
    assert observers.close(timeout_s=10)
    assert next(outcomes, None) is None, "it was called each time"


def test_an_observer_that_does_not_return_is_set_aside_and_others_go_on(
    request: pytest.FixtureRequest,
) -> None:
    go_on, entered, seen = threading.Event(), threading.Event(), threading.Event()
    request.addfinalizer(go_on.set)
    told: list[str] = []
    others: list[str] = []

    def look(info: ServicesInfo) -> None:
        others.append(info.instrument)
        if len(others) == 2:
            seen.set()

    def hang(_info: ServicesInfo) -> None:
        entered.set()
        go_on.wait()

    observers = observers_of(Plugin(hang), Plugin(look), timeout_s=0.0)
    observers.on_set_aside = lambda problem: told.append(problem.message)
    observers.observe(STARTED, {"services": SERVICES})
    assert entered.wait(10)
    observers.observe(STARTED, {"services": replace(SERVICES, instrument="second")})
    assert seen.wait(10), "the other observer is called for both changes"
    assert others == ["acme", "second"]
    assert observers.close(timeout_s=10)
    (message,) = told
    for words in ("plugin 'p0' (p0 1)", "did not return within 0 s", "set aside"):
        assert words in message


def test_an_observer_that_interrupts_ends_no_other() -> None:
    def interrupt(_info: ServicesInfo) -> None:
        raise KeyboardInterrupt("nobody pressed a key")

    seen: list[ServicesInfo] = []
    manager = manager_of(Plugin(interrupt), Plugin(seen.append))
    for _ in range(2):
        manager.registry.observe(STARTED, services=SERVICES)
    assert manager.close(timeout_s=10)
    assert seen == [SERVICES, SERVICES]
    assert "KeyboardInterrupt" in only_problem(manager, "plugin0").message


def test_a_slow_observer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livedata_core.plugins.observers.SLOW_S", 0.0)
    manager = manager_of(Plugin(lambda _info: None))
    manager.registry.observe(STARTED, services=SERVICES)
    assert manager.close()
    assert_explains(
        only_problem(manager, "plugin0"),
        ProblemKind.SLOW_HOOK,
        "plugin 'plugin0' (plugin0 0)",
        "livedata_services_started took 0.0 s",
        "a thread of its own",
    )


def test_calls_are_traced_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIVEDATA_TRACE_PLUGINS", "1")
    manager = manager_of(Plugin(lambda _info: None))
    manager.registry.observe(STARTED, services=SERVICES)
    assert manager.close()
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ms  ")[1] for line in lines] == [
        "plugin0  import  (plugin0 0)",
        "plugin0  livedata_services_started  (plugin0 0)",
    ]

import pytest

from livedata_core.contract import OVERVIEW, SessionInfo, View, hookimpl
from livedata_core.plugins import Found, PluginManager
from livedata_core.sessions import SessionRegistry, WakeupHub
from tests.support.clock import FakeClock
from tests.support.observed import Observed
from tests.support.plugins import report_of

ANN = SessionInfo("ann", instrument="dummy")
BOB = SessionInfo("bob", instrument="dummy")


class Parts:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.hub = WakeupHub()
        self.observed = Observed()
        self.woken: list[str] = []
        self.sessions = SessionRegistry(
            self.observed, self.hub, self.clock, silence_s=60.0
        )

    def open(self, info: SessionInfo) -> None:
        self.sessions.open(info, lambda: self.woken.append(info.session_id))


def overviews(*cells: str) -> frozenset[tuple[str, View]]:
    return frozenset((cell, OVERVIEW) for cell in cells)


@pytest.fixture
def parts() -> Parts:
    return Parts()


def test_viewed_is_the_union_of_all_sessions(parts: Parts) -> None:
    parts.open(ANN)
    parts.open(BOB)
    parts.sessions.view("ann", frozenset({"a", "b"}))
    parts.sessions.view("bob", frozenset({"b", "c"}))
    assert parts.sessions.viewed() == overviews("a", "b", "c")
    parts.sessions.close("ann")
    assert parts.sessions.viewed() == overviews("b", "c")
    parts.sessions.close("bob")
    assert parts.sessions.viewed() == frozenset()


def test_sessions_view_a_cell_each_in_its_own_way(parts: Parts) -> None:
    tile = View(tile=(2, 1))
    parts.open(ANN)
    parts.open(BOB)
    parts.sessions.view("ann", {"a": tile, "b": OVERVIEW})
    parts.sessions.view("bob", frozenset({"a"}))
    assert parts.sessions.viewed() == {("a", tile), *overviews("a", "b")}
    assert parts.sessions.snapshot()["ann"].cells == {"a", "b"}
    version = parts.sessions.version
    parts.sessions.view("ann", {"a": OVERVIEW, "b": OVERVIEW})
    assert parts.sessions.version > version
    assert parts.sessions.viewed() == overviews("a", "b")


def test_open_sessions_are_woken_and_closed_ones_are_not(parts: Parts) -> None:
    parts.open(ANN)
    parts.open(BOB)
    parts.sessions.close("ann")
    parts.hub.wake_all()
    assert parts.woken == ["bob"]


def test_plugins_are_told_of_start_and_end_once(parts: Parts) -> None:
    parts.open(ANN)
    parts.open(ANN)
    parts.sessions.close("ann")
    parts.sessions.close("ann")
    assert parts.observed.calls == [
        ("livedata_session_started", {"session": ANN}),
        ("livedata_session_closed", {"session": ANN}),
    ]


def test_version_tells_of_changes_but_not_of_touches(parts: Parts) -> None:
    parts.open(ANN)
    parts.sessions.view("ann", frozenset({"a"}))
    version = parts.sessions.version
    assert parts.sessions.touch("ann")
    assert parts.sessions.view("ann", frozenset({"a"}))
    assert parts.sessions.version == version
    parts.sessions.view("ann", frozenset())
    assert parts.sessions.version > version


def test_a_silent_session_is_dropped_and_asked_to_reopen(parts: Parts) -> None:
    parts.open(ANN)
    parts.open(BOB)
    parts.sessions.view("ann", frozenset({"a"}))
    parts.clock.advance(50)
    parts.sessions.touch("bob")
    parts.clock.advance(20)
    assert [session.info for session in parts.sessions.drop_silent()] == [ANN]
    assert set(parts.sessions.snapshot()) == {"bob"}
    assert parts.sessions.viewed() == frozenset()
    assert not parts.sessions.touch("ann")
    assert not parts.sessions.view("ann", frozenset({"a"}))
    assert parts.observed.names()[-1] == "livedata_session_closed"


def test_a_snapshot_does_not_change(parts: Parts) -> None:
    parts.open(ANN)
    snapshot = parts.sessions.snapshot()
    parts.open(BOB)
    assert set(snapshot) == {"ann"}


class Leaving:
    """A plugin whose hook raises when a session closes."""

    @hookimpl
    def livedata_session_closed(self, session: SessionInfo) -> None:
        raise OSError("no goodbye")


def test_a_hook_that_raises_on_close_is_reported_and_sessions_come_and_go() -> None:
    closed: list[str] = []

    class Good:
        @hookimpl
        def livedata_session_closed(self, session: SessionInfo) -> None:
            closed.append(session.session_id)

    plugins = PluginManager(
        [Found.of(Leaving(), "leaving", "acme", "1.4.2"), Found.of(Good(), "polite")]
    )
    sessions = SessionRegistry(plugins.registry.observe, WakeupHub())
    for info in (ANN, BOB):
        sessions.open(info, lambda: None)
        sessions.close(info.session_id)
    assert plugins.close()
    assert sessions.snapshot() == {}
    assert closed == ["ann", "bob"]
    (problem,) = report_of(plugins, "leaving").problems
    assert "'leaving' (acme 1.4.2): livedata_session_closed" in problem.message
    assert "OSError: no goodbye" in problem.message

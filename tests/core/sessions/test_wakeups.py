import pytest

from livedata_core.sessions import WakeupHub


def test_every_session_is_woken() -> None:
    hub, woken = WakeupHub(), []
    hub.register("a", lambda: woken.append("a"))
    hub.register("b", lambda: woken.append("b"))
    hub.wake_all()
    assert woken == ["a", "b"]


def test_a_wake_that_raises_is_dropped_and_counted_and_others_are_woken() -> None:
    hub, woken = WakeupHub(), []

    def gone() -> None:
        raise RuntimeError("document destroyed")

    hub.register("gone", gone)
    hub.register("b", lambda: woken.append("b"))
    hub.wake_all()
    hub.wake_all()
    assert woken == ["b", "b"]
    assert hub.dropped == 1
    assert len(hub) == 1


def test_a_session_that_registers_anew_while_its_old_wake_fails_stays() -> None:
    hub, woken = WakeupHub(), []

    def gone() -> None:
        hub.register("a", lambda: woken.append("a"))
        raise RuntimeError("document destroyed")

    hub.register("a", gone)
    hub.wake_all()
    hub.wake_all()
    assert woken == ["a"]
    assert hub.dropped == 0


@pytest.mark.parametrize("session_id", ["a", "unknown"])
def test_unregistered_sessions_sleep(session_id: str) -> None:
    hub, woken = WakeupHub(), []
    hub.register("a", lambda: woken.append("a"))
    hub.unregister(session_id)
    hub.wake_all()
    assert woken == ([] if session_id == "a" else ["a"])

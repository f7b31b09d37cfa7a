from __future__ import annotations

import pytest

from livedata_core.contract import TransportStatus
from livedata_core.sessions import NotificationQueue
from livedata_core.sessions.broker_notices import BrokerNotices


class Looks:
    """Looks at one status after another; `told` are the titles so far."""

    def __init__(self) -> None:
        self._queue = NotificationQueue()
        self._status = TransportStatus("kafka", connected=False)
        self._notices = BrokerNotices(lambda: self._status, self._queue)

    def see(self, connected: bool, detail: str = "") -> None:
        self._status = TransportStatus("kafka", connected, detail)
        self._notices.look()

    @property
    def told(self) -> list[tuple[str, str, int]]:
        return [(n.title, n.text, n.count) for n in self._queue.since(0)]


@pytest.fixture
def looks() -> Looks:
    return Looks()


def test_a_broker_that_was_never_there_is_no_news(looks: Looks) -> None:
    looks.see(False, "no broker is used")
    looks.see(False, "no answer")
    looks.see(True)
    assert looks.told == []


def test_going_and_coming_back_are_told_once_each(looks: Looks) -> None:
    looks.see(True)
    looks.see(False, "no answer")
    looks.see(False, "no answer at all")
    looks.see(True)
    looks.see(True)
    assert looks.told == [
        ("The broker is gone", "no answer", 1),
        ("The broker is back", "", 1),
    ]


def test_trouble_of_a_connected_broker_is_told_when_it_changes(looks: Looks) -> None:
    looks.see(True)
    for detail in ("waits for topics a", "waits for topics a", "", "not sent: a"):
        looks.see(True, detail)
    assert looks.told == [("The broker lacks something", "not sent: a", 2)]

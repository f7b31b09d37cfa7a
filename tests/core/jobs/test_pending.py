import pytest

from livedata_core.contract import CommandAck
from livedata_core.jobs import Answer, Expired, PendingCommandTracker, Reply
from livedata_core.sessions import Level, NotificationQueue
from tests.support.clock import FakeClock


def ack(device: str, message_id: str = "m", error: str | None = None) -> CommandAck:
    return CommandAck(
        message_id=message_id,
        device=device,
        response="ERR" if error else "ACK",
        message=error,
    )


class Parts:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.notes = NotificationQueue(self.clock)
        self.pending = PendingCommandTracker(self.clock, self.notes)

    def expect(self, *devices: str) -> None:
        self.pending.expect("m", devices, "Start Total counts")


@pytest.fixture
def parts() -> Parts:
    return Parts()


def test_a_command_waits_until_all_devices_have_answered(parts: Parts) -> None:
    parts.expect("a", "b")
    parts.pending.acknowledge(ack("a"))
    (command,) = parts.pending.snapshot().values()
    assert command.waiting() == ("b",)
    parts.pending.acknowledge(ack("b"))
    assert parts.pending.snapshot() == {}
    assert parts.pending.answer("m", "b") == Answer(Reply.ACCEPTED)
    parts.clock.advance(60)
    assert parts.pending.expire() == ()
    assert parts.notes.since(0) == ()


def test_a_refusal_is_told_with_its_reason_once(parts: Parts) -> None:
    parts.expect("a")
    for _ in range(4):
        parts.pending.acknowledge(ack("a", error="num_bins must be positive"))
    (note,) = parts.notes.since(0)
    assert note.level is Level.ERROR
    assert note.title == "Start Total counts was refused"
    assert note.text == "num_bins must be positive"
    assert note.count == 4
    assert parts.pending.answer("m", "a") == Answer(
        Reply.REJECTED, "num_bins must be positive"
    )


def test_consent_of_another_worker_does_not_undo_a_refusal(parts: Parts) -> None:
    parts.expect("all")
    parts.pending.acknowledge(ack("all", error="cannot reset"))
    parts.pending.acknowledge(ack("all"))
    answer = parts.pending.answer("m", "all")
    assert answer is not None
    assert answer.reply is Reply.REJECTED


def test_a_refusal_after_another_workers_consent_is_told(parts: Parts) -> None:
    parts.expect("all")
    parts.pending.acknowledge(ack("all"))
    parts.pending.acknowledge(ack("all", error="cannot reset"))
    assert [note.text for note in parts.notes.since(0)] == ["cannot reset"]


def test_no_answer_within_thirty_seconds_is_told_once(parts: Parts) -> None:
    parts.expect("a", "b")
    parts.pending.acknowledge(ack("a"))
    parts.clock.advance(30)
    assert parts.pending.expire() == ()
    parts.clock.advance(1)
    assert parts.pending.expire() == (Expired("m", ("b",), "Start Total counts"),)
    assert parts.pending.expire() == ()
    (note,) = parts.notes.since(0)
    assert note.level is Level.WARNING
    assert "No worker answered “Start Total counts”" in note.title
    assert parts.pending.answer("m", "b") == Answer(Reply.UNANSWERED)


def test_a_late_answer_still_counts(parts: Parts) -> None:
    parts.expect("a")
    parts.clock.advance(31)
    parts.pending.expire()
    parts.pending.acknowledge(ack("a"))
    assert parts.pending.answer("m", "a") == Answer(Reply.ACCEPTED)


@pytest.mark.parametrize(
    "foreign", [ack("a", message_id="other"), ack("elsewhere", error="x")]
)
def test_answers_to_others_are_ignored(parts: Parts, foreign: CommandAck) -> None:
    parts.expect("a")
    version = parts.pending.version
    parts.pending.acknowledge(foreign)
    assert parts.pending.version == version
    assert parts.notes.since(0) == ()


def test_commands_are_bounded() -> None:
    clock = FakeClock()
    pending = PendingCommandTracker(clock, limit=5)
    for n in range(20):
        pending.expect(str(n), ["a"], "x")
    assert list(pending.snapshot()) == ["15", "16", "17", "18", "19"]
    clock.advance(31)
    assert len(pending.expire()) == 5

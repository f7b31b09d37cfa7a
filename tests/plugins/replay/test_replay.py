"""``livedata replay``: files into a broker."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

from livedata_cli.context import LivedataContext
from livedata_core.api import InProcessBroker, InProcessTransport
from livedata_core.contract import TopicTraffic, TransportStatus, WireMessage
from livedata_replay import replay_command
from livedata_replay.replay_command import factor, replay
from livedata_replay.watching import watch
from tests.support import corpus
from tests.support.codecs import decode
from tests.support.nexus_files import BANK, INSTRUMENT, datasets, write
from tests.support.recordings import SECOND, reading, record

T = TypeVar("T", bound=InProcessTransport)
TOPICS = (
    "acme_motion",
    "acme_livedata_data",
    "acme_livedata_commands",
    "acme_detector",
)


class Context(LivedataContext):
    """A context whose broker is the test's, with a reader of some topics."""

    def __init__(
        self, topics: Sequence[str] = TOPICS, limit_bytes: int = 128 << 20
    ) -> None:
        super().__init__()
        broker = InProcessBroker(limit_bytes)
        self._reader = InProcessTransport(broker).source(topics)
        self._transport = InProcessTransport(broker)

    def open_transport(self, default: str | None = None) -> InProcessTransport:
        return self._transport

    def use(self, kind: type[T]) -> T:
        """Send through another kind of transport to the same broker."""
        transport = kind(self._transport.broker)
        self._transport = transport
        return transport

    def arrived(self) -> list[WireMessage]:
        """Return all that has been sent, topic by topic."""
        return list(self._reader.poll(0))


def run(context: Context, *arguments: str | Path) -> Result:
    return CliRunner().invoke(replay, [str(a) for a in arguments], obj=context)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    others = [reading(3, topic=topic) for topic in TOPICS[1:3]]
    messages = [*(reading(number) for number in range(3)), *others]
    return record(tmp_path / "f.mcap", messages)


def test_raw_topics_are_played_and_the_others_named(file: Path) -> None:
    context = Context()
    result = run(context, file, "--keep-times")
    assert result.exit_code == 0
    assert [w.value for w in context.arrived()] == [reading(n).value for n in range(3)]
    assert "3 messages (100%)" in result.stdout
    assert "does not play acme_livedata_commands, acme_livedata_data" in result.stderr


@pytest.mark.parametrize(
    ("options", "played"),
    [
        (["--all"], {*TOPICS[:3]}),
        (["--results"], {"acme_livedata_data"}),
        (["--control"], {"acme_livedata_commands"}),
        (["--raw", "--topic", "acme_livedata_data"], {*TOPICS[:2]}),
        (["--topic", "acme_motion"], {"acme_motion"}),
    ],
)
def test_options_choose_topics(
    file: Path, options: list[str], played: set[str]
) -> None:
    context = Context()
    result = run(context, file, "--speed", "max", *options)
    assert result.exit_code == 0
    assert {wire.topic for wire in context.arrived()} == played


def test_times_are_moved_to_now_by_one_shift(file: Path) -> None:
    before = time.time_ns()
    context = Context()
    assert run(context, file, "--speed", "1").exit_code == 0
    moved = [decode(wire).timestamp_ns for wire in context.arrived()]
    shifts = {t - reading(n).log_time_ns for n, t in enumerate(moved)}
    assert len(shifts) == 1
    assert -1_000_000 <= moved[0] - before < 60 * SECOND


def test_without_pace_the_recorded_bytes_are_sent_unless_asked(file: Path) -> None:
    context = Context()
    assert run(context, file, "--speed", "max").exit_code == 0
    assert [w.value for w in context.arrived()] == [reading(n).value for n in range(3)]
    context = Context()
    assert run(context, file, "--speed", "max", "--rebase").exit_code == 0
    moved = [decode(wire).timestamp_ns for wire in context.arrived()]
    assert np.diff(moved).tolist() == [SECOND // 10] * 2
    assert moved[0] > reading(0).log_time_ns + 3600 * SECOND


def test_what_cannot_be_moved_is_told(tmp_path: Path) -> None:
    odd = reading(0)
    bad = type(odd)(odd.topic, b"....f144", odd.log_time_ns)
    context = Context()
    result = run(context, record(tmp_path / "f.mcap", [odd, bad]))
    assert result.exit_code == 0
    assert "1 cannot be read and kept their times" in result.stdout
    assert len(context.arrived()) == 2


def test_a_nexus_file_plays_on_its_instrument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_command, "find_instrument", lambda *_: INSTRUMENT)
    path = write(tmp_path / "f.nxs", {BANK: datasets()})
    context = Context()
    result = run(context, path, "-i", "acme", "--keep-times")
    assert result.exit_code == 0
    times = [decode(wire).timestamp_ns for wire in context.arrived()]
    assert times == [0, SECOND // 10, SECOND // 5]
    needs = run(Context(), path)
    assert needs.exit_code == 2
    assert "needs an --instrument" in needs.stderr


def test_nothing_to_play_names_the_options(tmp_path: Path) -> None:
    path = record(tmp_path / "f.mcap", [reading(0, topic="acme_livedata_data")])
    result = run(Context(), path)
    assert result.exit_code == 4
    assert "it holds acme_livedata_data (1); choose with --raw, --res" in result.stderr


def test_topics_of_another_instrument_are_not_played(file: Path) -> None:
    result = run(Context(), file, "-i", "dummy", "--all")
    assert result.exit_code == 4
    assert "or another --instrument" in result.stderr


def test_a_message_that_the_broker_refuses_is_an_error(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_command, "PATIENCE_S", 0.0)
    result = run(Context(limit_bytes=10), file, "--speed", "max")
    assert result.exit_code == 4
    assert "0 messages (100%), 0.0 MB, 3 dropped" in result.stdout
    assert "did not take all messages" in result.stderr


@pytest.mark.parametrize(
    ("status", "code", "complaint"),
    [
        (
            TransportStatus("kafka", False, "no route"),
            4,
            "not all may have arrived: no",
        ),
        (TransportStatus("kafka", False, "wrong password", True), 6, "wrong password"),
    ],
)
def test_a_broker_that_is_not_reached_is_an_error(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: TransportStatus,
    code: int,
    complaint: str,
) -> None:
    context = Context()
    monkeypatch.setattr(context.open_transport(), "status", lambda: status)
    result = run(context, file)
    assert result.exit_code == code
    assert complaint in result.stderr


class Measured(InProcessTransport):
    """Tells, once it is closed, that the broker took all but some messages."""

    taken = 3

    def traffic(self) -> dict[str, TopicTraffic]:
        if not self._closed:
            return {}
        counted = TopicTraffic(
            sent=self.taken, unsent=3 - self.taken, last_error="too large"
        )
        return {"acme_detector": TopicTraffic(), "acme_motion": counted}


@pytest.mark.parametrize("options", [[], ["--speed", "max"]])
def test_messages_that_the_broker_did_not_take_are_an_error(
    file: Path, options: list[str]
) -> None:
    context = Context()
    context.use(Measured)
    assert run(context, file, *options).exit_code == 0
    context = Context()
    context.use(Measured).taken = 1
    result = run(context, file, *options)
    assert result.exit_code == 4
    assert (
        "the broker did not take 2 of 3 messages; acme_motion: too large"
        in result.stderr
    )


def test_a_signal_that_comes_after_the_last_message_spoils_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watch_and_signal(*arguments: Any) -> None:
        watch(*arguments)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(replay_command, "watch", watch_and_signal)
    result = run(Context(), file, "--speed", "max")
    assert result.exit_code == 0
    assert "3 messages (100%)" in result.stdout


def test_missing_files_are_named(tmp_path: Path) -> None:
    result = run(Context(), tmp_path / "run.mcap")
    assert result.exit_code == 4
    assert "run.mcap: no such file" in result.stderr


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "fast", "", "1e9"])
def test_what_is_no_speed_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"0\.01 to 1000 nor `max`"):
        factor(None, None, text)


@pytest.mark.data
def test_the_shared_recording_is_played_whole(
    recording: Sequence[WireMessage],
) -> None:
    topics = sorted({wire.topic for wire in recording})
    context = Context(topics)
    result = run(context, corpus.RECORDING, "--all", "--speed", "max")
    assert result.exit_code == 0
    arrived: list[WireMessage] = []
    while batch := context.arrived():
        arrived += batch
    for topic in topics:
        assert [w.value for w in arrived if w.topic == topic] == [
            w.value for w in recording if w.topic == topic
        ]

"""``livedata record``: traffic into a file, however it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from livedata_cli.context import LivedataContext
from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from livedata_core.api import InProcessBroker, InProcessTransport
from livedata_core.contract import TransportStatus, WireMessage
from livedata_replay.mcap_writing import RecordingWriter
from livedata_replay.record_command import record
from livedata_replay.recorder import Ended, Recorder
from livedata_replay.recordings import Recorded, open_recording
from livedata_replay.terminal import size
from livedata_replay.topics import topics_of
from tests.support import corpus, recordings
from tests.support.codecs import decode
from tests.support.recorder_process import TOPIC
from tests.support.recordings import codecs, read, reading
from tests.support.require import lacking

MS = 1_000_000
pause = threading.Event()


class Context(LivedataContext):
    """A context whose broker is the test's."""

    def __init__(self) -> None:
        super().__init__()
        self.transport = InProcessTransport(InProcessBroker())

    def open_transport(self, default: str | None = None) -> InProcessTransport:
        return self.transport


def run(*arguments: str | Path, context: LivedataContext | None = None) -> Result:
    return CliRunner().invoke(
        record, [str(a) for a in arguments], obj=context or Context()
    )


class Listed:
    """Gives the messages of each poll, then stops the recorder."""

    def __init__(self, *polls: Sequence[WireMessage]) -> None:
        self.polls = list(polls)
        self.recorder: Recorder | None = None

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        if self.polls:
            return self.polls.pop(0)
        if self.recorder is not None:
            self.recorder.stop()
        return ()

    def close(self) -> None:
        raise AssertionError("the source is not the recorder's to close")


def wire(number: int) -> WireMessage:
    message = reading(number)
    return WireMessage(message.topic, message.value, message.log_time_ns // MS)


def test_log_times_are_the_recorders_and_publish_times_the_brokers(
    tmp_path: Path,
) -> None:
    source, times = Listed([wire(0), wire(1)], [], [wire(2)]), iter((10, 11, 12))
    writer = RecordingWriter(tmp_path / "f.mcap", codecs())
    source.recorder = Recorder(source, writer, clock=lambda: next(times))
    assert source.recorder.run() is Ended.STOPPED
    writer.close()
    assert read(tmp_path / "f.mcap") == (
        [
            Recorded(m.topic, m.value, 10 + number, m.publish_time_ns)
            for number, m in enumerate(map(reading, range(3)))
        ],
        [],
    )


def test_it_ends_when_the_file_is_large_enough(tmp_path: Path) -> None:
    noise = [WireMessage("t", bytes([n]) * 1000) for n in range(100)]
    writer = RecordingWriter(tmp_path / "f.mcap", codecs())
    recorder = Recorder(Listed(noise), writer, max_bytes=10_000)
    assert recorder.run() is Ended.SIZE
    writer.close()
    messages, _ = read(tmp_path / "f.mcap")
    assert 0 < len(messages) <= 10


def test_it_ends_when_the_time_is_over(tmp_path: Path) -> None:
    result = run("-i", "dummy", "-o", tmp_path / "f.mcap", "--duration", "0.01")
    assert result.exit_code == 0
    assert "0 messages" in result.stdout
    assert "the duration is over" in result.stdout
    for topic in topics_of(Context().plugins.registry.instruments["dummy"]):
        assert topic in result.stderr
    assert read(tmp_path / "f.mcap") == ([], [])


@pytest.mark.parametrize(
    ("options", "recorded"),
    [
        (
            ["-i", "dummy", "--control"],
            ["dummy_livedata_commands", "dummy_livedata_roi"],
        ),
        (["--topic", "any_topic"], ["any_topic"]),
        (["-i", "dummy", "--topic", "x", "--topic", "a"], ["a", "x"]),
    ],
)
def test_chosen_topics_alone_are_recorded(
    tmp_path: Path, options: list[str], recorded: list[str]
) -> None:
    result = run(*options, "-o", tmp_path / "f.mcap", "--duration", "0.01")
    assert result.exit_code == 0
    assert f"records {', '.join(recorded)} (" in result.stderr


@contextmanager
def recording_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a recorder; it has recorded something when this is entered."""
    command = [sys.executable, "-m", "tests.support.recorder_process"]
    with subprocess.Popen(
        [*command, "-i", "dummy", "-o", str(path), "--raw"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("records ")
            while process.poll() is None and path.stat().st_size < 20_000:
                pause.wait(0.01)
            yield process
        finally:
            process.kill()


def check_recorded(path: Path) -> list[str]:
    """Check that the recording is the beginning of what was sent; return notes."""
    messages, damage = read(path)
    assert len(messages) > 50
    # The producer may have begun before the recorder listened.
    first = round(decode(WireMessage(TOPIC, messages[0].value)).payload.value.item())
    assert [m.value for m in messages] == [
        reading(number, TOPIC).value for number in range(first, first + len(messages))
    ]
    return damage


def test_a_killed_recorder_leaves_a_file_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "f.mcap"
    with recording_process(path) as process:
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
    (told,) = check_recorded(path)
    assert "it was cut, as by a writer that was killed" in told
    result = CliRunner().invoke(cli, ["info", str(path)])
    assert result.exit_code == 0
    assert "it was cut" in result.stdout
    again = run("--from", path, "-o", tmp_path / "mended.mcap")
    assert again.exit_code == 0
    assert "it was cut" in again.stderr
    assert read(tmp_path / "mended.mcap") == (read(path)[0], [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_finishes_the_file(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "f.mcap"
    with recording_process(path) as process:
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    assert "; stopped" in output
    assert check_recorded(path) == []
    index = open_recording(path).index()
    assert index is not None
    assert index.messages == {TOPIC: len(read(path)[0])}


@pytest.mark.data
@pytest.mark.usefixtures("recording")
def test_the_shared_recording_is_converted(tmp_path: Path) -> None:
    path = tmp_path / "dummy.mcap"
    result = run("--from", corpus.RECORDING, "-o", path)
    assert result.exit_code == 0
    assert "5,113 messages" in result.stdout
    assert read(path) == read(corpus.RECORDING)


def test_chosen_topics_alone_are_copied(tmp_path: Path) -> None:
    messages = [reading(0), reading(1, topic="acme_livedata_data"), reading(2)]
    origin = recordings.record(tmp_path / "f.mcap", messages)
    path = tmp_path / "g.mcap"
    assert run("--from", origin, "-o", path, "--results").exit_code == 0
    assert read(path) == ([messages[1]], [])


def test_the_file_to_copy_is_not_overwritten(tmp_path: Path) -> None:
    origin = recordings.record(tmp_path / "f.mcap", [reading(0)])
    result = run("--from", origin, "-o", origin, "--force")
    assert result.exit_code == 2
    assert "--output is the file to copy" in result.stderr
    assert read(origin) == ([reading(0)], [])


def test_an_existing_file_needs_force(tmp_path: Path) -> None:
    path = tmp_path / "f.mcap"
    path.write_text("precious")
    result = run("-i", "dummy", "-o", path, "--duration", "0.01")
    assert result.exit_code == 4
    assert "exists; choose another name, or replace it with --force" in result.stderr
    assert path.read_text() == "precious"
    forced = run("-i", "dummy", "-o", path, "--duration", "0.01", "--force")
    assert forced.exit_code == 0
    assert read(path) == ([], [])


def test_a_broker_that_refuses_us_ends_it_with_a_finished_file(tmp_path: Path) -> None:
    class Refused(InProcessTransport):
        def status(self) -> TransportStatus:
            return TransportStatus("kafka", False, "wrong password", denied=True)

    context = Context()
    context.transport = Refused(InProcessBroker())
    result = run("-i", "dummy", "-o", tmp_path / "f.mcap", context=context)
    assert result.exit_code == ExitCode.ACCESS_DENIED
    assert "wrong password" in result.stderr
    assert read(tmp_path / "f.mcap") == ([], [])


@pytest.mark.parametrize(("answers", "code"), [(0, 4), (1, 0)])
def test_a_broker_that_was_never_reached_is_an_error(
    tmp_path: Path, answers: int, code: int
) -> None:
    said = iter([True] * answers)

    class Absent(InProcessTransport):
        def status(self) -> TransportStatus:
            return TransportStatus("kafka", next(said, False), "nobody at HOST:1")

    context = Context()
    context.transport = Absent(InProcessBroker())
    path = tmp_path / "f.mcap"
    result = run("-i", "dummy", "-o", path, "--duration", "1", context=context)
    assert result.exit_code == code
    complaint = "nothing was recorded, as no broker was reached: nobody at HOST:1"
    assert (complaint in result.stderr) == bool(code)
    assert read(path) == ([], [])


def test_without_a_broker_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "f.mcap"
    result = CliRunner().invoke(cli, ["record", "-i", "dummy", "-o", str(path)])
    assert result.exit_code == ExitCode.USAGE
    assert "no broker is named" in result.stderr
    assert not path.exists()


def test_a_full_disk_is_one_clear_line() -> None:
    arguments = ("--from", corpus.RECORDING, "-o", "/dev/full", "--force")
    if not corpus.RECORDING.exists():
        lacking("data", f"no recorded traffic at {corpus.RECORDING}")
    result = run(*arguments)
    assert result.exit_code == 4
    assert "cannot write on in /dev/full: No space left on device" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["-o", "f.mcap"], 2, "choose an --instrument, or topics"),
        (["-i", "dumy", "-o", "f.mcap"], 3, "no instrument 'dumy'"),
        (["--from", "nowhere", "-o", "f.mcap"], 4, "nowhere: no such file"),
        (["-i", "dummy", "-o", "f.mcap", "--max-size", "big"], 2, "500M or 20G"),
    ],
)
def test_wrong_options_are_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == code
    assert complaint in result.stderr
    assert not Path("f.mcap").exists()


@pytest.mark.parametrize("text", ["", "G", "-1", "nan", "inf", "1e30", "1 P", "0"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="500M or 20G"):
        size(None, None, text)


def test_sizes_are_in_powers_of_1000() -> None:
    found = [size(None, None, text) for text in ("7", "2k", "3 MB", "1.5g", "1T")]
    assert found == [7, 2000, 3_000_000, 1_500_000_000, 10**12]

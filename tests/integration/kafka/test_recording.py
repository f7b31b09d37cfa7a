"""``livedata record`` and ``livedata replay`` over a real broker."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from livedata_core.contract import WireMessage
from livedata_replay.recordings import Recorded
from tests.support.recordings import read, record
from tests.support.serving import with_us

pytest.importorskip("livedata_kafka", reason="livedata-kafka is not installed")
pytestmark = [pytest.mark.kafka, pytest.mark.data]

LIVEDATA = Path(sys.executable).with_name("livedata")
MARKER = b"marker"
PATIENCE_S = 60.0
MS = 1_000_000


@pytest.fixture
def topics(
    recording: Sequence[WireMessage], kafka_address: str
) -> Iterator[dict[str, str]]:
    """Return a topic of this test for each of the recording's, and make them."""
    names = {wire.topic: f"recording_{wire.topic}" for wire in recording}
    admin = AdminClient({"bootstrap.servers": kafka_address})
    made = admin.create_topics([NewTopic(name, 1, 1) for name in names.values()])
    for future in made.values():
        future.result(30)
    yield names
    for future in admin.delete_topics(list(names.values())).values():
        future.result(30)


@contextmanager
def recorder(
    address: str, topics: Sequence[str], path: Path
) -> Iterator[subprocess.Popen[str]]:
    """Run `livedata record`; it listens to every topic when this is entered."""
    named = [word for topic in topics for word in ("--topic", topic)]
    command = [str(LIVEDATA), "record", "--kafka", address, "-o", str(path), *named]
    log = path.with_suffix(".log")
    with (
        log.open("w") as output,
        subprocess.Popen(
            with_us(command), stdout=output, stderr=output, text=True
        ) as process,
    ):
        try:
            await_markers(address, topics, path, process)
            yield process
        finally:
            process.kill()


def await_markers(
    address: str, topics: Sequence[str], path: Path, process: subprocess.Popen[str]
) -> None:
    """Send to every topic until a message of each has been recorded."""
    producer = Producer({"bootstrap.servers": address, "log_level": 0})
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        for topic in topics:
            producer.produce(topic, MARKER)
        assert producer.flush(30) == 0
        if path.exists() and {message.topic for message in recorded(path)} == {*topics}:
            return
        time.sleep(0.5)
    raise AssertionError(path.with_suffix(".log").read_text())


def recorded(path: Path) -> list[Recorded]:
    """Return what the file holds by now."""
    return read(path)[0] if path.stat().st_size else []


def await_messages(path: Path, count: int) -> None:
    """Wait until that many messages beside the markers are in the file."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if sum(message.value != MARKER for message in recorded(path)) >= count:
            return
        time.sleep(0.5)
    raise AssertionError(f"not {count} messages within {PATIENCE_S:.0f} s")


def test_what_is_replayed_into_kafka_is_recorded_from_it(
    recording: Sequence[WireMessage],
    kafka_address: str,
    topics: dict[str, str],
    tmp_path: Path,
) -> None:
    sent = [
        Recorded(topics[wire.topic], wire.value, wire.log_time_ms * MS)
        for wire in recording
    ]
    played = record(tmp_path / "played.mcap", sent)
    path = tmp_path / "recorded.mcap"
    with recorder(kafka_address, sorted(topics.values()), path) as process:
        replay = [str(LIVEDATA), "replay", str(played), "--kafka", kafka_address]
        replayed = subprocess.run(
            [*replay, "--all", "--speed", "max"],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert replayed.returncode == 0, replayed.stderr
        assert f"{len(sent):,} messages (100%)" in replayed.stdout
        await_messages(path, len(sent))
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    messages, damage = read(path)
    assert damage == []
    now_ns = time.time_ns()
    for topic in topics.values():
        found = [m for m in messages if m.topic == topic and m.value != MARKER]
        assert [m.value for m in found] == [m.value for m in sent if m.topic == topic]
        logged = [m.log_time_ns for m in found]
        assert logged == sorted(logged)
        assert all(now_ns - 600 * 10**9 < m.publish_time_ns < now_ns for m in found)


def test_a_killed_recorder_keeps_what_it_had(
    kafka_address: str, topics: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "recorded.mcap"
    with recorder(kafka_address, sorted(topics.values()), path) as process:
        process.kill()
        process.wait(60)
    messages, (told,) = read(path)
    assert {message.topic for message in messages} == {*topics.values()}
    assert {message.value for message in messages} == {MARKER}
    assert "it was cut" in told

"""``livedata topics``, with a third party's transport in place of a broker.

Against Apache Kafka: tests/integration/kafka.
"""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from livedata_core.contract import Topics, needed_topics
from livedata_dummy.instrument import DUMMY
from tests.support.plugins import Site

PLUGIN = """
    from livedata_core.contract import TransportSpec, hookimpl

    @hookimpl
    def livedata_transports():
        yield TransportSpec(name="shelf", title="S", factory="topics_impl:Shelf")
"""
IMPLEMENTATION = """
    import math
    from livedata_core.contract import AccessDeniedError, TopicState

    kept = {}

    class Shelf:
        def __init__(self, settings):
            self.mood = settings.get("mood")

        def topic_states(self, names):
            if self.mood == "away":
                raise RuntimeError("the shelf is away; ask the carpenter")
            if self.mood == "strict":
                raise AccessDeniedError("the shelf refuses user 'me'")
            return {name: kept[name] for name in names if name in kept}

        def create_topics(self, topics):
            refused = {}
            for topic in topics:
                if self.mood == "full":
                    refused[topic.name] = "no room"
                else:
                    kept[topic.name] = TopicState(
                        1, topic.retention_s, topic.max_message_bytes
                    )
            return refused

        def close(self):
            pass

    kept["dummy_detector"] = TopicState(3, math.inf, 1 << 20)
"""


@pytest.fixture(autouse=True)
def shelf(site: Site) -> Site:
    site.install("topics_plugin", PLUGIN, distribution="acme-shelf")
    site.install("topics_impl", IMPLEMENTATION)
    return site


def run(*args: str) -> Result:
    arguments = ("topics", "--instrument", "dummy", *args)
    return CliRunner().invoke(cli, arguments, prog_name="livedata")


def listed(*args: str) -> dict[str, dict[str, object]]:
    result = run("--json", *args)
    assert result.exit_code == ExitCode.OK, result.stderr
    return {row["name"]: row for row in json.loads(result.stdout)}


def line(text: str, topic: str) -> str:
    (found,) = (line for line in text.splitlines() if line.split()[:1] == [topic])
    return " ".join(found.split())


def test_topics_are_listed_without_a_broker() -> None:
    text = run().stdout
    assert line(text, "dummy_livedata_data") == (
        "dummy_livedata_data da00 results workers dashboards 30 s 100 MiB"
    )
    assert "On the broker" not in text
    rows = listed()
    assert list(rows) == [topic.name for topic in needed_topics(DUMMY)]
    assert rows["dummy_detector"]["exists"] is None


def test_a_broker_tells_what_it_has_and_what_is_less_than_needed() -> None:
    text = run("--transport", "shelf").stdout
    assert line(text, "dummy_livedata_data").endswith("missing")
    assert line(text, "dummy_detector").endswith(
        "3 partitions, kept for ever, only messages up to 1 MiB"
    )
    assert "--create makes those that are missing" in text
    rows = listed("--transport", "shelf")
    assert rows["dummy_livedata_data"]["exists"] is False
    assert rows["dummy_detector"]["state"] == {
        "partitions": 3,
        "retention_s": "forever",
        "max_message_bytes": 1 << 20,
    }


def test_create_makes_what_is_missing_and_leaves_the_rest() -> None:
    result = run("--transport", "shelf", "--create")
    assert result.exit_code == ExitCode.OK
    assert "made dummy_livedata_data" in result.stderr
    assert "made dummy_detector" not in result.stderr
    assert line(result.stdout, "dummy_livedata_data").endswith("100 MiB 1 partition")
    assert line(result.stdout, "dummy_detector").endswith("up to 1 MiB")
    assert "made" not in run("--transport", "shelf", "--create").stderr


def test_create_needs_a_broker() -> None:
    result = run("--create")
    assert result.exit_code == ExitCode.USAGE
    assert "no broker is named" in result.stderr


def test_transport_without_topics_is_named() -> None:
    result = run("--transport", "null")
    assert result.exit_code == ExitCode.USAGE
    assert "'null' has no topics to look after" in result.stderr


@pytest.mark.parametrize(
    ("mood", "code", "complaint"),
    [
        ("away", ExitCode.CANNOT_START, "ask the carpenter"),
        ("strict", ExitCode.ACCESS_DENIED, "refuses user 'me'"),
        ("full", ExitCode.CANNOT_START, "dummy_livedata_commands: no room"),
    ],
)
def test_what_the_broker_refuses_is_one_line_with_its_code(
    mood: str, code: ExitCode, complaint: str
) -> None:
    result = run("--transport", "shelf", "-X", f"mood={mood}", "--create")
    assert result.exit_code == code
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr


def test_every_topic_of_livedata_is_needed() -> None:
    names = {topic.name for topic in needed_topics(DUMMY)}
    own = {
        getattr(Topics("dummy"), name)
        for name, kind in vars(Topics).items()
        if isinstance(kind, property)
    }
    assert own <= names
    assert set(DUMMY.topics()) <= names

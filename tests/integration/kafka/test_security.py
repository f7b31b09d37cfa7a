"""Passwords over a real broker: the right one works, a wrong one is final."""

from __future__ import annotations

import pytest

from livedata_cli.exit_codes import ExitCode
from tests.support.kafka import KafkaBroker
from tests.support.kafka.broker import PASSWORD, USER
from tests.support.programs import livedata

pytestmark = pytest.mark.kafka
WRONG = "guessed-secret"


def sasl(broker: KafkaBroker, mechanism: str) -> tuple[str, ...]:
    return (
        *("--kafka", broker.sasl_address),
        *("-X", "security.protocol=SASL_PLAINTEXT"),
        *("-X", f"sasl.mechanism={mechanism}"),
        *("-X", f"sasl.username={USER}"),
    )


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_the_right_password_is_let_in(
    shared_kafka: KafkaBroker, mechanism: str
) -> None:
    env = {"LIVEDATA_KAFKA_SASL_PASSWORD": PASSWORD}
    done = livedata("topics", "-i", "dummy", *sasl(shared_kafka, mechanism), env=env)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "On the broker" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
@pytest.mark.parametrize(
    "command",
    [
        ("topics", "-i", "dummy"),
        ("worker", "--log-level", "debug"),
        ("serve", "--port", "0", "--store", "memory", "--log-level", "debug"),
        ("--debug", "simulate"),
    ],
    ids=["topics", "worker", "serve", "simulate"],
)
def test_a_wrong_password_ends_every_command_with_its_code(
    shared_kafka: KafkaBroker, mechanism: str, command: tuple[str, ...]
) -> None:
    env = {"LIVEDATA_KAFKA_SASL_PASSWORD": WRONG}
    done = livedata(*command, *sasl(shared_kafka, mechanism), env=env)
    assert done.returncode == ExitCode.ACCESS_DENIED, done.stderr
    (line,) = (x for x in done.stderr.splitlines() if x.startswith("Error: "))
    assert shared_kafka.sasl_address in line
    assert "refuses" in line
    assert "sasl." in line
    assert WRONG not in done.stdout + done.stderr


def test_an_unknown_setting_is_one_line_with_its_name(
    shared_kafka: KafkaBroker,
) -> None:
    done = livedata("serve", "--kafka", shared_kafka.address, "-X", "sasl.pasword=hush")
    assert done.returncode == ExitCode.CANNOT_START
    assert "sasl.pasword" in done.stderr
    assert "hush" not in done.stderr
    assert len(done.stderr.splitlines()) == 1

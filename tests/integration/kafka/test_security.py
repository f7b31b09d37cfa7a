"""Passwords, certificates, tokens and rights over a real broker.

Right ones are let in, wrong ones are final; a topic without permission is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AclOperation  # type: ignore[attr-defined]

from livedata_cli.exit_codes import ExitCode
from livedata_kafka.transport import KafkaTransport, create
from tests.core.transport.contract import read
from tests.support.kafka import KafkaBroker
from tests.support.kafka.broker import PASSWORD, USER
from tests.support.kafka.fixtures import made
from tests.support.kafka.secured import SCOPE, SecuredKafka
from tests.support.kafka.tokens import CLIENT, CLIENT_SECRET, token_server
from tests.support.programs import livedata
from tests.support.serving import free_port

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


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    """Run a broker with TLS, tokens and rights."""
    secured = made(lambda: SecuredKafka(tmp_path_factory.mktemp("secured")))
    with secured.broker:
        yield secured


def over_tls(secured: SecuredKafka, address: str, **further: str) -> tuple[str, ...]:
    """Return the options of a command; dots of further settings are underscores."""
    settings = {"ssl.ca.location": str(secured.ca)} | {
        name.replace("_", "."): value for name, value in further.items()
    }
    words = ["--kafka", address]
    for name, value in settings.items():
        words += ["-X", f"{name}={value}"]
    return tuple(words)


def test_the_certificate_of_a_known_authority_is_trusted(secured: SecuredKafka) -> None:
    options = over_tls(secured, secured.tls_address, security_protocol="SSL")
    done = livedata("topics", "-i", "dummy", *options)
    assert done.returncode == ExitCode.OK, done.stderr


def test_the_certificate_of_an_unknown_authority_is_final(
    secured: SecuredKafka,
) -> None:
    options = ("--kafka", secured.tls_address, "-X", "security.protocol=SSL")
    done = livedata("worker", *options)
    assert done.returncode == ExitCode.ACCESS_DENIED, done.stderr
    (line,) = (x for x in done.stderr.splitlines() if x.startswith("Error: "))
    assert "certificate" in line
    assert "ssl." in line


def test_a_password_works_over_tls(secured: SecuredKafka) -> None:
    options = over_tls(
        secured,
        secured.sasl_address,
        security_protocol="SASL_SSL",
        sasl_mechanism="SCRAM-SHA-256",
        sasl_username=USER,
    )
    env = {"LIVEDATA_KAFKA_SASL_PASSWORD": PASSWORD}
    done = livedata("topics", "-i", "dummy", *options, env=env)
    assert done.returncode == ExitCode.OK, done.stderr


@pytest.mark.parametrize(
    ("scope", "code"), [(SCOPE, ExitCode.OK), ("other", ExitCode.ACCESS_DENIED)]
)
def test_tokens_of_an_identity_provider_are_fetched(
    secured: SecuredKafka, scope: str, code: ExitCode
) -> None:
    with token_server() as url:
        options = over_tls(
            secured,
            secured.sasl_address,
            security_protocol="SASL_SSL",
            sasl_mechanism="OAUTHBEARER",
            sasl_oauthbearer_method="oidc",
            sasl_oauthbearer_client_id=CLIENT,
            sasl_oauthbearer_scope=scope,
            sasl_oauthbearer_token_endpoint_url=url,
        )
        env = {"LIVEDATA_KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET": CLIENT_SECRET}
        done = livedata("topics", "-i", "dummy", *options, env=env)
    assert done.returncode == code, done.stderr
    assert CLIENT_SECRET not in done.stdout + done.stderr


def test_a_provider_that_is_down_is_awaited(secured: SecuredKafka) -> None:
    port = free_port()
    settings = {
        "bootstrap.servers": secured.sasl_address,
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": str(secured.ca),
        "sasl.mechanism": "OAUTHBEARER",
        "sasl.oauthbearer.method": "oidc",
        "sasl.oauthbearer.client.id": CLIENT,
        "sasl.oauthbearer.client.secret": CLIENT_SECRET,
        "sasl.oauthbearer.scope": SCOPE,
        "sasl.oauthbearer.token.endpoint.url": f"http://127.0.0.1:{port}/token",
    }
    with closing(create(settings)) as transport:
        assert not transport.status().connected
        assert not transport.status().denied
        with token_server(port):
            await_detail(transport, lambda told: not told)
            assert transport.status().connected


@contextmanager
def known_user(secured: SecuredKafka) -> Iterator[KafkaTransport]:
    settings = {
        "bootstrap.servers": secured.sasl_address,
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": str(secured.ca),
        "sasl.mechanism": "SCRAM-SHA-256",
        "sasl.username": USER,
        "sasl.password": PASSWORD,
    }
    with closing(create(settings)) as transport:
        yield transport


def await_detail(
    transport: KafkaTransport, holds: Callable[[str], bool], patience_s: float = 60.0
) -> None:
    """Wait until what the status tells is as it should be."""
    deadline = time.monotonic() + patience_s
    while not holds(transport.status().detail):
        assert time.monotonic() < deadline, transport.status()
        time.sleep(0.05)


@pytest.mark.parametrize("right", [AclOperation.DESCRIBE, AclOperation.ALTER_CONFIGS])
def test_a_topic_without_permission_is_told_and_read_once_it_is_granted(
    secured: SecuredKafka, right: AclOperation
) -> None:
    hidden, open_ = f"hidden_{right.name.lower()}", f"open_{right.name.lower()}"
    secured.broker.create(hidden, open_)
    ours = Producer({"bootstrap.servers": secured.broker.address})
    ours.produce(hidden, b"old, so of no use any more")
    assert ours.flush(30) == 0
    with known_user(secured) as transport:
        sink = transport.sink()
        with secured.granted(hidden, right):
            source = transport.source([hidden, open_])
            await_detail(transport, lambda told: f"cannot read {hidden}" in told)
            sink.publish(open_, b"others go on")
            assert [m.value for m in read(source, 1)] == [b"others go on"]
            assert transport.status().connected
        await_detail(transport, lambda told: hidden not in told)
        got: list[bytes] = []
        deadline = time.monotonic() + 60.0
        while not got:  # it is read from about now on, not from its beginning
            assert time.monotonic() < deadline, transport.status()
            sink.publish(hidden, b"granted")
            got += [m.value for m in source.poll(0.1)]
        assert set(got) == {b"granted"}


def test_what_may_not_be_written_is_counted_and_told(secured: SecuredKafka) -> None:
    secured.broker.create("fixed")
    with (
        known_user(secured) as transport,
        secured.granted("fixed", AclOperation.READ),
    ):
        transport.sink().publish("fixed", b"no")
        await_detail(transport, lambda told: "not sent: fixed" in told)
        assert transport.traffic()["fixed"].unsent == 1

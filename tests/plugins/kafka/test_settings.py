"""Settings: what is refused, what is ours, and that secrets stay secret."""

from __future__ import annotations

import pytest

from livedata_kafka.settings import FIXED, KafkaSettings, Role
from livedata_kafka.transport import create

SERVERS = {"bootstrap.servers": "127.0.0.1:1"}
ROLE = Role("test", 1024, 0.0)


def ignore(error: object) -> None:
    del error


def test_a_broker_must_be_named() -> None:
    with pytest.raises(ValueError, match="--kafka HOST:PORT"):
        KafkaSettings.parse({"security.protocol": "SSL"})


@pytest.mark.parametrize(
    "address",
    ["broker:0", "broker:65536", "broker:", "broker:kafka", "broker:-1", "[::1]:x"],
)
def test_a_port_that_is_none_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="port must be a number from 1 to 65535") as e:
        create({"bootstrap.servers": f"good:9092, {address}"})
    assert repr(address) in str(e.value)


@pytest.mark.parametrize(
    "servers",
    [
        "broker:9092",
        "a:1, b:65535,",
        "broker",
        "[::1]:9092",
        "[::1]",
        "fe80::1",
        "SASL_SSL://broker:9092",
        "PLAINTEXT://broker",
    ],
)
def test_addresses_that_librdkafka_reads_are_taken(servers: str) -> None:
    assert KafkaSettings.parse({"bootstrap.servers": servers}).servers == servers


def test_what_readers_rely_on_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match=r"'enable\.auto\.commit' is livedata's own"):
        KafkaSettings.parse({**SERVERS, "enable.auto.commit": True})


def test_settings_of_yaml_become_librdkafkas() -> None:
    settings = KafkaSettings.parse(
        {**SERVERS, "log.level": "3", "socket.keepalive.enable": False, "linger.ms": 3}
    )
    options = settings.producer(ROLE, ignore)
    assert options["log_level"] == "3"
    assert options["socket.keepalive.enable"] == "false"
    assert options["linger.ms"] == 3


@pytest.mark.parametrize("value", [None, ["hush"], {"a": "hush"}])
def test_setting_that_is_no_text_is_named_and_not_shown(value: object) -> None:
    with pytest.raises(ValueError, match=r"'sasl\.password' must be text") as error:
        KafkaSettings.parse({**SERVERS, "sasl.password": value})
    assert "hush" not in str(error.value)


def test_what_the_user_says_wins_but_for_what_is_fixed() -> None:
    options = KafkaSettings.parse({**SERVERS, "fetch.wait.max.ms": 7}).consumer(
        ROLE, ignore
    )
    assert options["fetch.wait.max.ms"] == 7
    assert {name: options[name] for name in FIXED} == FIXED


@pytest.mark.parametrize(
    "name",
    [
        "sasl.password",
        "ssl.key.password",
        "ssl.keystore.password",
        "ssl.key.pem",
        "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.config",
    ],
)
def test_secrets_are_in_no_text(name: str) -> None:
    settings = KafkaSettings.parse({**SERVERS, name: "hush"})
    assert "hush" not in repr(settings)
    assert settings.redact("the broker says hush, hush") == "the broker says ***, ***"


def test_setting_that_librdkafka_does_not_know_is_named() -> None:
    with pytest.raises(ValueError, match=r"sasl\.pasword"):
        create({**SERVERS, "sasl.pasword": "hush"})


def test_value_that_librdkafka_cannot_use_is_named() -> None:
    with pytest.raises(ValueError, match=r"security\.protocol"):
        create({**SERVERS, "security.protocol": "TLS"})

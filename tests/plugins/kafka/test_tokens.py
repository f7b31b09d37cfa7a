"""An identity provider that refuses the client is final, one that is down is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import pytest
from confluent_kafka import KafkaError

from livedata_core.contract import AccessDeniedError
from livedata_kafka import watching
from livedata_kafka.settings import KafkaSettings
from livedata_kafka.transport import create
from livedata_kafka.watching import Watcher
from tests.support.kafka.tokens import CLIENT, token_server

NOBODY = "http://127.0.0.1:1/token"
FAILED = "Failed to acquire SASL OAUTHBEARER token: "


def settings(url: str = NOBODY, secret: str = "hush") -> dict[str, object]:
    return {
        "bootstrap.servers": "127.0.0.1:1",
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "OAUTHBEARER",
        "sasl.oauthbearer.method": "OIDC",
        "sasl.oauthbearer.client.id": CLIENT,
        "sasl.oauthbearer.client.secret": secret,
        "sasl.oauthbearer.scope": "any",
        "sasl.oauthbearer.token.endpoint.url": url,
    }


def test_a_provider_that_is_down_is_awaited(caplog: pytest.LogCaptureFixture) -> None:
    with closing(create(settings())) as kafka:
        give_up = time.monotonic() + 60
        while FAILED + "Failed to connect" not in kafka.status().detail:
            assert time.monotonic() < give_up, kafka.status()
            time.sleep(0.05)
        assert not kafka.status().connected
        assert not kafka.status().denied
    told = [line for line in caplog.messages if "identity provider" in line]
    assert len(told) == 1


def test_a_client_that_the_provider_does_not_know_is_final() -> None:
    with (
        token_server() as url,
        pytest.raises(AccessDeniedError, match="invalid_client"),
    ):
        create(settings(url, "guessed"))


@pytest.fixture
def report() -> Callable[[str], str]:
    """Return what reports a failure to authenticate and gives why we are denied."""
    watcher = Watcher(KafkaSettings.parse(settings()))

    def report(text: str) -> str:
        watcher.on_error(KafkaError(KafkaError._AUTHENTICATION, text))
        return watcher.denied

    return report


@pytest.mark.parametrize(
    "answer",
    [
        "Operation timed out after 20001 milliseconds with 0 bytes received",
        "Could not resolve host: login.example",
        "<html>503 Service Unavailable</html>",
        "Server did not provide an error string",
        '{"error":"server_error"}{"error":"server_error"}',
        '{"error": "temporarily_unavailable"}',
    ],
)
def test_faults_of_the_provider_pass(report: Callable[[str], str], answer: str) -> None:
    assert report(FAILED + answer) == ""


def test_a_refused_client_is_final_also_after_faults(
    report: Callable[[str], str],
) -> None:
    assert report(FAILED + "Could not resolve host") == ""
    answer = FAILED + '{"error" : "unauthorized_client"}'
    assert report(answer) == answer


def test_a_refused_token_is_final_unless_no_new_one_could_be_had(
    monkeypatch: pytest.MonkeyPatch, report: Callable[[str], str]
) -> None:
    expired = 'SASL authentication error: {"status":"invalid_token"}'
    assert report(FAILED + "Could not resolve host") == ""
    assert report(expired) == ""
    monkeypatch.setattr(watching, "NO_TOKEN_FOR_S", 0.0)
    assert report(expired) == expired

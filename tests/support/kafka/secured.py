"""A broker that lets in by certificate, password or token, and grants rights by topic.

Beside the open listener, whose users may do all: ``SSL``, and ``SASL_SSL`` with
SCRAM-SHA-256 and OAUTHBEARER. Rights are those of Kafka's `StandardAuthorizer`: who has
no rule for a topic may use it. Tokens are unsigned, and need the scope `SCOPE`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from tests.support.kafka.broker import ADMIN_S, KafkaBroker
from tests.support.serving import free_ports

__all__ = ["SCOPE", "SecuredKafka"]

SCOPE = "livedata"
_JAAS = "org.apache.kafka.common.security"
_HOST = "127.0.0.1"


class SecuredKafka:
    """Made of a running `KafkaBroker` and what its clients need.

    Attributes
    ----------
    broker:
        The broker; its `address` needs no credentials.
    tls_address, sasl_address:
        ``host:port`` of the other listeners.
    ca:
        The certificate of the authority that signed the broker's.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ca = folder / "ca.pem"
        store = _make_certificates(folder, self.ca)
        tls, sasl = free_ports(2)
        self.tls_address, self.sasl_address = f"{_HOST}:{tls}", f"{_HOST}:{sasl}"
        self.broker = KafkaBroker(folder / "broker", _options(tls, sasl, store))

    @contextmanager
    def granted(self, topic: str, *operations: AclOperation) -> Iterator[None]:
        """Let users do these things with a topic and no others while the block lasts.

        Kafka implies the right to describe from those to read and write.
        """
        place = (ResourceType.TOPIC, topic, ResourcePatternType.LITERAL)
        rules = [
            AclBinding(*place, "User:*", "*", operation, AclPermissionType.ALLOW)
            for operation in operations
        ]
        admin = self.broker.admin()
        for made in admin.create_acls(rules).values():
            made.result(ADMIN_S)
        try:
            yield
        finally:
            whose = (None, None, AclOperation.ANY, AclPermissionType.ANY)
            for gone in admin.delete_acls([AclBindingFilter(*place, *whose)]).values():
                assert len(gone.result(ADMIN_S)) == len(rules)


def _options(tls: int, sasl: int, store: Path) -> dict[str, str]:
    return {
        "further.listeners": f"SSL://{_HOST}:{tls},SASL_SSL://{_HOST}:{sasl}",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(store),
        "listener.name.sasl_ssl.sasl.enabled.mechanisms": "SCRAM-SHA-256,OAUTHBEARER",
        "listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config": (
            f"{_JAAS}.scram.ScramLoginModule required;"
        ),
        "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config": (
            f"{_JAAS}.oauthbearer.OAuthBearerLoginModule required "
            f'unsecuredLoginStringClaim_sub="broker" '
            f'unsecuredValidatorRequiredScope="{SCOPE}";'
        ),
        "authorizer.class.name": (
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
        ),
        "allow.everyone.if.no.acl.found": "true",
        "super.users": "User:ANONYMOUS",
    }


def _make_certificates(folder: Path, ca: Path) -> Path:
    """Make an authority and a certificate of the broker; return its key store."""
    key, request, signed = (folder / name for name in ("b.key", "b.csr", "b.pem"))
    names = folder / "names"
    names.write_text(f"subjectAltName=IP:{_HOST}\n")
    authority = folder / "ca.key"
    new_key = ("-newkey", "rsa:2048", "-noenc")
    _openssl(
        "req", "-x509", *new_key, "-keyout", authority, "-out", ca, "-subj", "/CN=ca"
    )
    _openssl("req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=broker")
    sign = ("x509", "-req", "-in", request, "-CA", ca, "-CAkey", authority)
    _openssl(*sign, "-CAcreateserial", "-out", signed, "-extfile", names)
    store = folder / "broker.store.pem"
    store.write_text(key.read_text() + signed.read_text() + ca.read_text())
    return store


def _openssl(*arguments: str | Path) -> None:
    done = subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]} failed: {done.stderr}")

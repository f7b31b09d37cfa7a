"""One Kafka broker (KRaft, one node) on loopback, killed and restarted at will.

``python -m tests.support.kafka`` runs one by hand.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.kafka.distribution import java, kafka_jars
from tests.support.serving import free_ports, with_us

CLUSTER_ID = "bGl2ZWRhdGEtdGVzdHMtMQ"
START_S = 60.0
STOP_S = 30.0
ADMIN_S = 20.0
MAX_MESSAGE_BYTES = 110 << 20
"""More than the largest messages in the field, 100 MiB."""
USER, PASSWORD = "operator", "operator-secret"

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners={listeners},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={listeners}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=\
PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT,\
SSL:SSL,SASL_SSL:SASL_SSL
listener.name.sasl_plaintext.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256
listener.name.sasl_plaintext.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required \
user_{user}="{password}";
listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
log.dirs={data}
auto.create.topics.enable=false
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=250
controller.quorum.election.timeout.ms=200
controller.quorum.election.backoff.max.ms=200
log.initial.task.delay.ms=1000
offsets.topic.replication.factor=1
message.max.bytes={max_bytes}
replica.fetch.max.bytes={max_bytes}
socket.request.max.bytes={request_bytes}
log.retention.check.interval.ms=5000
"""


class KafkaBroker:
    """A broker that keeps its ports and its data over restarts.

    Parameters
    ----------
    folder:
        Where its settings, data and log are.
    options:
        Further properties of the broker; these win. ``further.listeners`` are added to
        its own two.
    heap_mb:
        Java heap.

    Attributes
    ----------
    address:
        ``host:port`` without authentication.
    sasl_address:
        ``host:port`` for `USER` with `PASSWORD`, by PLAIN or SCRAM-SHA-256.
    """

    def __init__(
        self,
        folder: Path,
        options: Mapping[str, str] | None = None,
        *,
        heap_mb: int = 512,
    ) -> None:
        self._folder = folder
        self._heap_mb = heap_mb
        self._jars, self._java = kafka_jars(), java()
        plain, sasl, controller = free_ports(3)
        self.address = f"127.0.0.1:{plain}"
        self.sasl_address = f"127.0.0.1:{sasl}"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "broker.log"
        self._settings = folder / "server.properties"
        folder.mkdir(parents=True, exist_ok=True)
        further = dict(options or {})
        listeners = [
            f"PLAINTEXT://{self.address}",
            f"SASL_PLAINTEXT://{self.sasl_address}",
        ]
        if "further.listeners" in further:
            listeners.append(further.pop("further.listeners"))
        text = _PROPERTIES.format(
            listeners=",".join(listeners),
            controller=controller,
            data=folder / "data",
            user=USER,
            password=PASSWORD,
            max_bytes=MAX_MESSAGE_BYTES,
            request_bytes=MAX_MESSAGE_BYTES + (1 << 20),
        )
        text += "".join(f"{name}={value}\n" for name, value in further.items())
        self._settings.write_text(text, encoding="utf-8")

    @property
    def running(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, again too; returns when it answers.

        Raises
        ------
        RuntimeError
            If it ends or does not answer in time, with its log.
        """
        if not (self._folder / "data").exists():
            self._format()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                with_us(self._command("kafka.Kafka", str(self._settings))),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_S
        while self.running and time.monotonic() < deadline:
            if reachable(self.address):
                return
        text = self._log.read_text(encoding="utf-8", errors="replace")
        self.kill()
        raise RuntimeError(f"the Kafka broker does not start:\n{text[-4000:]}")

    def stop(self) -> None:
        """Shut it down in order, within `STOP_S`."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def admin(self) -> AdminClient:
        """Return a client for its topics."""
        return AdminClient({"bootstrap.servers": self.address})

    def create(
        self,
        *topics: str,
        partitions: int = 1,
        config: Mapping[str, str] | None = None,
    ) -> None:
        """Create topics that take messages of the field's sizes."""
        new = [
            NewTopic(
                topic,
                num_partitions=partitions,
                replication_factor=1,
                config={"max.message.bytes": str(MAX_MESSAGE_BYTES), **(config or {})},
            )
            for topic in topics
        ]
        admin = self.admin()  # must outlive its answers
        for created in admin.create_topics(new).values():
            created.result(ADMIN_S)

    def delete(self, *topics: str) -> None:
        """Delete topics; returns when they are gone."""
        admin = self.admin()
        for deleted in admin.delete_topics(list(topics)).values():
            deleted.result(ADMIN_S)
        deadline = time.monotonic() + ADMIN_S
        while set(topics) & admin.list_topics(timeout=ADMIN_S).topics.keys():
            if time.monotonic() > deadline:
                raise RuntimeError(f"topics {topics} are still there")

    def tool(self, main: str, *arguments: str) -> str:
        """Run one of Kafka's own tools, by its class; return what it printed.

        Raises
        ------
        RuntimeError
            If it fails, with what it said.
        """
        command = self._command(main, *arguments)
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{main} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def __enter__(self) -> KafkaBroker:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _format(self) -> None:
        tool = ["format", "-t", CLUSTER_ID, "-c", str(self._settings), "--standalone"]
        scram = f"SCRAM-SHA-256=[name={USER},password={PASSWORD}]"
        command = self._command("kafka.tools.StorageTool", *tool, "--add-scram", scram)
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"cannot format Kafka's data: {done.stderr[-2000:]}")

    def _command(self, main: str, *arguments: str) -> list[str]:
        return [
            self._java,
            f"-Xmx{self._heap_mb}m",
            "-XX:+UseSerialGC",  # two cores, shared with what is tested
            "-XX:TieredStopAtLevel=1",  # starts sooner
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            f"{self._jars}/*",
            main,
            *arguments,
        ]

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        os.killpg(process.pid, how)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def reachable(address: str, timeout_s: float = 1.0) -> bool:
    """Return whether a broker answers there, within the time."""
    # Attempts until then are not errors worth a line on the terminal.
    silent = {"log_level": 0, "reconnect.backoff.ms": 50}
    client = AdminClient({"bootstrap.servers": address, **silent})
    try:
        client.list_topics(timeout=timeout_s)
    except KafkaException:
        return False
    return True

"""Every command that the pages for operators print runs, over a real broker."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import corpus
from tests.support.kafka import KafkaBroker
from tests.support.kafka.broker import PASSWORD, USER
from tests.support.operator import Operator
from tests.support.pages import OPERATORS, ROOT
from tests.support.programs import livedata

pytestmark = [pytest.mark.kafka, pytest.mark.data]

ADDRESSES = (
    "broker.example:9092",
    "broker:9092",
    "localhost:9092",
    "HOST:9092",
    "HOST:PORT",
)
FILES = ("FILE", "FILE.nxs", "run.nxs", "SANS2D_run.nxs", "SANS2D_minimal.nxs")
SETTINGS = f"""\
transport: kafka
settings:
  security.protocol: SASL_PLAINTEXT
  sasl.mechanism: PLAIN
  sasl.username: {USER}
"""


@pytest.fixture(scope="module")
def operator(
    shared_kafka: KafkaBroker,
    sans2d_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Operator]:
    folder = tmp_path_factory.mktemp("operator")
    for name in FILES:
        (folder / name).symlink_to(sans2d_file)
    (folder / "messages.jsonl.zst").symlink_to(corpus.RECORDING)
    (folder / "kafka.yaml").write_text(SETTINGS)
    for instrument in ("dummy", "sans2d"):
        where = ("-i", instrument, "--kafka", shared_kafka.address)
        assert livedata("topics", *where, "--create").returncode == 0
    replaced = {
        "LIVEDATA_KAFKA=broker:9092": f"LIVEDATA_KAFKA={shared_kafka.sasl_address}",
        "…": PASSWORD,
        " NAME": " sans2d",
        **dict.fromkeys(ADDRESSES, shared_kafka.address),
    }

    def configs(arguments: list[str]) -> str:
        return shared_kafka.tool("kafka.admin.ConfigCommand", *arguments)

    def python(arguments: list[str]) -> str:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout

    tools = {"kafka-configs.sh": configs, "python": python}
    operator = Operator(folder, replaced, tools)
    yield operator
    operator.close()
    topics = shared_kafka.admin().list_topics(timeout=30).topics
    shared_kafka.delete(*(n for n in topics if n.startswith(("dummy_", "sans2d_"))))


@pytest.mark.parametrize("page", OPERATORS)
def test_page_can_be_followed(
    operator: Operator,
    shared_kafka: KafkaBroker,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
) -> None:
    monkeypatch.chdir(operator.folder)
    # On that page the file livedata.env says where the broker is.
    said = {"LIVEDATA_KAFKA": shared_kafka.address} if "deploy" in page else {}
    operator.follow(ROOT / page, said)

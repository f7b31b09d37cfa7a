"""A whole facility in processes, seen and started from the page of a browser.

``livedata topics --create``, ``worker``, ``serve`` and what sends data, over a real
broker: the simulated instrument, and SANS2D from its event file.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from livedata_core.api import load_plugins
from livedata_core.contract import ResultKey, Topics, WorkflowSpec, needed_topics
from tests.browser.conftest import OpenWindow, Window
from tests.support.codecs import decode
from tests.support.kafka import KafkaBroker
from tests.support.kafka.topics import all_messages
from tests.support.programs import LIVEDATA, livedata
from tests.support.serving import free_port, running, wait_for_page

pytestmark = [pytest.mark.kafka, pytest.mark.browser]

PATIENCE_S = 90.0
WITHOUT_DATA = {f"monitor{number}" for number in range(3, 9)}
"""Monitors of SANS2D that neither the file nor the simulation has."""


@contextmanager
def facility(
    broker: KafkaBroker, instrument: str, feed: Sequence[str], folder: Path
) -> Iterator[str]:
    """Run all there is of an instrument; give the URL of its page."""
    where = ("-i", instrument, "--kafka", broker.address)
    made = livedata("topics", *where, "--create")
    assert made.returncode == 0, made.stderr
    port, log = free_port(), folder / "serve.log"
    serve = [LIVEDATA, "serve", *where, "--port", str(port), "--store", "memory"]
    with ExitStack() as stack:
        for name, command in {"worker": ("worker",), "feed": feed}.items():
            words = [LIVEDATA, *command, *where]
            stack.enter_context(running(words, folder / f"{name}.log"))
        process = stack.enter_context(running(serve, log))
        url = f"http://localhost:{port}/"
        wait_for_page(url, process, log)
        yield url
        assert "Traceback" not in log.read_text()
    topics = needed_topics(load_plugins().registry.instruments[instrument])
    broker.delete(*(topic.name for topic in topics))


def start_every_workflow(seen: Window, specs: Sequence[WorkflowSpec]) -> None:
    """Press every start button of the workflows page; wait until all of them run."""
    seen.page.click("#rail >> text=Workflows")
    for spec in specs:
        seen.page.click(f'[aria-label="Start {spec.title}"]')
    for spec in specs:
        row = f'[data-workflow="{spec.id}"]'
        wanted = len(set(spec.sources) - WITHOUT_DATA)
        seen.page.wait_for_function(
            """([row, wanted]) => {
                const states = [...document.querySelectorAll(`${row} .source`)];
                return states.filter(s => /Running/.test(s.innerText)).length >= wanted;
            }""",
            arg=[row, wanted],
            timeout=PATIENCE_S * 1000,
        )


def await_results(
    broker: KafkaBroker, instrument: str, specs: Sequence[WorkflowSpec]
) -> None:
    """Wait until there is a result of every workflow and source on the broker."""
    missing = {
        (spec.id, source)
        for spec in specs
        for source in spec.sources
        if source not in WITHOUT_DATA
    }
    deadline = time.monotonic() + PATIENCE_S
    while missing:
        assert time.monotonic() < deadline, missing
        for wire in all_messages(broker, Topics(instrument).data):
            key = ResultKey.parse(decode(wire).source_name)
            missing.discard((key.workflow_id, key.job_id.source_name))
        time.sleep(0.5)


def live(seen: Window, *cells: str) -> None:
    """Wait until plots are drawn and say that their data are live."""
    for cell in cells:
        place = f"section[aria-label='{cell}']"
        seen.page.wait_for_selector(
            f"{place} .pill-word >> text=Live", timeout=PATIENCE_S * 1000
        )
        seen.page.wait_for_selector(f"{place} canvas")


@pytest.mark.parametrize(
    ("instrument", "pages"),
    [
        (
            "dummy",
            {
                "Overview": (
                    "Panel 0",
                    "Panel 0, now",
                    "Spectrum",
                    "Area panel",
                    "Monitors",
                    "Sample position",
                )
            },
        ),
        pytest.param(
            "sans2d",
            {
                "Overview": ("Rear bank", "Front bank", "Spectra of both banks"),
                "Reduction": ("I(Q)", "Incident beam"),
            },
            marks=pytest.mark.data,
        ),
    ],
)
def test_every_workflow_starts_from_the_page_and_shows_its_results(
    shared_kafka: KafkaBroker,
    window: OpenWindow,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    instrument: str,
    pages: Mapping[str, Sequence[str]],
) -> None:
    feed = ["simulate"]
    if instrument == "sans2d":
        feed = ["replay", str(request.getfixturevalue("sans2d_file")), "--loop"]
    registry = load_plugins().registry
    specs = [*registry.workflows(registry.instruments[instrument]).values()]
    with facility(shared_kafka, instrument, feed, tmp_path) as url:
        seen = window().open(url)
        start_every_workflow(seen, specs)
        await_results(shared_kafka, instrument, specs)
        for page, cells in pages.items():
            seen.page.click(f"#rail >> text={page}")
            live(seen, *cells)
        seen.page.close()

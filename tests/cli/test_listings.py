"""``livedata instruments``, ``workflows`` and ``plotters``."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from tests.support.plugins import Site

ACME = """
    from pydantic import BaseModel
    from livedata_core.contract import (
        Accepts, Detector, Instrument, OutputSpec, PlotterSpec, WorkflowId,
        WorkflowSpec, hookimpl,
    )

    class Params(BaseModel):
        bins: int = 3

    @hookimpl
    def livedata_instruments():
        panel = Detector(
            name="panel", title="Panel", topic="acme_detector", source_name="panel",
            dims=("y", "x"), shape=(4, 4),
        )
        yield Instrument(name="acme", title="ACME of tests", detectors=(panel,))
        yield Instrument(name="bare", title="Nothing yet")

    @hookimpl
    def livedata_workflows(instrument):
        if instrument.name == "acme":
            yield WorkflowSpec(
                name="acme_total", id=WorkflowId("acme", "acme_total"),
                title="Total of tests", sources=("panel",), params=Params,
                outputs=(OutputSpec(name="acme_sum", title="Sum"),),
                factory="acme:Total",
            )

    @hookimpl
    def livedata_plotters():
        yield PlotterSpec(
            name="acme_bars", title="Bars", params=Params, accepts=Accepts(ndim=(0, 2)),
            factory="acme:Bars",
        )
"""


@pytest.fixture(autouse=True)
def acme(site: Site) -> None:
    site.install("acme", ACME, distribution="acme-plugins")


def run(*args: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(cli, args, prog_name="livedata")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("instruments", ["acme", "ACME of tests", "1 detector", "acme-plugins 1.2.3"]),
        ("workflows", ["acme/acme_total/1", "Total of tests", "panel", "acme_sum"]),
        ("plotters", ["acme_bars", "Bars", "numbers, 2-D", "acme-plugins 1.2.3"]),
    ],
)
def test_table_names_each_with_title_and_origin(command: str, words: list[str]) -> None:
    result = run(command)
    assert result.exit_code == ExitCode.OK
    line = next(line for line in result.stdout.splitlines() if words[0] in line)
    assert [word for word in words if word not in line] == []


def test_json_holds_whole_records() -> None:
    instruments = json.loads(run("instruments", "--json").stdout)
    acme = next(entry for entry in instruments if entry["name"] == "acme")
    assert acme["detectors"][0]["shape"] == [4, 4]
    (workflow,) = json.loads(run("workflows", "-i", "acme", "--json").stdout)
    assert workflow["id"] == "acme/acme_total/1"
    assert workflow["params"]["properties"]["bins"]["default"] == 3
    assert workflow["origin"]["distribution"] == "acme-plugins"
    plotters = json.loads(run("plotters", "--json").stdout)
    bars = next(entry for entry in plotters if entry["name"] == "acme_bars")
    assert bars["params"]["properties"].keys() == {"bins"}


def test_workflows_of_an_instrument_without_any_says_what_to_do() -> None:
    options = ("--disable-plugin", "livedata-workflows")
    result = run(*options, "workflows", "--instrument", "bare")
    assert result.exit_code == ExitCode.OK
    assert "No workflow is installed for instrument 'bare'" in result.stdout
    assert "livedata plugins" in result.stdout


def test_unknown_instrument_gets_a_suggestion() -> None:
    result = run("workflows", "--instrument", "acmee")
    assert result.exit_code == ExitCode.NOT_FOUND
    (line,) = result.stderr.splitlines()
    assert "no instrument 'acmee'; did you mean 'acme'?" in line


@pytest.mark.parametrize(
    ("command", "way_out"),
    [("instruments", "livedata-dummy"), ("plotters", "livedata-plotters")],
)
def test_empty_list_says_what_to_install(command: str, way_out: str) -> None:
    everything = json.loads(run("plugins", "--json").stdout)
    options = [
        word
        for entry in everything
        if entry["name"] not in ("core", "cli")
        for word in ("--disable-plugin", entry["name"])
    ]
    result = run(*options, command)
    assert result.exit_code == ExitCode.OK
    assert f"pip install {way_out}" in result.stdout
    assert json.loads(run(*options, command, "--json").stdout) == []

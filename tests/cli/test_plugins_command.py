"""``livedata plugins``: list, show, disable, enable."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from livedata_core.plugins import disabled_file, read_disabled
from tests.support.plugins import Site

BROKEN = "raise RuntimeError('no [licence] found')"


def run(*args: str) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(cli, args, prog_name="livedata")


def listed(*args: str) -> dict[str, Any]:
    result = run("plugins", *args, "--json")
    assert result.exit_code == ExitCode.OK
    return {entry["name"]: entry for entry in json.loads(result.stdout)}


def test_list_shows_what_each_plugin_registers() -> None:
    result = run("plugins")
    assert result.exit_code == ExitCode.OK
    line = next(
        ln for ln in result.stdout.splitlines() if ln.strip().startswith("core")
    )
    for word in ("livedata-core", "loaded", "2 transports: in-process, null"):
        assert word in line
    assert run("plugins", "list").stdout == result.stdout


def test_list_shows_a_failed_plugin_with_its_reason_beside_the_others(
    site: Site,
) -> None:
    site.install("broken", BROKEN, distribution="acme-broken", version="0.9")
    result = run("plugins")
    assert result.exit_code == ExitCode.OK
    assert "failed" in result.stdout
    text = " ".join(result.stdout.split())
    assert "plugin 'broken' (acme-broken 0.9) cannot be imported" in text
    assert "no [licence] found" in text
    assert "good-transport" in text


def test_json_lists_every_plugin_the_broken_one_with_its_reason(site: Site) -> None:
    site.install("broken", BROKEN, distribution="acme-broken", version="0.9")
    entries = listed()
    assert {"core", "cli", "codecs", "good", "broken"} <= entries.keys()
    assert entries["good"]["status"] == "loaded"
    assert entries["good"]["registers"] == {"transports": ["good-transport"]}
    broken = entries["broken"]
    assert broken["status"] == "failed"
    assert broken["distribution"] == "acme-broken"
    assert broken["version"] == "0.9"
    assert broken["registers"] == {}
    assert "no [licence] found" in broken["reason"]
    assert [problem["kind"] for problem in broken["problems"]] == ["import-error"]


def test_json_includes_what_depends_on_an_instrument(site: Site) -> None:
    site.install(
        "acme_workflows",
        """
        from livedata_core.contract import (
            Instrument, OutputSpec, WorkflowId, WorkflowSpec, hookimpl,
        )

        @hookimpl
        def livedata_instruments():
            yield Instrument(name="acme", title="ACME")

        @hookimpl
        def livedata_workflows(instrument):
            if instrument.name == "acme":
                yield WorkflowSpec(
                    name="total", id=WorkflowId("acme", "total"), title="Total",
                    sources=(), outputs=(OutputSpec(name="total", title="Total"),),
                    factory="acme:Total",
                )
        """,
    )
    assert listed()["acme_workflows"]["registers"] == {
        "instruments": ["acme"],
        "workflows": ["acme/total/1"],
    }


def test_show_prints_records_hooks_and_load_time() -> None:
    result = run("plugins", "show", "core")
    assert result.exit_code == ExitCode.OK
    for word in ("livedata-core", "loaded", "livedata_transports", " ms", "Embedded"):
        assert word in result.stdout
    by_distribution = run("plugins", "show", "livedata-core")
    assert by_distribution.stdout.splitlines()[0] == result.stdout.splitlines()[0]


def test_show_prints_reason_and_traceback_of_a_failed_plugin(site: Site) -> None:
    site.install("broken", BROKEN)
    result = run("plugins", "show", "broken")
    assert result.exit_code == ExitCode.OK
    for word in ("failed", "import-error", "Traceback (most recent", "no [licence]"):
        assert word in result.stdout


def test_show_as_json_holds_records_and_tracebacks(site: Site) -> None:
    site.install("broken", BROKEN)
    page = json.loads(run("plugins", "show", "broken", "--json").stdout)
    assert "RuntimeError" in page["problems"][0]["traceback"]
    core = json.loads(run("plugins", "show", "core", "--json").stdout)
    assert core["records"]["transports"][0]["name"] == "in-process"
    assert core["records"]["transports"][0]["origin"]["plugin"] == "core"


@pytest.mark.parametrize("command", ["show", "disable", "enable"])
def test_unknown_plugin_gets_a_suggestion(command: str) -> None:
    result = run("plugins", command, "plottters")
    assert result.exit_code == ExitCode.NOT_FOUND
    (line,) = result.stderr.splitlines()
    assert "no plugin 'plottters'; did you mean 'plotters'" in line


def test_unknown_subcommand_of_plugins_is_a_usage_error() -> None:
    assert run("plugins", "remove", "core").exit_code == ExitCode.USAGE


def test_disable_and_enable(site: Site) -> None:
    result = run("plugins", "disable", "good")
    assert result.exit_code == ExitCode.OK
    assert "livedata plugins enable good" in result.stdout
    assert listed()["good"]["status"] == "disabled"
    assert "already" in run("plugins", "disable", "good").stdout
    assert run("plugins", "enable", "good").exit_code == ExitCode.OK
    assert listed()["good"]["status"] == "loaded"
    again = run("plugins", "enable", "good")
    assert again.exit_code == ExitCode.OK
    assert str(disabled_file()) in again.stdout


def test_enable_by_the_other_name(site: Site) -> None:
    site.install("named", "", distribution="acme-named")
    run("plugins", "disable", "acme-named")
    assert listed()["named"]["status"] == "disabled"
    run("plugins", "enable", "named")
    assert listed()["named"]["status"] == "loaded"


def test_enable_takes_out_a_plugin_that_is_gone(site: Site) -> None:
    disabled_file().parent.mkdir()
    disabled_file().write_text("gone\n")
    assert "'gone'" in run("plugins").stdout
    assert run("plugins", "enable", "gone").exit_code == ExitCode.OK
    assert read_disabled() == ()


@pytest.mark.parametrize("name", ["core", "cli", "livedata"])
def test_livedata_itself_cannot_be_disabled(name: str) -> None:
    result = run("plugins", "disable", name)
    assert result.exit_code == ExitCode.USAGE
    assert "cannot be disabled" in result.stderr
    assert read_disabled() == ()


def test_name_of_two_plugins_must_be_made_clear(site: Site) -> None:
    for letter in "ab":
        site.install(f"same_{letter}", "", plugin="same", distribution=f"acme-{letter}")
    result = run("plugins", "show", "same")
    assert result.exit_code == ExitCode.USAGE
    assert "acme-a, acme-b" in result.stderr
    assert run("plugins", "show", "acme-b").exit_code == ExitCode.OK


def test_list_that_cannot_be_read_or_written_is_one_clear_line(site: Site) -> None:
    disabled_file().parent.mkdir()
    disabled_file().write_bytes(b"\xff\xfe")
    result = run("plugins", "disable", "good")
    assert result.exit_code == ExitCode.CANNOT_START
    assert str(disabled_file()) in result.stderr
    disabled_file().unlink()
    disabled_file().parent.rmdir()
    disabled_file().parent.write_text("a file where the folder should be")
    result = run("plugins", "disable", "good")
    assert result.exit_code == ExitCode.CANNOT_START
    assert str(disabled_file()) in result.stderr

"""``livedata``: help, global options, unknown commands, broken plugins and commands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from livedata_cli.exit_codes import EXPLANATIONS, ExitCode
from livedata_cli.main import cli
from tests.support.plugins import Site

HEAVY = (
    "panel",
    "bokeh",
    "holoviews",
    "scipp",
    "numpy",
    "pandas",
    "confluent_kafka",
)

COMMANDS = """
    from livedata_core.contract import SubcommandSpec, hookimpl

    @hookimpl
    def livedata_subcommands():
        for name in ("work", "fail", "missing", "number"):
            yield SubcommandSpec(
                name=name, summary=f"Do {name}.", command=f"commands_impl:{name}",
                section="Acme",
            )
"""
COMMANDS_IMPL = """
    import click

    @click.command()
    @click.pass_context
    def work(ctx):
        "Work."
        click.echo(f"{len(ctx.obj.plugins.reports)} plugins, debug={ctx.obj.debug}")

    @click.command()
    def fail():
        raise ZeroDivisionError("by nought")

    number = 3
"""


@pytest.fixture
def commands(site: Site) -> Site:
    site.install("commands", COMMANDS, distribution="acme-commands")
    site.install("commands_impl", COMMANDS_IMPL)
    site.entry_points("commands_impl-1.2.3.dist-info", {})
    return site


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, args, prog_name="livedata")


def test_help_lists_commands_in_sections_with_examples_and_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == ExitCode.OK
    for command in ("serve", "plugins", "instruments", "workflows", "plotters"):
        assert re.search(rf"^  {command} +\S", result.stdout, re.MULTILINE)
    assert "Examples:" in result.stdout
    for code, text in EXPLANATIONS.items():
        assert re.search(rf"^  {int(code)} +{text}$", result.stdout, re.MULTILINE)


def test_every_exit_code_is_documented() -> None:
    assert set(EXPLANATIONS) == set(ExitCode)


def test_commands_of_third_parties_are_listed_with_their_distribution(
    commands: Site,
) -> None:
    result = run("--help")
    assert re.search(
        r"^Acme:\n  work +Do work\. \[acme-commands\]$", result.stdout, re.MULTILINE
    )


def test_a_command_is_imported_when_it_is_run(commands: Site) -> None:
    assert run("--help").exit_code == ExitCode.OK
    assert "commands_impl" not in sys.modules
    result = run("work")
    assert re.fullmatch(r"\d+ plugins, debug=False\n", result.stdout)
    assert "debug=True" in run("--debug", "work").stdout


def test_unknown_command_gets_a_suggestion() -> None:
    result = run("plotterz")
    assert result.exit_code == ExitCode.USAGE
    assert "no command 'plotterz'; did you mean 'plotters'?" in result.stderr


def test_unknown_option_is_a_usage_error() -> None:
    assert run("--no-such-option").exit_code == ExitCode.USAGE


def test_unexpected_error_is_one_line_without_traceback(commands: Site) -> None:
    result = run("fail")
    assert result.exit_code == ExitCode.INTERNAL_ERROR
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: unexpected ZeroDivisionError: by nought")
    assert "livedata --debug" in line


def test_debug_shows_the_traceback(commands: Site) -> None:
    result = run("--debug", "fail")
    assert result.exit_code == ExitCode.INTERNAL_ERROR
    assert "Traceback (most recent call last)" in result.stderr
    assert "livedata --debug" not in result.stderr


@pytest.mark.parametrize("name", ["missing", "number"])
def test_command_that_cannot_be_imported_names_its_plugin(
    commands: Site, name: str
) -> None:
    result = run(name)
    assert result.exit_code == ExitCode.PLUGIN_PROBLEM
    (line,) = result.stderr.splitlines()
    assert f"the command {name!r} of acme-commands 1.2.3" in line


@pytest.mark.parametrize("args", [["--help"], ["plugins"], ["plotters"], ["work"]])
def test_a_broken_plugin_breaks_no_command(commands: Site, args: list[str]) -> None:
    commands.install("broken", "raise RuntimeError('broken')")
    result = run(*args)
    assert result.exit_code == ExitCode.OK
    if args != ["plugins"]:
        assert "1 plugin failed to load; see `livedata plugins`" in result.stderr


def test_json_output_is_json_alone_even_if_plugins_print(site: Site) -> None:
    site.install("broken", "print('loading'); raise RuntimeError('broken')")
    site.install(
        "talks",
        """
        from livedata_core.contract import hookimpl
        print("hello")

        @hookimpl
        def livedata_workflows(instrument):
            print("workflows of", instrument.name)
        """,
    )
    for args in (["plugins"], ["workflows"], ["instruments"], ["plotters"]):
        result = run(*args, "--json")
        assert result.exit_code == ExitCode.OK
        json.loads(result.stdout)
        assert "failed to load" not in result.stderr


def test_disable_plugin_holds_for_this_run(commands: Site) -> None:
    commands.install("broken", "raise RuntimeError('broken')")
    result = run("--disable-plugin", "broken", "--disable-plugin", "good", "plotters")
    assert result.stderr == ""
    listed = json.loads(
        run("--disable-plugin", "broken", "plugins", "--json").stdout,
    )
    states = {entry["name"]: entry["status"] for entry in listed}
    assert states["broken"] == "disabled"
    assert states["good"] == "loaded"


def test_version() -> None:
    assert re.fullmatch(r"livedata \d+\.\d+\.\d+\n", run("--version").stdout)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_a_shell(shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == ExitCode.OK
    assert f"_LIVEDATA_COMPLETE={shell}_complete" in result.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("livedata plu", "plugins"),
        ("livedata plugins show cor", "core"),
        ("livedata wo", "work"),
    ],
)
def test_shell_completes_without_importing_commands(
    commands: Site, words: str, completed: str
) -> None:
    commands.install("broken", "raise RuntimeError('broken')")
    environment = {
        **os.environ,
        "PYTHONPATH": str(commands.folder),
        "_LIVEDATA_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    ran = subprocess.run(
        [sys.executable, "-c", "from livedata_cli.main import main; main()"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"plain,{completed}" in ran.stdout.splitlines()
    assert ran.stderr == ""


@pytest.mark.parametrize(
    "args", [["--help"], ["plugins"], ["plugins", "--json"], ["workflows", "--json"]]
)
def test_nothing_heavy_is_imported(args: list[str]) -> None:
    code = (
        "import json, sys\n"
        "from livedata_cli.main import cli\n"
        f"cli({args}, prog_name='livedata', standalone_mode=False)\n"
        f"found = [name for name in {HEAVY} if name in sys.modules]\n"
        "print(json.dumps(found), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stderr.splitlines()[-1]) == []


def test_run_as_module() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "livedata_cli", "plugins", "show", "nonsense-name"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == ExitCode.NOT_FOUND
    assert ran.stderr.count("\n") == 1
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("command", ["serve", "plugins", "completion"])
def test_examples_in_help_keep_their_lines(command: str) -> None:
    text = CliRunner().invoke(cli, [command, "--help"]).stdout
    assert "\\b" not in text
    assert "\b" not in text
    lines = [line.strip() for line in text.splitlines()]
    assert sum(line.startswith(("livedata ", "bash ", "zsh ")) for line in lines) >= 2


@pytest.mark.parametrize(
    "late",
    [
        # after the last function that runs at exit: handlers in Python are gone
        "class Late:\n"
        "    def __del__(self, kill=os.kill, me=os.getpid()): kill(me, 2)\n"
        "late = Late()",
        # among these functions
        "atexit.register(os.kill, os.getpid(), 2)",
        # while threads are waited for
        "threading._register_atexit(os.kill, os.getpid(), 2)",
    ],
)
def test_ctrl_c_after_the_end_changes_nothing(late: str) -> None:
    code = (
        "import atexit, os, sys, threading\n"
        "from livedata_cli.main import main\n"
        f"{late}\n"
        "sys.argv = ['livedata', '--version']\n"
        "main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("livedata ")
    assert (ran.returncode, ran.stderr) == (0, "")

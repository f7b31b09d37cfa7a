"""What the deployment files and their page run exists, with the options they give."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from livedata_cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "docs" / "deploy"
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))


def unit_commands() -> Iterator[tuple[str, str]]:
    for unit in sorted(DEPLOY.glob("*.service")):
        (line,) = re.findall(r"^ExecStart=\S*/livedata (.*)$", unit.read_text(), re.M)
        yield unit.name, line


def compose_commands() -> Iterator[tuple[str, str]]:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for name, service in services.items():
        if service.get("image") == "livedata":
            yield f"compose.yaml: {name}", service["command"]


def page_commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.S):
            joined = re.sub(r"\\\n\s*", "", block)
            for line in re.findall(
                r"^ *(?:\$ )?livedata (.+?)(?:  +#.*)?$", joined, re.M
            ):
                yield page.name, line


COMMANDS = [*unit_commands(), *compose_commands(), *page_commands()]


@pytest.mark.parametrize(("where", "line"), COMMANDS)
def test_command_exists_and_takes_its_options(where: str, line: str) -> None:
    words = shlex.split(line)
    context = cli.make_context("livedata", words, resilient_parsing=True)
    with context:
        arguments = [*context._protected_args, *context.args]
        while isinstance(command := context.command, click.Group) and arguments:
            name, found, arguments = command.resolve_command(context, arguments)
            assert found is not None, (where, name)
            context = found.make_context(
                str(name), list(arguments), parent=context, resilient_parsing=True
            )
            arguments = [*getattr(context, "_protected_args", ()), *context.args]
    assert not isinstance(context.command, click.Group), (where, "no subcommand")


def test_files_that_the_page_names_are_there() -> None:
    page = (ROOT / "docs" / "how-to" / "deploy.md").read_text()
    named = set(re.findall(r"\]\(\.\./deploy/([^)]+)\)", page))
    assert named == {path.name for path in DEPLOY.iterdir()}


def test_the_brokers_data_are_on_its_volume() -> None:
    kafka = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["kafka"]
    mounted = [volume.split(":")[1] for volume in kafka["volumes"]]
    assert kafka["environment"]["KAFKA_LOG_DIRS"] in mounted


def test_units_leave_final_errors_to_people() -> None:
    from livedata_cli.exit_codes import ExitCode

    restart = {ExitCode.OK, ExitCode.INTERNAL_ERROR, ExitCode.INTERRUPTED}
    final = {str(int(code)) for code in ExitCode if code not in restart}
    for unit in DEPLOY.glob("*.service"):
        (line,) = re.findall(r"^RestartPreventExitStatus=(.*)$", unit.read_text(), re.M)
        assert set(line.split()) == final, unit.name

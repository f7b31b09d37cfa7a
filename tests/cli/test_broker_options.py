"""Options that choose a broker: one set for all commands, from plugins' records."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from tests.support.plugins import Site

PLUGIN = """
    from livedata_core.contract import (
        SubcommandSpec, TransportOption, TransportSpec, hookimpl
    )

    @hookimpl
    def livedata_transports():
        yield TransportSpec(
            name="nats", title="NATS", factory="acme_impl:create",
            dashboard="acme_impl:create_dashboard",
            option=TransportOption(
                name="acme-nats", metavar="URL", setting="url", help="NATS at URL."
            ),
        )

    @hookimpl
    def livedata_subcommands():
        for name in ("talk", "own", "quiet", "look"):
            yield SubcommandSpec(
                name=name, summary="Talk.", command=f"acme_impl:{name}",
                broker=name != "quiet",
            )
"""
IMPLEMENTATION = """
    import click
    from livedata_core.contract import AccessDeniedError, TransportStatus

    class Transport:
        def __init__(self, settings):
            self.settings = settings

        def status(self):
            return TransportStatus("nats", True)

    def create(settings):
        if settings.get("password") == "wrong":
            raise AccessDeniedError("NATS refuses the user; see setting 'password'")
        if "colour" in settings:
            raise ValueError("no setting 'colour'")
        return Transport(settings)

    def create_dashboard(settings):
        return create({**settings, "newest": "only"})

    @click.command()
    @click.pass_context
    def look(ctx):
        transport = ctx.obj.open_transport(dashboard=True)
        click.echo(getattr(transport, "settings", None))

    @click.command()
    @click.pass_context
    def talk(ctx):
        transport = ctx.obj.open_transport()
        click.echo(transport.status().name)
        for name, value in sorted(getattr(transport, "settings", {}).items()):
            click.echo(f"{name}={value!r}")

    @click.command()
    @click.option("--transport", help="Train or bus.")
    @click.pass_context
    def own(ctx, transport):
        click.echo(f"by {transport}, {ctx.obj.broker.transport('none')}")

    quiet = click.Command("quiet", callback=lambda: click.echo("hush"))
"""


@pytest.fixture(autouse=True)
def acme(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    for name in ("LIVEDATA_ACME_NATS", "LIVEDATA_BROKER_SETTINGS", "LIVEDATA_KAFKA"):
        monkeypatch.delenv(name, raising=False)
    site.install("acme", PLUGIN, distribution="acme-nats")
    site.install("acme_impl", IMPLEMENTATION)
    return site


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    path = tmp_path / "broker.yaml"
    path.write_text(
        "transport: nats\nsettings:\n  url: from-file\n  password: hush\n  retries: 3\n"
    )
    return path


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, args, prog_name="livedata")


def test_option_of_a_third_partys_transport_chooses_it() -> None:
    result = run("talk", "--acme-nats", "nats://a")
    assert result.stdout == "nats\nurl='nats://a'\n", result.stderr


def test_a_dashboard_gets_the_transport_for_dashboards() -> None:
    result = run("look", "--acme-nats", "nats://a")
    assert result.stdout == "{'url': 'nats://a', 'newest': 'only'}\n", result.stderr
    assert run("look", "--transport", "null").exit_code == ExitCode.OK
    assert "newest" not in run("talk", "--acme-nats", "nats://a").stdout


def test_help_shows_the_options_of_broker_commands_alone() -> None:
    shown = run("talk", "--help").stdout
    for text in (
        "--acme-nats URL",
        "LIVEDATA_ACME_NATS",
        "NATS at URL.",
        "--transport",
    ):
        assert text in shown
    assert "--broker-settings" not in run("quiet", "--help").stdout
    assert "--acme-nats" in run("serve", "--help").stdout


def test_a_commands_own_option_stands() -> None:
    result = run("own", "--transport", "bus", "--acme-nats", "x")
    assert result.stdout == "by bus, nats\n"
    assert run("own").stdout == "by None, none\n"


def test_without_a_broker_the_ways_to_name_one_are_told() -> None:
    result = run("talk")
    assert result.exit_code == ExitCode.USAGE
    for way in ("--acme-nats URL", "--transport NAME", "--broker-settings FILE"):
        assert way in result.stderr


def test_transports_without_an_option_are_named() -> None:
    assert run("talk", "--transport", "null").stdout == "null\n"
    result = run("talk", "--transport", "nul")
    assert result.exit_code == ExitCode.NOT_FOUND
    assert "did you mean 'null'?" in result.stderr


def test_single_settings_win_over_options_and_these_over_files(
    settings_file: Path,
) -> None:
    result = run(
        *("talk", "-X", "retries=9", "--acme-nats", "from-flag"),
        *("--broker-settings", str(settings_file)),
    )
    assert result.stdout.splitlines() == [
        "nats",
        "password='hush'",
        "retries='9'",
        "url='from-flag'",
    ]


def test_command_line_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, settings_file: Path
) -> None:
    monkeypatch.setenv("LIVEDATA_ACME_NATS", "from-environment")
    assert "url='from-environment'" in run("talk").stdout
    assert "url='from-flag'" in run("talk", "--acme-nats", "from-flag").stdout
    assert run("talk", "--transport", "null").stdout == "null\n"
    monkeypatch.setenv("LIVEDATA_BROKER_SETTINGS", str(settings_file))
    assert "password='hush'" in run("talk").stdout


def test_a_file_that_the_command_line_names_chooses_the_broker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings_file: Path
) -> None:
    monkeypatch.setenv("LIVEDATA_ACME_NATS", "from-environment")
    file = ("--broker-settings", str(settings_file))
    assert "url='from-file'" in run("talk", *file).stdout
    assert "url='from-flag'" in run("talk", *file, "--acme-nats", "from-flag").stdout
    without = tmp_path / "without.yaml"
    without.write_text("transport: nats\nsettings: {retries: 3}\n")
    told = run("talk", "--broker-settings", str(without)).stdout
    assert "url='from-environment'" in told
    assert "retries=3" in told
    monkeypatch.setenv("LIVEDATA_BROKER_SETTINGS", str(settings_file))
    assert "url='from-environment'" in run("talk").stdout


def test_environment_holds_settings_too(
    monkeypatch: pytest.MonkeyPatch, settings_file: Path
) -> None:
    monkeypatch.setenv("LIVEDATA_ACME_NATS_TLS_KEY_FILE", "key.pem")
    monkeypatch.setenv("LIVEDATA_ACME_NATS_PASSWORD", "from-environment")
    monkeypatch.setenv("LIVEDATA_ACME_NATS_RETRIES", "")
    file = ("--broker-settings", str(settings_file))
    assert run("talk", *file, "-X", "url=from-flag").stdout.splitlines() == [
        "nats",
        "password='from-environment'",
        "retries=3",
        "tls.key.file='key.pem'",
        "url='from-flag'",
    ]
    assert run("talk", "--transport", "null").stdout == "null\n"


def test_options_that_contradict_each_other_are_named(settings_file: Path) -> None:
    result = run("talk", "--acme-nats", "a", "--transport", "in-process")
    assert result.exit_code == ExitCode.USAGE
    assert "--acme-nats chooses the transport 'nats', but --transport" in result.stderr


def test_settings_for_no_broker_are_refused() -> None:
    result = run("talk", "-X", "password=hush")
    assert result.exit_code == ExitCode.USAGE
    assert "none is named" in result.stderr
    assert "hush" not in result.stderr


def test_unknown_setting_is_told_with_the_factory() -> None:
    result = run("talk", "--acme-nats", "a", "-X", "colour=red")
    assert result.exit_code == ExitCode.CANNOT_START
    assert "acme_impl:create: no setting 'colour'" in result.stderr


def test_refused_credentials_have_their_exit_code() -> None:
    result = run("talk", "--acme-nats", "a", "-X", "password=wrong")
    assert result.exit_code == ExitCode.ACCESS_DENIED
    assert "NATS refuses the user" in result.stderr


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("password: [hush", "is not YAML"),
        ("transport: nats\nsettings: {password: *hush}", "line 2, column 22"),
        ("settings: {password: !hush 1}", "is not YAML"),
        ("\x00hush", "is not YAML"),
        ("- hush\n", "holds no options"),
        ("transport: nats\npasword: hush\n", "'pasword'"),
        ("settings: {password: hush}\n", "lacks one of them"),
        ("transport: nats\nsettings: hush\n", "lacks one of them"),
    ],
)
@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_bad_settings_file_is_named_and_not_shown(
    tmp_path: Path, text: str, complaint: str, debug: tuple[str, ...]
) -> None:
    path = tmp_path / "broker.yaml"
    path.write_text(text)
    result = run(*debug, "talk", "--broker-settings", str(path))
    assert result.exit_code in {ExitCode.CANNOT_START, ExitCode.USAGE}
    assert str(path) in result.stderr
    assert complaint in result.stderr
    assert "hush" not in result.output


def test_single_setting_without_a_value_is_not_shown() -> None:
    result = run("talk", "-X", "password hush")
    assert result.exit_code == ExitCode.USAGE
    assert "NAME=VALUE" in result.stderr
    assert "hush" not in result.output


def test_what_was_said_is_not_in_the_repr() -> None:
    from livedata_cli.broker import BrokerChoice

    choice = BrokerChoice()
    choice.set({"password": "hush"})
    assert "hush" not in repr(choice)

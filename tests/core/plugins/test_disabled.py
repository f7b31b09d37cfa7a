"""The list of disabled plugins and what follows from it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from livedata_cli.main import cli
from livedata_core.plugins import (
    DisabledListError,
    PluginState,
    disable,
    disabled_file,
    enable,
    load_plugins,
    read_disabled,
)
from tests.support.plugins import Site, report_of

NOT_IMPORTED = "raise AssertionError('imported')"


def test_without_a_file_nothing_is_disabled() -> None:
    assert read_disabled() == ()


def test_disable_and_enable_are_remembered(config_dir: Path) -> None:
    assert disable("acme")
    assert not disable("acme")
    assert disable("other")
    assert read_disabled() == ("acme", "other")
    assert enable("acme")
    assert not enable("acme")
    assert read_disabled() == ("other",)
    assert [path.name for path in config_dir.iterdir()] == [disabled_file().name]


@pytest.mark.parametrize("name", ["two words", "a#b", "a #b", "c# plots"])
def test_odd_names_can_be_disabled_by_the_command_that_is_told(
    site: Site, name: str
) -> None:
    site.install("odd_name", "raise OSError", plugin=name)
    (problem,) = report_of(load_plugins(), name).problems
    told = problem.message.rpartition("`livedata ")[2].rstrip("`")
    result = CliRunner().invoke(cli, shlex.split(told))
    assert result.exit_code == 0, result.output
    assert report_of(load_plugins(), name).state is PluginState.DISABLED


def test_what_the_user_wrote_into_the_file_is_kept(config_dir: Path) -> None:
    config_dir.mkdir()
    disabled_file().write_text("# mine\n\nacme  # too slow\nother")
    assert read_disabled() == ("acme", "other")
    disable("third")
    enable("other")
    assert disabled_file().read_text() == "# mine\n\nacme  # too slow\nthird\n"


def test_a_file_that_cannot_be_read_is_named_and_stops_nothing(
    config_dir: Path, site: Site
) -> None:
    config_dir.mkdir()
    disabled_file().write_bytes(b"\xff\xfe")
    with pytest.raises(DisabledListError, match="list of disabled plugins"):
        disable("acme")
    manager = load_plugins()
    (note,) = manager.notes
    assert str(disabled_file()) in note
    assert "mend or remove it" in note
    assert "good-transport" in manager.registry.transports


@pytest.mark.parametrize("how", ["argument", "file", "environment"])
@pytest.mark.parametrize("name", ["unwanted", "Acme.Unwanted"])
def test_a_disabled_plugin_is_not_imported(
    site: Site, monkeypatch: pytest.MonkeyPatch, how: str, name: str
) -> None:
    site.install(
        "unwanted_module",
        NOT_IMPORTED,
        plugin="unwanted",
        distribution="acme-unwanted",
    )
    if how == "file":
        disable(name)
    elif how == "environment":
        monkeypatch.setenv("LIVEDATA_DISABLE_PLUGINS", f" , {name} ")
    manager = load_plugins([name] if how == "argument" else [])
    report = report_of(manager, "unwanted")
    assert report.state is PluginState.DISABLED
    assert report.problems == ()
    assert report.load_time_s is None
    assert "good-transport" in manager.registry.transports


def test_what_livedata_needs_itself_cannot_be_disabled() -> None:
    manager = load_plugins(["core", "livedata"])
    assert "in-process" in manager.registry.transports
    assert "plugins" in manager.registry.subcommands
    assert len(manager.notes) == 2


def test_a_disabled_name_without_effect_is_noted() -> None:
    (note,) = load_plugins(["no-such-plugin"]).notes
    assert "'no-such-plugin'" in note

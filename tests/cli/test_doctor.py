"""``livedata plugins doctor``: why a plugin does not load, and what mends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from livedata_core.plugins import disable
from tests.support.plugins import GOOD_PLUGIN, Site


def doctor(*arguments: str) -> tuple[int, dict[str, list[tuple[str, str]]]]:
    """Return the exit code, and cause and remedy by plugin."""
    command = ["plugins", "doctor", *arguments, "--json"]
    result = CliRunner().invoke(cli, command, prog_name="livedata")
    found: dict[str, list[tuple[str, str]]] = {}
    for item in json.loads(result.stdout):
        found.setdefault(item["plugin"], []).append((item["cause"], item["remedy"]))
    return result.exit_code, found


def test_a_sound_plugin_has_nothing_to_mend(site: Site) -> None:
    code, found = doctor("good")
    assert code == ExitCode.OK
    assert "good" not in found
    text = CliRunner().invoke(cli, ["plugins", "doctor", "good"]).stdout
    assert "livedata-core 0.1.0, Python 3." in text


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        (("livedata-core", "acme-lib"), "`pip install acme_lib`"),
        (("livedata-core",), "does not name it among its dependencies"),
    ],
)
def test_a_module_that_is_missing(
    site: Site, requires: tuple[str, ...], said: str
) -> None:
    site.install("lacks_module", "import acme_lib.io", requires=requires)
    code, found = doctor("lacks_module")
    assert code == ExitCode.PLUGIN_PROBLEM
    cause, remedy = found["lacks_module"][0]
    assert "imports 'acme_lib', which is not installed in" in cause
    assert said in remedy


@pytest.mark.parametrize(
    ("requirement", "cause", "remedy"),
    [
        ("nobody-has-this>=2", "which is not installed", "`pip install 'nobody-has"),
        ("pluggy<0.1", "is installed", "or another version of wants"),
    ],
)
def test_a_requirement_that_is_not_met(
    site: Site, requirement: str, cause: str, remedy: str
) -> None:
    site.install("wants", GOOD_PLUGIN, requires=("livedata-core", requirement))
    _, found = doctor("wants")
    said = [item for item in found["wants"] if requirement in item[0]]
    assert cause in said[0][0]
    assert remedy in said[0][1]


def test_a_requirement_that_cannot_be_evaluated_is_left_out(site: Site) -> None:
    requires = ("livedata-core", 'pluggy<0.1; python_version ~= "x"')
    site.install("odd_marker_of_lib", GOOD_PLUGIN, requires=requires)
    _, found = doctor("odd_marker_of_lib")
    assert not any("pluggy" in cause for cause, _ in found["odd_marker_of_lib"])


def test_a_requirement_that_has_no_version(site: Site) -> None:
    site.write("acme_lib-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: acme-lib")
    requires = ("livedata-core", "acme-lib>=2")
    site.install("wants_version", GOOD_PLUGIN, requires=requires)
    _, found = doctor("wants_version")
    (cause,) = [cause for cause, _ in found["wants_version"] if "acme-lib" in cause]
    assert cause.endswith("of what is installed the version cannot be read")


def test_a_module_named_like_a_part_of_the_plugin_is_not_its_own(site: Site) -> None:
    site.install("acme_plots_own", "import plots")
    _, found = doctor("acme_plots_own")
    assert found["acme_plots_own"][0][1].startswith("`pip install plots`")


def test_a_core_of_another_version(site: Site) -> None:
    site.install("newer", "", requires=("livedata-core>=99",))
    code, found = doctor("newer")
    ((cause, remedy),) = found["newer"]
    assert "requires 'livedata-core>=99', but livedata-core 0.1.0 is installed" in cause
    assert "install a version of newer made for this core" in remedy
    assert code == ExitCode.PLUGIN_PROBLEM


def test_two_versions_on_the_path(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first counts, for livedata as for Python, and both are named."""
    site.install("twofold", "", version="1.0")
    other = Site(tmp_path / "other")
    other.install("twofold", "", version="2.0")
    monkeypatch.syspath_prepend(str(other.folder))
    _, found = doctor("twofold")
    ((cause, _remedy),) = found["twofold"]
    assert "2.0 in" in cause
    assert "1.0 in" in cause
    assert cause.endswith("the first on Python's path counts, 2.0")


def test_a_disabled_plugin_is_told_who_disabled_it(site: Site) -> None:
    disable("good")
    _, found = doctor("good")
    ((cause, remedy),) = found["good"]
    assert "it is disabled by" in cause
    assert remedy == "`livedata plugins enable good`"


def test_a_pip_of_another_environment_is_told(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = tmp_path / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text("#!/bin/sh\n")
    pip.chmod(0o755)
    monkeypatch.setenv("PATH", str(pip.parent))
    code, found = doctor("good")
    ((cause, remedy),) = found[""]
    assert str(pip) in cause
    assert "-m pip install" in remedy
    assert code == ExitCode.OK, "the plugin itself is sound"

"""The plugin of the how-to works as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from livedata_core.contract import (
    OVERVIEW,
    DataKey,
    PlotInput,
    Plotter,
    PlotterSpec,
    WorkflowId,
    resolve,
)
from livedata_core.plugins import PluginState, load_plugins

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-a-plugin.md"
FILE = re.compile(
    r"^```\{code-block\} \w+\n:caption: (?P<name>\S+)\n\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def files_of_the_page() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8")
    return {match["name"]: match["text"] for match in FILE.finditer(text)}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Build the wheel that the page's files make and put its content on the path."""
    from hatchling.build import build_wheel

    project, site = tmp_path / "livedata-acme", tmp_path / "site"
    project.mkdir()
    for name, text in files_of_the_page().items():
        (project / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(project)
    wheel = build_wheel(os.fspath(tmp_path))
    with zipfile.ZipFile(tmp_path / wheel) as archive:
        archive.extractall(site)
    monkeypatch.syspath_prepend(site)
    yield project
    sys.modules.pop("livedata_acme", None)


@pytest.fixture
def spec(installed: Path) -> PlotterSpec:
    return load_plugins().registry.plotters["acme_profile"]


def test_plugin_is_loaded_without_complaint(installed: Path) -> None:
    reports = {report.name: report for report in load_plugins().reports}
    assert reports["acme"].state is PluginState.LOADED
    assert reports["acme"].problems == ()


def test_plotter_says_where_it_comes_from(spec: PlotterSpec) -> None:
    assert str(spec.origin) == "livedata-acme 0.1.0"


def test_plotter_computes_and_draws(spec: PlotterSpec) -> None:
    import scipp as sc

    plotter = resolve(spec.factory)()
    assert isinstance(plotter, Plotter)
    key = DataKey(WorkflowId("acme", "view", 1), "panel", "current")
    values = sc.array(dims=["y", "x"], values=[[1.0, 2.0, 3.0]] * 2, unit="counts")
    inputs = [PlotInput(key, sc.DataArray(values), title="Panel")]

    frame = plotter.compute(inputs, spec.params(sum_rows=True), OVERVIEW)
    drawn = plotter.draw(frame)

    assert list(drawn.dimension_values(1)) == [2.0, 4.0, 6.0]
    assert drawn.kdims[0].name == "x [pixel]"
    assert drawn.vdims[0].name == "Panel [counts]"


def test_test_of_the_page_passes(installed: Path) -> None:
    site = installed.parent / "site"
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": os.fspath(site)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "1 passed" in finished.stdout

"""Installed, removed, upgraded, disabled: a layout keeps what a plugin brought.

The dashboard is started anew after each step, with the same settings on disk.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from livedata_cli.main import cli
from livedata_core.api import CellFrame, DashboardServices, Layer
from livedata_core.config import FileConfigStore
from livedata_core.contract import SessionInfo, WorkflowId
from livedata_core.plugins import load_plugins
from livedata_core.transport import NullTransport
from livedata_panel.context import SessionContext
from livedata_panel.system import SystemStatusWidget
from tests.support.plugins import Site

PLUGIN = """
from pydantic import BaseModel, Field
from livedata_core.contract import *

class Params(BaseModel):
    width: float = Field(1.0, le={limit})
{more}

@hookimpl
def livedata_plotters():
    yield PlotterSpec(name="living_plot", title="Living plot", params=Params,
                      accepts=Accepts(ndim=(1, 2)), factory="living:Plot")

class Plot:
    def compute(self, inputs, params, view): return params.width
    def draw(self, frame): return frame
"""
MODULE = "living"


class Life:
    """A plugin on a site folder, and the dashboards that come and go."""

    def __init__(self, site: Site, settings: Path) -> None:
        self._site = site
        self._settings = settings

    def install(self, version: str, limit: float = 10.0, more: str = "") -> None:
        self.remove()
        text = PLUGIN.format(limit=limit, more=more)
        self._site.install(MODULE, text, version=version)

    def remove(self) -> None:
        sys.modules.pop(MODULE, None)
        for path in self._site.folder.glob(f"{MODULE}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(self._site.folder / "__pycache__", ignore_errors=True)

    @contextmanager
    def dashboard(self) -> Iterator[DashboardServices]:
        sys.modules.pop(MODULE, None)
        plugins = load_plugins()
        services = DashboardServices(
            plugins=plugins,
            instrument=plugins.registry.instruments["dummy"],
            transport=NullTransport(),
            store=FileConfigStore(self._settings),
        )
        services.writer.start()
        try:
            yield services
        finally:
            services.writer.stop()
            services.plugins.close()


@pytest.fixture
def life(site: Site, tmp_path: Path) -> Life:
    return Life(site, tmp_path / "settings")


def shown(services: DashboardServices) -> CellFrame:
    """Return the state of the plot that the plugin shows."""
    ((_, cell),) = services.plots.layout.cells()
    services.sessions.open(SessionInfo("s1", "dummy"), lambda: None)
    services.sessions.view("s1", frozenset({cell.id}))
    services.plot_data.round()
    frame = services.plot_data.cell(cell.id)
    assert frame is not None
    return frame


def stored(services: DashboardServices) -> Layer:
    ((_, cell),) = services.plots.layout.cells()
    (layer,) = cell.layers
    return layer


def on_system_page(services: DashboardServices) -> tuple[str, str] | None:
    context = SessionContext(services, SessionInfo("s1", "dummy"))
    rows = SystemStatusWidget(context).view()["plugins"]
    found = [(row["version"], row["state"]) for row in rows if row["name"] == MODULE]
    return found[0] if found else None


def listed() -> str:
    result = CliRunner().invoke(cli, ["plugins"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    lines = [line for line in result.stdout.splitlines() if MODULE in line]
    return " ".join(lines[0].split()) if lines else ""


def run(*arguments: str) -> None:
    result = CliRunner().invoke(cli, ["plugins", *arguments])
    assert result.exit_code == 0, result.output


def test_a_layout_outlives_what_becomes_of_the_plugin(life: Life) -> None:
    life.install("1.0")
    with life.dashboard() as services:
        grid = services.plots.add_grid("Mine")
        layer = Layer(
            workflow=WorkflowId("dummy", "panel_0_xy", 1),
            sources=("panel_0",),
            output="current",
            plotter="living_plot",
            params={"width": 3.0},
        )
        services.plots.add_cell(grid, [layer], title="Kept")
        assert shown(services).errors == ()
        assert on_system_page(services) == ("1.0", "loaded")

    life.remove()
    with life.dashboard() as services:
        (said,) = shown(services).errors
        assert "'living_plot' is not installed" in said
        assert "its settings are kept" in said
        assert stored(services) == layer
        assert on_system_page(services) is None
        ((_, cell),) = services.plots.layout.cells()
        services.plots.rename_cell(cell.id, "Renamed without the plugin")
    assert listed() == ""

    life.install("2.0", more='    colour: str = "red"')
    with life.dashboard() as services:
        assert shown(services).errors == ()
        assert stored(services).params == {"width": 3.0}
        validated = services.plotting.validate("living_plot", stored(services).params)
        assert validated.model_dump() == {"width": 3.0, "colour": "red"}
        assert on_system_page(services) == ("2.0", "loaded")
    assert "2.0" in listed()

    life.install("3.0", limit=2.0)
    with life.dashboard() as services:
        (said,) = shown(services).errors
        assert said.startswith("Living plot: width: Input should be less than")
        assert stored(services) == layer

    life.install("2.1")
    run("disable", MODULE)
    with life.dashboard() as services:
        (said,) = shown(services).errors
        assert "its plugin is disabled" in said
        assert on_system_page(services) == ("2.1", "disabled")
        assert stored(services) == layer
    assert "disabled" in listed()

    run("enable", MODULE)
    with life.dashboard() as services:
        assert shown(services).errors == ()
        ((_, cell),) = services.plots.layout.cells()
        assert cell.title == "Renamed without the plugin"
        assert stored(services) == layer

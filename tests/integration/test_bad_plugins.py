"""All bad plugins at once beside the good ones: each is named, and the rest works.

Those that fail when they are loaded have a test each in `tests/core/plugins`; those
that fail at work are here in one running system.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from livedata_cli.main import cli
from livedata_core.contract import JobState, SessionInfo, StreamId, WorkflowId
from livedata_core.plots.layout import Layer
from livedata_core.plugins import PluginState
from livedata_worker.memory import resident_bytes
from tests.support.bad_plugins import (
    AT_LOADING,
    HOOKS,
    PLOTTERS,
    UNREADABLE,
    WORKFLOWS,
    install_bad_plugins,
)
from tests.support.embedded import System, running
from tests.support.plugins import Site, report_of

ROOM_MIB = 512
"""What the good ones may take is less."""


class Drawing:
    """A renderer that draws each layer, as the shell's does."""

    def draw(self, cell: object, layers: object, view: object = None) -> object:
        return [layer.plotter.draw(layer.frame) for layer in layers]  # type: ignore[attr-defined]

    def forget(self, cell_id: str, view: object = None) -> None: ...


@pytest.fixture
def system(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    monkeypatch.setattr("livedata_core.plugins.collecting.HOOK_TIMEOUT_S", 0.5)
    for folder in install_bad_plugins(site)[1:]:
        monkeypatch.setattr(sys, "path", [*sys.path, folder])
    monkeypatch.setattr("livedata_core.plots.compute_thread.FIRST_PATIENCE_S", 1.0)
    resident = resident_bytes()
    assert resident is not None
    with running("dummy", memory_mib=resident // 2**20 + ROOM_MIB) as system:
        system.services.plot_data._renderer = Drawing()  # type: ignore[assignment]
        yield system


def drawn(system: System, cells: set[str]) -> bool:
    frames = [system.services.plot_data.cell(cell) for cell in cells]
    return all(frame is not None and frame.drawn for frame in frames)


def errors_of_plots(system: System) -> dict[str, str]:
    found = {}
    for _, cell in system.services.plots.layout.cells():
        frame = system.services.plot_data.cell(cell.id)
        if frame is not None and frame.errors:
            found[cell.layers[0].plotter] = frame.errors[0]
    return found


def errors_of_jobs(system: System) -> dict[str, str]:
    return {
        job.status.workflow_id.name: str(job.status.error or job.status.warning)
        for job in system.services.job_status.snapshot().values()
        if job.status.state in (JobState.ERROR, JobState.WARNING)
    }


def test_the_rest_works_and_each_is_named(system: System) -> None:
    services = system.services
    good = {
        cell.id
        for grid, cell in services.plots.layout.cells()
        if grid.title != "Bad plots"
    }
    system.wait_until(lambda: drawn(system, good))

    grid = services.plots.add_grid("Bad plots", rows=2, columns=4)
    view = WorkflowId("dummy", "panel_0_xy", 1)
    for plotter in PLOTTERS:
        shown = Layer(
            workflow=view,
            sources=("panel_0",),
            output="spectrum_current",
            plotter=plotter,
        )
        services.plots.add_cell(grid, [shown], title=plotter)
    for name in WORKFLOWS:
        services.jobs.commit(WorkflowId("dummy", name, 1), ["panel_0"])
    for topic in ("dummy_detector", "dummy_livedata_data"):
        system.transport.sink().publish(topic, UNREADABLE)
    system.view_all()

    system.wait_until(lambda: errors_of_plots(system).keys() >= PLOTTERS.keys())
    system.wait_until(lambda: "bad_slow" in errors_of_plots(system))
    said = errors_of_plots(system)["bad_slow"]
    assert "Slow (bad_work 1.2.3) did not return within" in said
    for plotter, said in PLOTTERS.items():
        told = errors_of_plots(system)[plotter]
        assert all(words in told for words in (said, "bad_work 1.2.3", "; ")), told
    system.wait_until(lambda: errors_of_jobs(system).keys() >= WORKFLOWS.keys())
    for name, said in WORKFLOWS.items():
        told = errors_of_jobs(system)[name]
        assert all(words in told for words in (said, "bad_work 1.2.3", "plugin")), told
    unreadable = StreamId("dummy_livedata_data", "<error>")
    counted = services.resources.counters.snapshot()[unreadable]
    assert "bd01: the decoder of bad_work 1.2.3 failed" in str(counted.last_error)
    assert "`livedata plugins disable bad_work`" in str(counted.last_error)

    frames = services.plot_data
    versions = {cell: frames.cell(cell).version for cell in good}  # type: ignore[union-attr]
    system.wait_until(
        lambda: all(
            frames.cell(cell).version > before + 1  # type: ignore[union-attr]
            for cell, before in versions.items()
        )
    )
    assert all(not frames.cell(cell).errors for cell in good)  # type: ignore[union-attr]

    services.registry.session_widgets(SessionInfo("test", "dummy"))
    services.sessions.close("test")
    system.backend.stop()
    services.stop()
    services.plugins.close()
    problems = report_of(services.plugins, "bad_work").problems
    said = " ".join(problem.message for problem in problems)
    for words in ("OSError: no session for you", "SystemExit: closed"):
        assert words in said
    everywhere = report_of(services.plugins, "bad_everywhere").problems
    assert {problem.hook for problem in everywhere} == {*HOOKS}
    for problem in everywhere:
        assert "'bad_everywhere' (bad_everywhere 1.2.3)" in problem.message
        assert ";" in problem.message, "what is wrong; what mends it"


def test_each_that_fails_at_loading_is_listed_with_version_and_way_out(
    system: System,
) -> None:
    reports = {report.name: report for report in system.services.plugins.reports}
    for name in (*AT_LOADING, "bad_metadata"):
        (problem,) = reports[name].problems
        assert name in problem.message
        version = "unknown" if name == "bad_metadata" else "1.2.3"
        assert version in problem.message
        assert ";" in problem.message, "what is wrong; what mends it"
    assert reports["good"].state is PluginState.LOADED
    listing = CliRunner().invoke(cli, ["plugins"])
    assert listing.exit_code == 0
    assert "bad_import: plugin 'bad_import' (bad_import 1.2.3)" in listing.stdout

"""All bad plugins at once beside the good ones: each is named, and the rest works.

Those that fail when they are loaded have a test each in `tests/core/plugins`; those
that fail at work are here in one running system.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from livedata_cli.main import cli
from livedata_core.contract import JobState, WorkflowId
from livedata_core.plots.layout import Layer
from livedata_core.plugins import PluginState
from tests.support.embedded import System, running
from tests.support.plugins import Site, report_of

AT_LOADING = {
    "bad_import": "import a_module_that_nobody_has",
    "bad_exit": "import sys; sys.exit(3)",
    "bad_hook": "from livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_plotters(): raise KeyError('colour')",
    "bad_hang": "import threading\nfrom livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_plotters(): threading.Event().wait()",
    "bad_signature": "from livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_workflows(instrument, config): ...",
    "bad_name": "from livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_plotter(): ...",
    "bad_type": "from livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_plotters(): yield 'bars'",
    "bad_field": "from livedata_core.contract import PlotterSpec, hookimpl\n"
    "@hookimpl\ndef livedata_plotters(): yield PlotterSpec(name='bars')",
    "bad_taken": "from livedata_core.contract import TransportSpec, hookimpl\n"
    "@hookimpl\ndef livedata_transports():\n"
    "    yield TransportSpec(name='in-process', title='Mine', factory='a:b')",
}

AT_WORK = """
import sys
from pydantic import BaseModel
from livedata_core.contract import *

class Params(BaseModel):
    pass

@hookimpl
def livedata_plotters():
    for name in ("raises", "exits", "nonsense", "undrawable", "missing"):
        yield PlotterSpec(name=f"bad_{name}", title=name.title(), params=Params,
                          accepts=Accepts(ndim=(1,)), factory=f"bad_work:{name}")

@hookimpl
def livedata_workflows(instrument):
    if instrument.name != "dummy":
        return
    for name in ("lacking", "unmakeable", "processing", "finalizing", "leaving"):
        yield WorkflowSpec(name=f"bad_{name}", id=WorkflowId("dummy", f"bad_{name}", 1),
                           title=name.title(), sources=("panel_0",),
                           outputs=(OutputSpec(name="out", title="Out"),),
                           factory=f"bad_work:{name}")

@hookimpl
def livedata_decoders():
    yield DecoderSpec(name="bd01", decode="bad_work:decode")

@hookimpl
def livedata_session_started(session):
    raise OSError("no session for you")

@hookimpl
def livedata_session_closed(session):
    sys.exit("closed")

class raises:
    def compute(self, inputs, params, view): raise ZeroDivisionError("no data")
    def draw(self, frame): ...
class exits(raises):
    def compute(self, inputs, params, view): sys.exit("no more plots")
class nonsense(raises):
    def compute(self, inputs, params, view): return object()
    def draw(self, frame): return frame.nothing
class undrawable(nonsense):
    def draw(self, frame): sys.exit("cannot draw")

class unmakeable:
    def __init__(self, context): raise ValueError("no calibration")
class processing:
    def __init__(self, context): ...
    def accumulate(self, batch): raise MemoryError("too many events")
    def finalize(self): return {}
    def reset(self): ...
class finalizing(processing):
    def accumulate(self, batch): ...
    def finalize(self): raise RuntimeError("no result")
class leaving(processing):
    def accumulate(self, batch): sys.exit("off for lunch")

def decode(wire):
    sys.exit("no bytes please")
"""

PLOTTERS = {
    "bad_raises": "ZeroDivisionError: no data",
    "bad_exits": "SystemExit: no more plots",
    "bad_nonsense": "AttributeError",
    "bad_undrawable": "SystemExit: cannot draw",
    "bad_missing": "cannot import 'bad_work:missing'",
}
WORKFLOWS = {
    "bad_lacking": "cannot import 'bad_work:lacking'",
    "bad_unmakeable": "ValueError: no calibration",
    "bad_processing": "MemoryError: too many events",
    "bad_finalizing": "RuntimeError: no result",
    "bad_leaving": "SystemExit: off for lunch",
}


class Drawing:
    """A renderer that draws each layer, as the shell's does."""

    def draw(self, cell: object, layers: object, view: object = None) -> object:
        return [layer.plotter.draw(layer.frame) for layer in layers]  # type: ignore[attr-defined]

    def forget(self, cell_id: str, view: object = None) -> None: ...


@pytest.fixture
def system(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    monkeypatch.setattr("livedata_core.plugins.collecting.HOOK_TIMEOUT_S", 0.5)
    for name, source in AT_LOADING.items():
        site.install(name, source)
    site.install("bad_metadata", "", metadata=b"Name: \xff\xfe")
    site.install("bad_work", AT_WORK)
    with running("dummy") as system:
        system.services.plot_data._renderer = Drawing()  # type: ignore[assignment]
        yield system


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
    system.wait_until(system.all_drawn)
    good = {cell.id for _, cell in services.plots.layout.cells()}

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
    system.transport.sink().publish("dummy_detector", b"\0\0\0\0bd01 and more")
    system.view_all()

    system.wait_until(lambda: errors_of_plots(system).keys() >= PLOTTERS.keys())
    for plotter, said in PLOTTERS.items():
        assert said in errors_of_plots(system)[plotter]
    system.wait_until(lambda: errors_of_jobs(system).keys() >= WORKFLOWS.keys())
    for name, said in WORKFLOWS.items():
        assert said in errors_of_jobs(system)[name]

    frames = services.plot_data
    versions = {cell: frames.cell(cell).version for cell in good}  # type: ignore[union-attr]
    system.wait_until(
        lambda: all(
            frames.cell(cell).version > before + 1  # type: ignore[union-attr]
            for cell, before in versions.items()
        )
    )
    assert all(not frames.cell(cell).errors for cell in good)  # type: ignore[union-attr]

    services.sessions.close("test")
    services.plugins.close()
    problems = report_of(services.plugins, "bad_work").problems
    said = " ".join(problem.message for problem in problems)
    for words in ("OSError: no session for you", "SystemExit: closed"):
        assert words in said


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

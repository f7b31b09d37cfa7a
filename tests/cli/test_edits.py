"""``serve --dev``: edited plugins are loaded anew, and sessions stay."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from livedata_cli.edits import EditWatcher
from livedata_core.api import CellFrame, Level
from livedata_core.contract import resolve
from livedata_core.plugins import load_plugins, reload_package
from tests.support.edited_plugin import EditedPlugin
from tests.support.embedded import System, running
from tests.support.plugins import Site


@pytest.fixture
def plugin(site: Site) -> EditedPlugin:
    return EditedPlugin(site)


@pytest.fixture
def system(plugin: EditedPlugin) -> Iterator[System]:
    with running("dummy", dev=True) as system:
        yield system


def frame(system: System) -> CellFrame | None:
    for _, cell in system.services.plots.layout.cells():
        if cell.title == "Edited cell":
            return system.services.plot_data.cell(cell.id)
    raise AssertionError("no such cell")


def shows(system: System, text: str) -> bool:
    found = frame(system)
    return found is not None and found.layers[0].frame == text


def test_plotters_and_workflows_are_loaded_anew_and_sessions_stay(
    system: System, plugin: EditedPlugin
) -> None:
    services = system.services
    watcher = EditWatcher(services)
    layout, sessions = services.plots.layout, services.sessions.snapshot().keys()
    system.wait_until(lambda: shows(system, "one 1"))
    assert watcher.look() == ()

    plugin.edit(compute="f'two {value:g}'")
    assert watcher.look() == ("edited",)
    system.wait_until(lambda: shows(system, "two 1"))

    plugin.edit(compute="f'two {value:g}'", value="2.0")
    watcher.look()
    system.wait_until(lambda: shows(system, "two 2"))
    assert services.plots.layout is layout
    assert services.sessions.snapshot().keys() == sessions
    said = [entry.title for entry in services.notifications.since(0)]
    assert "livedata-edited 1.2.3: loaded anew after an edit" in said


def test_a_broken_edit_keeps_what_was_and_says_so(
    system: System, plugin: EditedPlugin
) -> None:
    services = system.services
    watcher = EditWatcher(services)
    system.wait_until(lambda: shows(system, "one 1"))

    plugin.edit(compute="f'two {value:g}'", value="1.0))")
    watcher.look()
    (problem,) = services.broken_edits.values()
    assert "'edited' (livedata-edited 1.2.3)" in problem.message
    assert "edited.parts cannot be imported: SyntaxError" in problem.message
    assert "parts.py" in str(problem.traceback)
    notice = services.notifications.since(0)[-1]
    assert (notice.level, notice.title) == (Level.WARNING, "An edit is not in use")
    before = frame(system)
    assert before is not None
    system.wait_until(lambda: frame(system).version > before.version + 1)  # type: ignore[union-attr]
    assert shows(system, "one 1")

    plugin.edit(compute="f'three {value:g}'")
    watcher.look()
    assert services.broken_edits == {}
    system.wait_until(lambda: shows(system, "three 1"))


@pytest.mark.parametrize(
    ("file", "stays"),
    [
        ("decoding.py", "decoder 'ed01'"),
        ("watching.py", "hook livedata_session_started"),
        ("__init__.py", "decoder 'ed01', hook livedata_session_started"),
    ],
)
def test_what_needs_a_restart_is_named(
    system: System, plugin: EditedPlugin, file: str, stays: str
) -> None:
    resolve("edited.decoding:decode")  # as a message of that schema would
    watcher = EditWatcher(system.services)
    plugin.touch("parts.py")
    watcher.look()
    notice = system.services.notifications.since(0)[-1]
    assert (notice.level, notice.text) == (Level.INFO, "")
    plugin.touch(file)
    watcher.look()
    notice = system.services.notifications.since(0)[-1]
    assert notice.title == "livedata-edited 1.2.3: loaded anew after an edit"
    assert notice.text == f"As before until livedata is started again: {stays}."


def test_what_was_not_imported_is_not_used_as_it_was(plugin: EditedPlugin) -> None:
    manager = load_plugins()
    instrument = manager.registry.instruments["dummy"]
    manager.registry.workflows(instrument)
    assert "edited.parts" not in sys.modules
    parts = plugin.folder / "parts.py"
    assert reload_package(manager, "edited", instrument, [parts]).stays == ()
    hooks = plugin.folder / "watching.py"
    (stays,) = reload_package(manager, "edited", instrument, [hooks]).stays
    assert stays == "hook livedata_session_started"


def test_authors_see_where_their_code_fails(
    system: System, plugin: EditedPlugin
) -> None:
    watcher = EditWatcher(system.services)
    system.wait_until(lambda: shows(system, "one 1"))
    plugin.edit(compute="1 / 0", value="{}['lacking']")
    watcher.look()
    system.wait_until(lambda: bool(frame(system).tracebacks))  # type: ignore[union-attr]
    found = frame(system)
    assert found is not None
    (said,) = found.errors
    assert said == (
        "Edited plot (livedata-edited 1.2.3) failed on these data: "
        "ZeroDivisionError: division by zero; update the plugin, or show this with "
        "another plotter"
    )
    assert "parts.py" in found.tracebacks[0]
    assert "return 1 / 0" in found.tracebacks[0]

    system.wait_until(lambda: bool(workflow_detail(system)))
    assert "KeyError: 'lacking'" in workflow_detail(system)
    assert "parts.py" in workflow_detail(system)


def workflow_detail(system: System) -> str:
    (source,) = next(
        view.sources
        for view in system.services.workflows.workflows()
        if view.spec.name == "edited_flow"
    )
    assert "Traceback" not in str(source.message)
    return source.detail

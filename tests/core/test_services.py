"""The composition root with real parts and no data."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from livedata_core.config import FileConfigStore, MemoryConfigStore
from livedata_core.contract import ConfigStore
from livedata_core.plugins import PluginManager, load_plugins
from livedata_core.services import DashboardServices
from livedata_core.transport import NullTransport

Make = Callable[[ConfigStore], DashboardServices]


@pytest.fixture(scope="module")
def plugins() -> PluginManager:
    return load_plugins()


@pytest.fixture
def make(plugins: PluginManager) -> Iterator[Make]:
    made: list[DashboardServices] = []

    def start(store: ConfigStore) -> DashboardServices:
        services = DashboardServices(
            plugins=plugins,
            instrument=plugins.registry.instruments["dummy"],
            transport=NullTransport(),
            store=store,
        )
        services.start()
        made.append(services)
        return services

    yield start
    for services in made:
        services.stop()


def titles(services: DashboardServices) -> list[str]:
    return [grid.title for grid in services.plots.layout.grids]


def test_first_start_opens_the_default_template(make: Make) -> None:
    assert titles(make(MemoryConfigStore())) == ["Overview"]


def test_layout_is_found_again_after_a_restart(make: Make, tmp_path: Path) -> None:
    first = make(FileConfigStore(tmp_path))
    first.plots.rename_grid(first.plots.layout.grids[0].id, "Mine")
    first.stop()
    assert titles(make(FileConfigStore(tmp_path))) == ["Mine"]


def test_unreadable_layout_is_told_and_its_file_kept(
    make: Make, tmp_path: Path
) -> None:
    (tmp_path / "layout.yaml").write_text("grids: [")
    services = make(FileConfigStore(tmp_path))
    (told,) = services.notifications.since(0)
    assert "layout" in told.title
    assert "layout.yaml" in told.text
    for title in ("One", "Two", "Three"):
        services.plots.add_grid(title)
        assert services.writer.flush()
    services.stop()
    assert (tmp_path / "layout.yaml.unreadable-1").read_text() == "grids: ["


def test_settings_of_another_kind_are_told_and_kept(make: Make, tmp_path: Path) -> None:
    text = "schema_version: none\nworkflows: 7\n"
    (tmp_path / "workflows.yaml").write_text(text)
    services = make(FileConfigStore(tmp_path))
    (told,) = services.notifications.since(0)
    assert "schema_version" in told.text
    services.stop()
    kept = FileConfigStore(tmp_path).load("workflows-set-aside")
    assert kept == {"schema_version": "none", "workflows": 7}


def test_source_is_called_by_its_title_or_else_its_name(make: Make) -> None:
    services = make(MemoryConfigStore())
    record = services.instrument.detectors[0]
    assert services.source_title(record.name) == record.title
    assert services.source_title("nobody") == "nobody"

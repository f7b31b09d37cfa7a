"""The gallery shows all that is installed, and trusts no name of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from pydantic import BaseModel, Field

from livedata_authoring.gallery import write_gallery
from livedata_cli.main import cli
from livedata_core.contract import Accepts, PlotterSpec, hookimpl
from livedata_core.plugins import Found, PluginManager, discover

if TYPE_CHECKING:
    from playwright.sync_api import Browser


EVIL = '<img src=x onerror="window.hacked=1"></script>&'
SHOWN = {"livedata-core", "livedata-codecs", "livedata-dummy", "livedata-plotters"}


class Params(BaseModel):
    width: float = Field(2.5, gt=0, title=EVIL, json_schema_extra={"unit": "mm"})


class Evil:
    """A plugin whose names are markup, and whose plotter cannot draw."""

    @hookimpl
    def livedata_plotters(self) -> Iterator[PlotterSpec]:
        yield PlotterSpec(
            name="evil",
            title=EVIL,
            description=EVIL,
            params=Params,
            accepts=Accepts(ndim=(1,)),
            factory=f"{__name__}:Undrawable",
        )


class Undrawable:
    def compute(self, inputs: object, params: object, view: object) -> object:
        return EVIL

    def draw(self, frame: str) -> object:
        raise ValueError(frame)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = [item for item in discover() if item.origin.distribution in SHOWN]
    plugins = PluginManager([*found, Found.of(Evil(), "evil", "livedata-evil", "6.6")])
    plugins.open_all_instruments()
    folder = tmp_path_factory.mktemp("gallery")
    lacking = write_gallery(plugins, folder)
    over = {n for n, spec in plugins.registry.plotters.items() if spec.over}
    assert lacking.keys() == {"evil", *over}
    return folder


def test_the_page_shows_everything_and_escapes_all_names(folder: Path) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    for words in (
        'id="plotter-image"',
        "Values over two axes as colours.",
        'id="instrument-dummy"',
        "dummy/panel_0_xy/1",
        "livedata-evil 6.6",
        "<td>2.5 mm</td>",
    ):
        assert words in page
    assert "<img" not in page
    assert page.count("&lt;img src=x") >= 4
    text = (folder / "assets" / "pictures.js").read_text(encoding="utf-8")
    items = json.loads(text.partition(" = ")[2].removesuffix(";\n"))
    assert "evil" not in items
    assert items["image"].keys() == {"light", "dark"}


def test_where_nothing_is_to_be_written_it_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    result = CliRunner().invoke(cli, ["gallery", "--output", str(file)])
    assert result.exit_code == 2
    assert "is a file" in result.output


@pytest.mark.browser
def test_pictures_are_drawn_in_light_and_dark_without_a_network(
    folder: Path, chromium: Browser
) -> None:
    context = chromium.new_context(color_scheme="dark")
    page = context.new_page()
    errors: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto((folder / "index.html").as_uri())
    page.wait_for_selector("[data-picture=image] [class*=bk]", state="attached")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.click("#theme")
    page.wait_for_selector("[data-picture=image][data-drawn=light]")
    page.click("#plotter-image summary")
    assert page.is_visible("#plotter-image td >> text=viridis")
    assert errors == []
    assert page.evaluate("window.hacked") is None
    assert all(url.startswith("file:") for url in requests)
    context.close()

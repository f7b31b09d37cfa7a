"""Writing the gallery: one page, its style, and what draws the pictures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2

from livedata_authoring.check.subject import Subject
from livedata_authoring.gallery.facts import instrument_facts, plotter_facts
from livedata_authoring.gallery.thumbnails import Thumbnail, thumbnail
from livedata_core.contract import Origin
from livedata_core.plugins import PluginManager, PluginReport

__all__ = ["write_gallery"]

_STATIC = Path(__file__).parent / "static"
_OWN = ("gallery.css", "gallery.js")


def write_gallery(
    plugins: PluginManager,
    folder: Path,
    progress: Callable[[str], None] = lambda title: None,
) -> dict[str, str]:
    """Write the pages of what is installed; names in them are escaped.

    Parameters
    ----------
    folder:
        Where to; it is made, and files of an earlier gallery are replaced.
    progress:
        Called with the title of what is drawn next.

    Returns
    -------
    :
        Why there is no picture, by name of the plotter.
    """
    registry = plugins.registry
    reports = {report.origin: report for report in plugins.reports}
    pictures: dict[str, Thumbnail] = {}
    for name, spec in registry.plotters.items():
        progress(spec.title)
        report = _report(reports, spec.origin)
        pictures[name] = thumbnail(Subject(report, registry), spec)
    facts = {
        "instruments": [
            instrument_facts(registry, item) for item in registry.instruments.values()
        ],
        "plotters": [
            {**plotter_facts(spec), "problem": pictures[name].problem}
            for name, spec in registry.plotters.items()
        ],
        "version": version("livedata-core"),
    }
    _write(folder, facts, pictures)
    return {n: p.problem for n, p in pictures.items() if p.problem}


def _report(reports: dict[Origin, PluginReport], origin: Origin | None) -> PluginReport:
    assert origin is not None  # every record in use is stamped
    return reports[origin]


def _write(folder: Path, facts: dict[str, Any], pictures: dict[str, Thumbnail]) -> None:
    import bokeh.util.paths

    import livedata_panel

    assets = folder / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    tokens = Path(livedata_panel.__file__).parent / "static" / "css" / "tokens.css"
    bokehjs = bokeh.util.paths.bokehjs_path() / "js" / "bokeh.min.js"
    for file in (*(_STATIC / name for name in _OWN), tokens, bokehjs):
        shutil.copyfile(file, assets / file.name)
    items = {name: picture.items for name, picture in pictures.items() if picture.items}
    (assets / "pictures.js").write_text(
        f"window.livedataPictures = {json.dumps(items)};\n", encoding="utf-8"
    )
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    page = environment.from_string(
        (_STATIC / "gallery.html.jinja").read_text(encoding="utf-8")
    )
    (folder / "index.html").write_text(page.render(**facts), encoding="utf-8")

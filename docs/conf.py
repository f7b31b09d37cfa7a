"""Sphinx configuration. The build needs no network."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

HERE = Path(__file__).parent
# The extensions, and `tests.benchmarks`, which one of them describes.
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

project = "livedata"
author = "The livedata developers"
copyright = "the livedata developers, BSD-3-Clause"
release = installed_version("livedata-core")
version = release

extensions = ["myst_parser", "livedata_reference", "screenshot"]
exclude_patterns = ["_build", "_ext"]
nitpicky = True

myst_enable_extensions = ["substitution"]
# The picture is taken from the running dashboard and may be absent in a checkout.
overview = "![A grid of live plots](_static/overview.png)"
myst_substitutions = {
    "overview": overview if (HERE / "_static" / "overview.png").exists() else ""
}
myst_heading_anchors = 3

html_theme = "pydata_sphinx_theme"
html_title = "livedata"
html_static_path = ["_static"]
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": False,
    "footer_start": ["copyright"],
    "footer_end": [],
}

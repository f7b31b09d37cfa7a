"""Plugins for tests, as installed distributions: a folder with metadata and modules.

The folder is put on ``sys.path`` by the `site` fixture; nothing is mocked between the
files and the plugin manager.
"""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from livedata_core.plugins import PluginManager, PluginReport, Problem, ProblemKind

GOOD_PLUGIN = """
    from livedata_core.contract import TransportSpec, hookimpl

    @hookimpl
    def livedata_transports():
        yield TransportSpec(name="good-transport", title="Good", factory="good:make")
"""


class Site:
    """A folder of installed distributions.

    Every module's name should be used by one test alone: Python keeps what was
    imported.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self,
        module: str,
        source: str,
        *,
        plugin: str = "",
        distribution: str = "",
        version: str = "1.2.3",
        requires: Sequence[str] = ("livedata-core",),
        metadata: str | bytes | None = None,
    ) -> str:
        """Write a module and the metadata of a distribution that names it.

        Parameters
        ----------
        module, source:
            Name and text of the module; indentation is removed.
        plugin, distribution:
            Names; the module's by default.
        metadata:
            Text of METADATA in place of a correct one; "" leaves the file out.

        Returns
        -------
        :
            The plugin's name.
        """
        name = distribution or module
        self.write(f"{module}.py", textwrap.dedent(source))
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            f"Version: {version}",
            f"Summary: Plugin of {name}.",
            *(f"Requires-Dist: {line}" for line in requires),
        ]
        text = "\n".join(lines) if metadata is None else metadata
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        if text:
            self.write(f"{info}/METADATA", text)
        self.entry_points(info, {plugin or module: module})
        return plugin or module

    def entry_points(self, info: str, plugins: Mapping[str, str]) -> None:
        """Write ``entry_points.txt`` into a ``.dist-info`` folder."""
        lines = [f"{name} = {value}" for name, value in plugins.items()]
        self.write(f"{info}/entry_points.txt", "\n".join(["[livedata]", *lines]))

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file below the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        importlib.invalidate_caches()


def report_of(manager: PluginManager, name: str) -> PluginReport:
    """Return the only report of that name."""
    (report,) = (item for item in manager.reports if item.name == name)
    return report


def only_problem(manager: PluginManager, name: str) -> Problem:
    """Return the only problem of a plugin."""
    (problem,) = report_of(manager, name).problems
    return problem


def assert_explains(problem: Problem, kind: ProblemKind, *words: str) -> None:
    """Check a problem's kind, and that its message holds all the words."""
    assert problem.kind is kind
    missing = [word for word in words if word not in problem.message]
    assert not missing, f"{problem.message!r} does not say {missing}"

"""The compliance check as tests: items of a run, and the text of a failure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from livedata_core.plugins import PluginManager
from livedata_testing.isolated import isolated_plugins, name_of

__all__ = ["CheckItem", "check_items", "findings_text"]


def findings_text(
    plugins: PluginManager, plugin: str | object, *, strict: bool = False
) -> str:
    """Return what is to be mended in a plugin as text; empty if nothing is."""
    from livedata_authoring.check import Level, check_plugin

    name = plugin if isinstance(plugin, str) else name_of(plugin)
    reports = [r for r in plugins.reports if name in (r.name, r.distribution)]
    findings = [f for report in reports for f in check_plugin(plugins, report)]
    wanted = [f for f in findings if strict or f.level is Level.ERROR]
    return "\n".join(map(str, wanted))


def check_items(session: pytest.Session, names: Iterable[str]) -> Iterator[CheckItem]:
    """Yield a test for each plugin.

    Raises
    ------
    pytest.UsageError
        If none is named and the project has none.
    """
    chosen = list(names) or _plugins_of(session.config.rootpath)
    if not chosen:
        raise pytest.UsageError(
            f"{session.config.rootpath} has no pyproject.toml with entry points of the "
            "group 'livedata'; name a plugin with --livedata-plugin"
        )
    for name in chosen:
        yield CheckItem.from_parent(
            session, name=f"livedata-check[{name}]", plugin=name
        )


def _plugins_of(folder: Path) -> list[str]:
    file = folder / "pyproject.toml"
    if not file.is_file():
        return []
    project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    return list(project.get("entry-points", {}).get("livedata", {}))


class _FoundError(Exception):
    """What was found, as text."""


class CheckItem(pytest.Item):
    """The check of one plugin."""

    def __init__(self, *, plugin: str, **options: Any) -> None:
        super().__init__(**options)
        self._plugin = plugin

    def runtest(self) -> None:
        """Check it."""
        manager = isolated_plugins([self._plugin])
        try:
            said = findings_text(manager, self._plugin)
        finally:
            manager.close()
        if said:
            raise _FoundError(said)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any
    ) -> str:
        """Return the findings alone, without a traceback of this module."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where it is shown."""
        return self.config.rootpath, None, self.name

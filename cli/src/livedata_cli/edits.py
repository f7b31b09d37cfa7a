"""Watching the sources of plugins that are being written, for ``serve --dev``."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from livedata_core.plugins import reload_package, source_files, watched_packages

if TYPE_CHECKING:
    from livedata_core.api import DashboardServices

__all__ = ["EditWatcher"]

log = logging.getLogger(__name__)

LOOK_S = 0.5

State = Mapping[Path, tuple[int, int]]
"""Time of change, ns, and size of each file."""


class EditWatcher:
    """Loads plugins anew when their files change. A thread of its own.

    Parameters
    ----------
    services:
        The dashboard that shows them.
    """

    def __init__(self, services: DashboardServices) -> None:
        self._services = services
        self._packages = watched_packages(services.plugins)
        self._states = {
            name: _state_of(paths) for name, paths in self._packages.items()
        }
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="livedata-edits", daemon=True
        )

    def start(self) -> str:
        """Begin to watch; return a sentence that says what."""
        self._thread.start()
        names = ", ".join(sorted(self._packages))
        return f"loads these anew when they are edited: {names or 'no packages'}"

    def stop(self) -> None:
        """Watch no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def look(self) -> tuple[str, ...]:
        """Load what was edited since the last look; return the packages."""
        edited = []
        for name, paths in self._packages.items():
            state = _state_of(paths)
            before = self._states[name]
            if state != before:
                self._states[name] = state
                edited.append(name)
                self._reload(name, {path for path, _ in before.items() ^ state.items()})
        return tuple(edited)

    def _reload(self, package: str, files: Collection[Path]) -> None:
        services = self._services
        reloaded = reload_package(services.plugins, package, services.instrument, files)
        if reloaded.stays:
            stays = ", ".join(reloaded.stays)
            log.warning("%s is loaded anew; restart for: %s", package, stays)
        elif reloaded.problem is None:
            log.info("%s is loaded anew", package)
        else:
            log.warning("%s", reloaded.problem.message)
        services.use_plugins(reloaded)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                self.look()
            except Exception:
                log.exception("an edit could not be taken in")


def _state_of(paths: tuple[Path, ...]) -> State:
    state: dict[Path, tuple[int, int]] = {}
    for path in source_files(paths):
        try:
            facts = path.stat()
        except OSError:
            continue  # an editor is just replacing it
        state[path] = facts.st_mtime_ns, facts.st_size
    return state

"""The io thread of settings: writes documents behind the back of the event loop.

What is written, and reading it back before the start, live elsewhere.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from livedata_core.contract import ConfigStore

__all__ = ["SettingsWriter"]

_log = logging.getLogger(__name__)


class SettingsWriter:
    """Saves the latest document of each name on a thread of its own.

    `save` may be called from any thread and returns at once; documents that were
    overtaken before their turn are never written. Before `start` they only queue up.

    Parameters
    ----------
    store:
        Where to; used on the writer's thread alone.
    on_error:
        Called on that thread with the document's name and the error. The document is
        not tried again until it is next saved.
    """

    def __init__(
        self,
        store: ConfigStore,
        on_error: Callable[[str, Exception], None] | None = None,
    ) -> None:
        self._store = store
        self._on_error = on_error
        self._changed = threading.Condition()
        self._waiting: dict[str, dict[str, Any]] = {}
        self._writing = False
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write what is saved."""
        with self._changed:
            if self._thread is None:
                self._stopping = False
                # A folder on a dead network drive must not keep the process alive.
                self._thread = threading.Thread(
                    target=self._run, name="livedata-settings", daemon=True
                )
                self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Write what waits and end the thread; return whether all was written."""
        with self._changed:
            thread, self._stopping = self._thread, True
            self._changed.notify_all()
        if thread is not None:
            thread.join(timeout_s)
            with self._changed:
                if not thread.is_alive():
                    self._thread = None
        with self._changed:
            return self._idle()

    def save(self, name: str, document: Mapping[str, Any]) -> None:
        """Take a copy of the document to be written soon."""
        waiting = copy.deepcopy(dict(document))
        with self._changed:
            self._waiting[name] = waiting
            self._changed.notify_all()

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until all is written or has failed; False if that takes longer."""
        with self._changed:
            return self._changed.wait_for(self._idle, timeout_s)

    def _idle(self) -> bool:
        return not self._waiting and not self._writing

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stopping)
                if not self._waiting:
                    return
                name = next(iter(self._waiting))
                document = self._waiting.pop(name)
                self._writing = True
            self._write(name, document)
            with self._changed:
                self._writing = False
                self._changed.notify_all()

    def _write(self, name: str, document: Mapping[str, Any]) -> None:
        try:
            self._store.save(name, document)
        except Exception as error:  # noqa: BLE001 - a store is a plugin's
            self._report(name, error)

    def _report(self, name: str, error: Exception) -> None:
        _log.error("settings %r were not saved: %s", name, error)
        if self._on_error is None:
            return
        try:
            self._on_error(name, error)
        except Exception:  # noqa: BLE001 - the thread has to outlive its listeners
            _log.exception("reporting that settings %r were not saved failed", name)

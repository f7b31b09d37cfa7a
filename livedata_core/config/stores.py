"""Where settings persist: a folder of YAML files, or memory.

A store keeps named documents and knows nothing of what is in them. When they are
written lives in `livedata_core.config.writer`.
"""

from __future__ import annotations

import copy
import os
import re
import uuid
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from livedata_core.config.yaml_text import marked_yaml, require_whole
from livedata_core.plugins.disabled import config_dir

__all__ = ["FileConfigStore", "MemoryConfigStore", "settings_folder"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_SUFFIX = ".yaml"


def settings_folder(instrument: str) -> Path:
    """Return the folder of an instrument's settings; it need not exist.

    It lies in the user's configuration folder, or in the one that
    ``LIVEDATA_CONFIG_DIR`` names.
    """
    return config_dir() / instrument


class FileConfigStore:
    """A folder with one YAML file for each document. io thread only.

    A file is replaced whole or not at all, and the version before it is kept beside
    it as ``NAME.yaml.bak``. A file that could not be read is never overwritten: the
    next save moves it to ``NAME.yaml.unreadable-1``, ``-2`` and so on, and what was
    its ``.bak`` to ``NAME.yaml.bak-1``.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._unreadable: set[str] = set()

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self._folder

    def load(self, name: str) -> Mapping[str, Any] | None:
        """Return the document, or None if there is none.

        Raises
        ------
        ValueError
            If the file is not readable as YAML or was cut off, naming its path and the
            way out.
        """
        path = self._path(name)
        self._unreadable.add(name)
        try:
            text = path.read_text(encoding="utf-8")
            require_whole(text)
            document = yaml.safe_load(text)
        except FileNotFoundError:
            self._unreadable.discard(name)
            return None
        except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
            raise _unreadable(path, _one_line(error)) from error
        if not isinstance(document, dict):
            found = "nothing" if document is None else f"a {type(document).__name__}"
            raise _unreadable(path, f"expected names and values, found {found}")
        self._unreadable.discard(name)
        return document

    def save(self, name: str, document: Mapping[str, Any]) -> None:
        """Write the document, whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written.
        ValueError
            If it holds what YAML cannot carry.
        """
        path = self._path(name)
        text = _to_yaml(name, document)
        self._folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._keep(name, path)
        self._replace(path, text.encode())

    def _keep(self, name: str, path: Path) -> None:
        """Keep what is about to be replaced."""
        backup = path.with_name(f"{path.name}.bak")
        if name not in self._unreadable:
            self._replace(backup, path.read_bytes())
            return
        aside = (
            (path.with_name(f"{path.name}.unreadable-{n}"), Path(f"{backup}-{n}"))
            for n in count(1)
        )
        places = next(both for both in aside if not any(map(Path.exists, both)))
        for kept, place in zip((path, backup), places, strict=True):
            if kept.exists():
                kept.replace(place)
        self._unreadable.discard(name)

    def names(self) -> Sequence[str]:
        """Return the names of the stored documents, sorted."""
        found = (path.name.removesuffix(_SUFFIX) for path in self._files())
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def _files(self) -> Sequence[Path]:
        return tuple(self._folder.glob(f"*{_SUFFIX}"))

    def _path(self, name: str) -> Path:
        return self._folder / f"{_checked(name)}{_SUFFIX}"

    def _replace(self, path: Path, content: bytes) -> None:
        """Put a file in place so that a crash leaves the old or the new one."""
        draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(self._folder)


class MemoryConfigStore:
    """Documents that last as long as the process; for tests and demonstrations."""

    def __init__(self, folder: Path | str | None = None) -> None:
        """Take the folder that every store's factory is called with; unused."""
        self._documents: dict[str, dict[str, Any]] = {}

    def load(self, name: str) -> Mapping[str, Any] | None:
        """Return a copy of the document, or None if there is none."""
        document = self._documents.get(_checked(name))
        return copy.deepcopy(document)

    def save(self, name: str, document: Mapping[str, Any]) -> None:
        """Keep a copy of the document.

        Raises
        ------
        ValueError
            If it holds what YAML cannot carry.
        """
        self._documents[_checked(name)] = yaml.safe_load(_to_yaml(name, document))

    def names(self) -> Sequence[str]:
        """Return the names of the stored documents, sorted."""
        return tuple(sorted(self._documents))


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot name stored settings; use up to 100 letters, digits, "
            "'_', '-' and '.', beginning with a letter or digit"
        )
    return name


def _to_yaml(name: str, document: Mapping[str, Any]) -> str:
    try:
        return marked_yaml(document)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(
            f"settings {name!r} hold what YAML cannot carry: {_one_line(error)}"
        ) from error


def _unreadable(path: Path, reason: str) -> ValueError:
    return ValueError(
        f"settings file {path} cannot be read: {reason}; stop, correct it or put back "
        f"{path.name}.bak, and start again; when settings are next saved, both are set "
        f"aside as {path.name}.unreadable-N and {path.name}.bak-N"
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; only POSIX lets a folder be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

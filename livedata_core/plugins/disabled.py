"""Which plugins the user does not want: a plain file, read before discovery.

One name a line, of a plugin or of a distribution; ``#`` begins a comment, at the start
of a line or between blanks: names may contain it. It is no document of a `ConfigStore`,
since stores are themselves plugins'. It lies in the user's configuration folder, or in
the one that ``LIVEDATA_CONFIG_DIR`` names. The environment variable
``LIVEDATA_DISABLE_PLUGINS`` adds names, separated by commas.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

__all__ = [
    "DisabledListError",
    "config_dir",
    "disable",
    "disabled_file",
    "enable",
    "read_disabled",
]

_COMMENT = re.compile(r"(^\s*#|\s#\s).*", re.DOTALL)
_HEADER = "# Plugins that livedata does not load: one name a line.\n"


class DisabledListError(ValueError):
    """The list cannot be read or written; says which file and the way out."""


def config_dir() -> Path:
    """Return the folder of the user's settings; it need not exist."""
    if named := os.environ.get("LIVEDATA_CONFIG_DIR"):
        return Path(named).expanduser()
    import platformdirs  # slower to import than all the rest of this module

    return Path(platformdirs.user_config_dir("livedata", appauthor=False))


def disabled_file() -> Path:
    """Return the path of the list of disabled plugins."""
    return config_dir() / "disabled-plugins.txt"


def from_environment() -> tuple[str, ...]:
    """Return the names in ``LIVEDATA_DISABLE_PLUGINS``."""
    parts = os.environ.get("LIVEDATA_DISABLE_PLUGINS", "").split(",")
    return tuple(name for part in parts if (name := part.strip()))


def read_disabled() -> tuple[str, ...]:
    """Return the names in the file; none if there is no file.

    Raises
    ------
    DisabledListError
        If it cannot be read.
    """
    return tuple(name for line in _lines() if (name := _name(line)))


def disable(name: str) -> bool:
    """Add a name to the file; return whether it was not there yet.

    Raises
    ------
    DisabledListError
        If the file cannot be read or written.
    """
    lines = _lines()
    if name in map(_name, lines):
        return False
    _write([*(lines or [_HEADER]), f"{name}\n"])
    return True


def enable(name: str) -> bool:
    """Take a name out of the file; return whether it was there.

    Raises
    ------
    DisabledListError
        If the file cannot be read or written.
    """
    lines = _lines()
    kept = [line for line in lines if _name(line) != name]
    if len(kept) == len(lines):
        return False
    _write(kept)
    return True


def _name(line: str) -> str:
    return _COMMENT.sub("", line).strip()


def _lines() -> list[str]:
    path = disabled_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise DisabledListError(
            f"cannot read the list of disabled plugins {path}: {error}; "
            "mend or remove it"
        ) from error
    return [f"{line}\n" for line in text.splitlines()]


def _write(lines: Iterable[str]) -> None:
    path = disabled_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, "".join(lines))
    except OSError as error:
        raise DisabledListError(
            f"cannot write the list of disabled plugins {path}: {error}; make its "
            "folder writable or name another with LIVEDATA_CONFIG_DIR"
        ) from error


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise

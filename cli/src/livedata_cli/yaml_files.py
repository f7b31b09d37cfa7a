"""Reading a YAML file of a user: a mapping, or one line saying what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from livedata_cli.errors import CliError
from livedata_cli.exit_codes import ExitCode

__all__ = ["read_mapping"]


def read_mapping(path: Path, kind: str, hint: str) -> dict[str, Any]:
    """Return the mapping that a file holds.

    No error shows a line of the file, which may hold a password.

    Parameters
    ----------
    kind:
        What the file is, e.g. ``config file``.
    hint:
        What to write into it.

    Raises
    ------
    CliError
        If there is none, naming the file.
    """
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise CliError(
            f"cannot read {kind} {path}: {reason}", ExitCode.CANNOT_START
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CliError(
            f"{kind} {path} is not YAML: {_problem(error)}; {hint}",
            ExitCode.CANNOT_START,
        ) from None
    if not isinstance(document, dict):
        raise CliError(f"{kind} {path} holds no options; {hint}", ExitCode.CANNOT_START)
    return {str(name): value for name, value in document.items()}


def _problem(error: Exception) -> str:
    # Where it is, not what: the error itself quotes the file.
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return "not text" if isinstance(error, UnicodeDecodeError) else "unreadable"
    return f"see line {mark.line + 1}, column {mark.column + 1}"

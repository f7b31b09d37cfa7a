"""The exit codes of ``livedata``, and their text in ``livedata --help``."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["EXPLANATIONS", "ExitCode"]


class ExitCode(IntEnum):
    """How a command of ``livedata`` ended."""

    OK = 0
    INTERNAL_ERROR = 1
    USAGE = 2
    NOT_FOUND = 3
    CANNOT_START = 4
    PLUGIN_PROBLEM = 5
    ACCESS_DENIED = 6
    INTERRUPTED = 130


EXPLANATIONS: dict[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.INTERNAL_ERROR: "an error that livedata did not expect",
    ExitCode.USAGE: "unknown command or option, or a wrong value",
    ExitCode.NOT_FOUND: "no instrument, plugin or other thing of that name",
    ExitCode.CANNOT_START: "port in use, unreadable file or bad configuration",
    ExitCode.PLUGIN_PROBLEM: "a plugin that the command needs does not work",
    ExitCode.ACCESS_DENIED: "the broker refuses the credentials or the certificate",
    ExitCode.INTERRUPTED: "interrupted from the keyboard",
}

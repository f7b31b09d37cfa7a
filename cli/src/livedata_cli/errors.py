"""How errors reach the user: one clear line and an exit code.

A command raises `CliError` for what it expects to go wrong. Anything else is turned
into one line too; tracebacks are shown with ``--debug`` alone. What the codes mean
is in `livedata_cli.exit_codes`.
"""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from livedata_cli.exit_codes import ExitCode
from livedata_core.contract.raised import describe

__all__ = ["CliError", "guard"]


class CliError(click.ClickException):
    """Something the user can mend: a sentence, which names the way out, and a code.

    Examples
    --------
    >>> from livedata_cli.exit_codes import ExitCode
    >>> error = CliError("port 5009 is in use; choose one with --port",
    ...                  ExitCode.CANNOT_START)
    >>> error.exit_code
    4
    """

    def __init__(
        self, message: str, exit_code: ExitCode = ExitCode.INTERNAL_ERROR
    ) -> None:
        super().__init__(" ".join(message.split()))
        self.code = exit_code

    @property
    def exit_code(self) -> int:  # type: ignore[override]  # click: a class variable
        """The exit code that click ends the program with."""
        return int(self.code)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line to standard error."""
        label = click.style("Error:", fg="red", bold=True)
        click.echo(f"{label} {self.format_message()}", file=file or sys.stderr)


@contextmanager
def guard(debug: Callable[[], bool]) -> Iterator[None]:
    """Turn unexpected exceptions into a `CliError`.

    Parameters
    ----------
    debug:
        Whether to print the traceback; asked when an exception has been raised.

    Raises
    ------
    CliError
        In place of any exception that click does not handle itself.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(ExitCode.INTERRUPTED) from None
    except (click.exceptions.Exit, click.Abort):
        raise
    except click.ClickException:
        if debug():
            traceback.print_exc()
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            raise  # the reader of a pipe has gone; click ends quietly
        if debug():
            traceback.print_exc()
        raise _unexpected(error, debug()) from error


def _unexpected(error: Exception, debug: bool) -> CliError:
    hint = "" if debug else "; run again with `livedata --debug …` for the traceback"
    return CliError(f"unexpected {describe(error)}{hint}", ExitCode.INTERNAL_ERROR)

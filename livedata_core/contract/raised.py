"""What code of plugins raises: whose it is, and how it reads.

Wherever such code runs, everything it raises is caught: extensions in Rust raise
exceptions that are no `Exception`, and so do `asyncio` and `sys.exit`. The same rule
in each place::

    try:
        code_of_a_plugin()
    except BaseException as error:
        pass_on(error)
        ...  # tell, with `describe`
"""

from __future__ import annotations

import threading

__all__ = ["PassedOnError", "describe", "pass_on", "text_of"]

NO_TEXT = "<no text>"


class PassedOnError(BaseException):
    """Something of the core that has to leave a plugin's call; never a failure."""


def pass_on(error: BaseException) -> None:
    """Return if it is a plugin's failure, raise it again if not.

    Raises
    ------
    PassedOnError
        As that is the core's own.
    KeyboardInterrupt
        On the main thread: no other has it from the keyboard.
    """
    interrupts = isinstance(error, KeyboardInterrupt)
    if interrupts and threading.current_thread() is not threading.main_thread():
        return
    if interrupts or isinstance(error, PassedOnError):
        raise error


def text_of(error: BaseException) -> str:
    r"""Return the message of an exception, whatever its ``__str__`` does.

    Examples
    --------
    >>> text_of(ValueError("two\nlines"))
    'two\nlines'
    >>> text_of(type("Mute", (Exception,), {"__str__": None})())
    '<no text>'
    """
    try:
        return "".join(str(error))  # no class of a plugin's
    except BaseException as failure:  # noqa: BLE001 - it is a plugin's, too
        pass_on(failure)
        return NO_TEXT


def describe(error: BaseException) -> str:
    r"""Return type and message of an exception on one line.

    Examples
    --------
    >>> describe(ValueError("two\nlines"))
    'ValueError: two lines'
    >>> describe(ValueError())
    'ValueError'
    """
    text = " ".join(text_of(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__

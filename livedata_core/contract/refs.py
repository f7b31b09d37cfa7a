"""Import strings: how a record names the heavy part without importing it."""

from __future__ import annotations

import importlib
import sys
import threading
from types import ModuleType
from typing import Annotated, Any

from pydantic import StringConstraints

from livedata_core.contract.raised import describe, pass_on

__all__ = ["Ref", "RefError", "resolve"]

Ref = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z_][\w]*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.\w+)*$"
    ),
]
"""``package.module:attribute``, imported when it is first needed."""


_importing = threading.RLock()
# Two threads that first import different parts of one package can each hold what the
# other waits for; Python then gives one of them a half-initialised module.


class RefError(ImportError):
    """An import string that leads nowhere."""


def resolve(ref: str) -> Any:
    """Import what `ref` names; any thread, one at a time.

    Raises
    ------
    RefError
        If the module cannot be imported or has no such attribute; the cause is
        chained.

    Examples
    --------
    >>> resolve("json:dumps")([1, 2])
    '[1, 2]'
    """
    module_name, _, path = ref.partition(":")
    try:
        target: Any = _imported(module_name) or _import(module_name)
        for part in path.split("."):
            target = getattr(target, part)
    except BaseException as error:
        pass_on(error)
        raise RefError(f"cannot import {ref!r}: {describe(error)}") from error
    return target


def _imported(name: str) -> ModuleType | None:
    """Return a module that is there already, whole: nobody waits for other imports."""
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    return None if getattr(spec, "_initializing", True) else module


def _import(name: str) -> ModuleType:
    with _importing:
        return importlib.import_module(name)

"""The process in which plugins are imported afresh, to see what that takes.

Run as a program: each line of its input is a request, each line of its output the
answer, both JSON. It has livedata's own plugins loaded and answers each request in a
child of its own, so that every plugin is the first to be imported beside these. Where a
process has no children of that kind (Windows) it answers one request alone.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from livedata_core.contract import SessionInfo, resolve
from livedata_core.plugins import Found, PluginManager, discover, is_first_party

__all__ = ["answer", "main"]


class _Blocked:
    """Has packages fail to be imported, as if they were not installed."""

    def __init__(self, packages: Iterable[str]) -> None:
        self._packages = frozenset(packages)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Refuse what is blocked, leave the rest to others."""
        package = fullname.partition(".")[0]
        if package in self._packages:
            raise ModuleNotFoundError(f"blocked: {package}", name=package)
        return None


def main() -> None:
    """Answer requests until there are no more."""
    own = [item for item in discover() if is_first_party(item.origin.distribution)]
    _opened(own)
    for line in sys.stdin:
        request = json.loads(line)
        found = _in_child(request, own) if hasattr(os, "fork") else answer(request, own)
        print(json.dumps(found), flush=True)  # noqa: T201 - it is the answer


def _in_child(request: Mapping[str, Any], own: Sequence[Found]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(2, 1)  # what a plugin prints is no answer
        with open(writing, "w", encoding="utf-8") as file:  # noqa: PTH123 - no path
            json.dump(answer(request, own), file)
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as file:  # noqa: PTH123 - no path
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"failed": True}


def answer(request: Mapping[str, Any], own: Sequence[Found]) -> dict[str, Any]:
    """Import a plugin, call its hooks, import what its records name.

    Parameters
    ----------
    request:
        `path`: folders to import from. `plugin`, `distribution`,
        `module`: which plugin. `heavy`:
        packages to look for. `refs`: import strings. `blocked`: packages that are not
        to be had for these.

    Returns
    -------
    :
        `took`: seconds to import the module. `heavy`: what it and its hooks imported.
        `needing`: for each ref that needs a blocked package, which. `packages`: what
        was imported for the refs in addition. Or `failed`, if it cannot be imported.
    """
    sys.path[:] = request["path"]
    importlib.invalidate_caches()
    others = [
        item
        for item in own
        if item.origin.plugin != request["plugin"]
        or item.origin.distribution != request["distribution"]
    ]
    before = set(sys.modules)
    began = time.perf_counter()
    try:
        module: Any = importlib.import_module(request["module"].partition(":")[0])
        took = time.perf_counter() - began
        _opened([*others, Found.of(_target(module, request), request["plugin"])])
    except BaseException:  # noqa: BLE001 - whatever it is
        return {"failed": True}
    registered = set(sys.modules)
    sys.meta_path.insert(0, _Blocked(request["blocked"]))
    needing = {ref: name for ref in request["refs"] if (name := _blocked(ref))}
    return {
        "took": took,
        "heavy": sorted(_packages(registered - before) & set(request["heavy"])),
        "needing": needing,
        "packages": sorted(_packages(sys.modules) - _packages(registered)),
    }


def _target(module: Any, request: Mapping[str, Any]) -> Any:
    """Return what an entry point names: a module, or an object in it."""
    attribute = request["module"].partition(":")[2]
    return getattr(module, attribute) if attribute else module


def _opened(found: Sequence[Found]) -> None:
    """Load plugins and call all hooks that yield."""
    manager = PluginManager(found)
    manager.open_all_instruments()
    for name in manager.registry.instruments:
        manager.registry.session_widgets(SessionInfo("check", name))


def _blocked(ref: str) -> str | None:
    """Return the blocked package that an import string needs, if it does."""
    error: BaseException | None
    try:
        resolve(ref)
    # Whatever else is wrong with it is said by other rules.
    except BaseException as raised:  # noqa: BLE001
        error = raised
    else:
        return None
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and "blocked: " in str(error):
            return error.name
        error = error.__cause__ or error.__context__
    return None


def _packages(modules: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


if __name__ == "__main__":
    main()

"""Which hooks a plugin implements, and whether it does so as the contract says.

Looks at the plugin without calling it. pluggy registers a misspelt hook silently and
gives up a plugin at its first wrong signature; here each function is judged alone.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pluggy

from livedata_core.contract import PROJECT, Origin
from livedata_core.plugins.isolation import attempt
from livedata_core.plugins.kinds import HOOKS, PREFIX, Hook
from livedata_core.plugins.reports import Problem, ProblemKind, label

__all__ = ["Implementation", "inspect_plugin"]

_MARKS = pluggy.PluginManager(PROJECT)
_MARK = f"{PROJECT}_impl"
"""The attribute that pluggy's mark sets."""
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass(frozen=True, slots=True)
class Implementation:
    """A plugin's function for a hook; it takes `arguments`, maybe not all."""

    hook: Hook
    function: Callable[..., object]
    arguments: tuple[str, ...]

    def call(self, values: Mapping[str, Any]) -> object:
        """Call it with those of the hook's arguments that it takes."""
        return self.function(**{name: values[name] for name in self.arguments})


def inspect_plugin(
    plugin: object, origin: Origin
) -> tuple[tuple[Implementation, ...], tuple[Problem, ...]]:
    """Return the hooks that a plugin implements and what is wrong with others.

    Parameters
    ----------
    plugin:
        The module or object that its entry point names.
    """
    good: list[Implementation] = []
    problems: list[Problem] = []
    for name in dir(plugin):
        for judged in _judge(plugin, name, origin):
            if isinstance(judged, Problem):
                problems.append(judged)
            else:
                good.append(judged)
    return tuple(good), tuple(problems)


def _judge(
    plugin: object, name: str, origin: Origin
) -> Iterator[Implementation | Problem]:
    function = attempt(lambda: getattr(plugin, name)).value
    if not inspect.isroutine(function):
        mark = attempt(lambda: vars(function)[_MARK]).value
        if isinstance(mark, Mapping):
            yield _no_function(mark.get("specname") or name, function, origin)
        return
    options = _MARKS.parse_hookimpl_opts(plugin, name)
    if options is None and not name.startswith(PREFIX):
        return
    hook_name = (options and options.get("specname")) or name
    hook = HOOKS.get(hook_name)
    if hook is None:
        yield _unknown(hook_name, origin)
    elif options is None:
        yield Problem(
            ProblemKind.UNMARKED_HOOK,
            f"{label(origin)} has a function {name!r} without the mark @hookimpl, so "
            f"that it is not used; put @hookimpl above it",
            hook=name,
        )
    else:
        wrapper = bool(options.get("hookwrapper") or options.get("wrapper"))
        yield _match(hook, function, wrapper, origin)


def _no_function(name: str, target: object, origin: Origin) -> Problem:
    return Problem(
        ProblemKind.WRONG_SIGNATURE,
        f"{label(origin)}: {name} is a {type(target).__name__} with the mark @hookimpl "
        "and is not used; write a plain function with that mark that calls it",
        hook=name,
    )


def _unknown(name: str, origin: Origin) -> Problem:
    close = difflib.get_close_matches(PREFIX + name.removeprefix(PREFIX), HOOKS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "it is never called"
    return Problem(
        ProblemKind.UNKNOWN_HOOK,
        f"{label(origin)} implements {name!r}, which is no hook of this core; {hint} "
        "Rename the function, or update the core if the hook is newer",
        hook=name,
    )


def _match(
    hook: Hook, function: Callable[..., object], wrapper: bool, origin: Origin
) -> Implementation | Problem:
    signature = attempt(lambda: inspect.signature(function)).value
    parameters = signature.parameters if signature else {}
    taken = tuple(
        name
        for name, parameter in parameters.items()
        if name in hook.arguments and parameter.kind in _NAMED
    )
    foreign = [
        name
        for name, parameter in parameters.items()
        if name not in taken
        and parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    fault = ""
    if foreign:
        fault = f"takes {', '.join(foreign)}"
    elif inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        fault = "is an async function"
    elif wrapper:
        fault = "is a wrapper"
    if not fault:
        return Implementation(hook, function, taken)
    return Problem(
        ProblemKind.WRONG_SIGNATURE,
        f"{label(origin)}: {hook.name} {fault}; it must be a plain function "
        f"{hook.name}({', '.join(hook.arguments)})",
        hook=hook.name,
    )

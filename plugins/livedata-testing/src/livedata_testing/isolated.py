"""A plugin manager that sees this project's plugins and the chosen ones alone."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from livedata_core.plugins import Found, PluginManager, discover, is_first_party

__all__ = ["isolated_plugins", "name_of"]


def isolated_plugins(plugins: Iterable[str | object]) -> PluginManager:
    """Load livedata's own plugins and the named ones; others are not imported.

    The user's list of disabled plugins is not read.

    Parameters
    ----------
    plugins:
        Names of installed plugins or distributions, or modules and objects with hooks,
        which need not be installed.

    Raises
    ------
    LookupError
        If none of the installed ones has that name.
    """
    installed = discover()
    chosen = [item for item in installed if is_first_party(item.origin.distribution)]
    for plugin in plugins:
        if not isinstance(plugin, str):
            chosen.append(Found.of(plugin, name_of(plugin)))
            continue
        named = [
            item
            for item in installed
            if plugin in (item.origin.plugin, item.origin.distribution)
        ]
        if not named:
            names = ", ".join(item.origin.plugin for item in installed)
            raise LookupError(
                f"no plugin {plugin!r} is installed (there are: {names}); install it, "
                "e.g. with `pip install -e .`"
            )
        chosen += [item for item in named if item not in chosen]
    return PluginManager(chosen)


def name_of(plugin: object) -> str:
    """Return the name of a plugin that is given as module or object."""
    if isinstance(plugin, ModuleType):
        return plugin.__name__.rpartition(".")[2]
    return type(plugin).__name__

"""Loading plugins in isolation: what is registered and what is wrong, as data."""

from livedata_core.plugins.disabled import (
    DisabledListError,
    config_dir,
    disable,
    disabled_file,
    enable,
    read_disabled,
)
from livedata_core.plugins.discovery import Found, discover
from livedata_core.plugins.first_party import is_essential, is_first_party
from livedata_core.plugins.kinds import OBSERVING
from livedata_core.plugins.live import LiveMapping
from livedata_core.plugins.manager import PluginManager, load_plugins
from livedata_core.plugins.registry import Registry
from livedata_core.plugins.reloading import (
    Reloaded,
    reload_package,
    source_files,
    watched_packages,
)
from livedata_core.plugins.reports import (
    PluginReport,
    PluginState,
    Problem,
    ProblemKind,
)

__all__ = [
    "OBSERVING",
    "DisabledListError",
    "Found",
    "LiveMapping",
    "PluginManager",
    "PluginReport",
    "PluginState",
    "Problem",
    "ProblemKind",
    "Registry",
    "Reloaded",
    "config_dir",
    "disable",
    "disabled_file",
    "discover",
    "enable",
    "is_essential",
    "is_first_party",
    "load_plugins",
    "read_disabled",
    "reload_package",
    "source_files",
    "watched_packages",
]

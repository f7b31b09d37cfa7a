"""Settings: stores, the thread that writes them, what is kept, and forms' adapters."""

from livedata_core.config.adapters import (
    EmptyParams,
    PlotConfigurationAdapter,
    Proof,
    ResolvedAdapter,
    WorkflowConfigurationAdapter,
    resolve_adapter,
)
from livedata_core.config.state import ConfigurationState, ConfigurationStates
from livedata_core.config.stores import (
    FileConfigStore,
    MemoryConfigStore,
    settings_folder,
)
from livedata_core.config.writer import SettingsWriter

__all__ = [
    "ConfigurationState",
    "ConfigurationStates",
    "EmptyParams",
    "FileConfigStore",
    "MemoryConfigStore",
    "PlotConfigurationAdapter",
    "Proof",
    "ResolvedAdapter",
    "SettingsWriter",
    "WorkflowConfigurationAdapter",
    "resolve_adapter",
    "settings_folder",
]

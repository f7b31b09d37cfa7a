"""The hooks as data: what each takes and which kind of record it yields."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass

from livedata_core.contract import (
    AdapterSpec,
    ConfigStoreSpec,
    DecoderSpec,
    EncoderSpec,
    GridTemplate,
    Instrument,
    LivedataHooks,
    PlotterSpec,
    Record,
    SubcommandSpec,
    TransportSpec,
    WidgetSpec,
    WorkflowSpec,
)

__all__ = ["HOOKS", "OBSERVING", "PREFIX", "Hook"]

PREFIX = "livedata_"

_RECORDS: Mapping[str, type[Record]] = {
    "instruments": Instrument,
    "workflows": WorkflowSpec,
    "plotters": PlotterSpec,
    "grid_templates": GridTemplate,
    "configuration_adapters": AdapterSpec,
    "decoders": DecoderSpec,
    "encoders": EncoderSpec,
    "transports": TransportSpec,
    "config_stores": ConfigStoreSpec,
    "subcommands": SubcommandSpec,
    "session_widgets": WidgetSpec,
}


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook of the contract.

    Attributes
    ----------
    kind:
        The hook's name without its prefix; for hooks that yield, the kind of record.
    arguments:
        Names of what it is called with.
    record:
        What it yields; None for hooks that observe.
    """

    kind: str
    arguments: tuple[str, ...]
    record: type[Record] | None

    @property
    def name(self) -> str:
        """Name of the function that implements it."""
        return PREFIX + self.kind

    @property
    def noun(self) -> str:
        """What messages call one record of this kind."""
        return self.kind.removesuffix("s").replace("_", " ")

    @property
    def is_eager(self) -> bool:
        """Whether it is called when plugins are loaded."""
        return self.record is not None and not self.arguments


def _hook(name: str) -> Hook:
    _self, *arguments = inspect.signature(getattr(LivedataHooks, name)).parameters
    kind = name.removeprefix(PREFIX)
    return Hook(kind, tuple(arguments), _RECORDS.get(kind))


HOOKS: Mapping[str, Hook] = {
    name: _hook(name) for name in vars(LivedataHooks) if name.startswith(PREFIX)
}
"""Every hook of the contract by the name of its function."""

OBSERVING = frozenset(name for name, hook in HOOKS.items() if hook.record is None)
"""Names of the hooks that yield nothing."""

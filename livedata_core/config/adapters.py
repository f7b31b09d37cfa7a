"""The two kinds of configuration adapter, and how a plugin's takes their place.

Both are made of callables, so that this layer knows neither jobs nor plots. Forms are
built from adapters in the shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from livedata_core.contract import (
    AdapterSpec,
    AuxChoice,
    ConfigurationAdapter,
    SourceChoice,
    SourceSettings,
    resolve,
)
from livedata_core.contract.raised import describe, pass_on

__all__ = [
    "EmptyParams",
    "PlotConfigurationAdapter",
    "Proof",
    "ResolvedAdapter",
    "WorkflowConfigurationAdapter",
    "resolve_adapter",
]

Proof = Callable[[ConfigurationAdapter], object]
"""Makes a form of an adapter, for nobody to see; raises if that is not possible."""


class EmptyParams(BaseModel):
    """The parameters of what has none."""


@dataclass(frozen=True)
class WorkflowConfigurationAdapter:
    """How a workflow is started from a form. Event loop only.

    `action_now` and `sources_now` are asked anew each time, since what runs changes
    while a form is open.
    """

    title: str
    description: str
    model: type[BaseModel]
    action_now: Callable[[], str]
    sources_now: Callable[[], Sequence[SourceChoice]]
    initial_now: Callable[[], Mapping[str, Any]]
    start: Callable[[BaseModel, Sequence[str]], None]
    aux_now: Callable[[], Sequence[AuxChoice]]
    initial_of_now: Callable[[str], tuple[Mapping[str, Any], Mapping[str, str]]]
    start_each: Callable[[Mapping[str, SourceSettings]], None]

    @property
    def action(self) -> str:
        """``Start``, or ``Restart`` where it runs."""
        return self.action_now()

    @property
    def sources(self) -> Sequence[SourceChoice]:
        """The sources it can run on; selected are those it runs on."""
        return self.sources_now()

    def initial(self) -> Mapping[str, Any]:
        """Return the parameters that were used last."""
        return self.initial_now()

    def apply(self, values: BaseModel, sources: Sequence[str]) -> None:
        """Start the workflow on those sources.

        Raises
        ------
        ValueError
            If no source is chosen, or it cannot be started.
        """
        if not sources:
            raise ValueError(f"Choose at least one source for {self.title}.")
        self.start(values, sources)

    def aux_choices(self) -> Sequence[AuxChoice]:
        """Return the auxiliary sources that can be chosen."""
        return self.aux_now()

    def initial_of(self, source: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """Return the parameters and auxiliary sources that a source used last."""
        return self.initial_of_now(source)

    def apply_each(self, settings: Mapping[str, SourceSettings]) -> None:
        """Start the workflow on those sources, each with its settings.

        Raises
        ------
        ValueError
            If no source is chosen, or it cannot be started.
        """
        if not settings:
            raise ValueError(f"Choose at least one source for {self.title}.")
        self.start_each(settings)


@dataclass(frozen=True)
class PlotConfigurationAdapter:
    """How a plot's settings are changed in a form. Event loop only."""

    title: str
    description: str
    model: type[BaseModel]
    initial_now: Callable[[], Mapping[str, Any]]
    change: Callable[[BaseModel], None]
    action: str = "Apply"
    choices: Callable[[], Sequence[SourceChoice]] = tuple
    choose: Callable[[Sequence[str]], None] = lambda sources: None

    @property
    def sources(self) -> Sequence[SourceChoice]:
        """The sources that the layer can show; none where there is no choice."""
        return self.choices()

    def initial(self) -> Mapping[str, Any]:
        """Return the settings of the plot as they are."""
        return self.initial_now()

    def apply(self, values: BaseModel, sources: Sequence[str] = ()) -> None:
        """Change the plot.

        Raises
        ------
        ValueError
            With a sentence for the user if it cannot be done.
        """
        if self.sources and not sources:
            raise ValueError("Choose at least one source to be shown.")
        if sources:
            self.choose(sources)
        self.change(values)


@dataclass(frozen=True, slots=True)
class ResolvedAdapter:
    """The adapter to use, and why it is not the plugin's where that failed."""

    adapter: ConfigurationAdapter
    problem: str | None = None


def resolve_adapter(
    spec: AdapterSpec | None,
    base: ConfigurationAdapter,
    proof: Proof = lambda adapter: None,
) -> ResolvedAdapter:
    """Let a plugin's adapter take the place of the standard one.

    The plugin's factory is called with `base`; what it returns is read once and given
    to `proof`, which makes a form of it. If any of this fails, `base` is used and the
    problem says why.
    """
    if spec is None:
        return ResolvedAdapter(base)
    try:
        adapter: ConfigurationAdapter = resolve(spec.factory)(base)
        _read(adapter)
        proof(adapter)
    except BaseException as error:  # noqa: BLE001 - a plugin's code may raise anything
        pass_on(error)
        problem = (
            f"the form {spec.name!r} of {spec.origin or 'an unknown plugin'} cannot be "
            f"used for {spec.target}: {describe(error)}; "
            "the standard form is shown; update the plugin"
        )
        return ResolvedAdapter(base, problem)
    return ResolvedAdapter(adapter)


def _read(adapter: ConfigurationAdapter) -> None:
    """Read all that a form reads.

    Raises
    ------
    TypeError
        If something is not what it should be.
    """
    for name in ("title", "description", "action"):
        if not isinstance(getattr(adapter, name), str):
            raise TypeError(f"{name} is no text")
    model = adapter.model
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise TypeError("model is no pydantic model")
    if not all(isinstance(choice, SourceChoice) for choice in adapter.sources):
        raise TypeError("sources are no SourceChoice")
    if not isinstance(adapter.initial(), Mapping):
        raise TypeError("initial() gives no mapping")
    if not callable(adapter.apply):
        raise TypeError("apply is no method")

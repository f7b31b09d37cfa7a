from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from livedata_core.config import (
    PlotConfigurationAdapter,
    WorkflowConfigurationAdapter,
    resolve_adapter,
)
from livedata_core.contract import (
    AdapterSpec,
    ConfigurationAdapter,
    Origin,
    SourceChoice,
    SourceConfigurationAdapter,
    SourceSettings,
)


class Params(BaseModel):
    bins: int = 10


class Form:
    """Another heading; all else as the standard form."""

    def __init__(self, base: ConfigurationAdapter) -> None:
        self._base = base

    @property
    def title(self) -> str:
        return "Beam centre"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._base, name)


class FormWithoutModel(Form):
    model = dict


class FormThatFails(Form):
    def initial(self) -> Mapping[str, Any]:
        raise ZeroDivisionError("no centre")


def failing(base: ConfigurationAdapter) -> ConfigurationAdapter:
    raise RuntimeError("no geometry")


class Started:
    def __init__(self) -> None:
        self.calls: list[tuple[BaseModel, Sequence[str]]] = []
        self.each: list[Mapping[str, SourceSettings]] = []
        self.running = False

    def adapter(self) -> WorkflowConfigurationAdapter:
        return WorkflowConfigurationAdapter(
            title="Detector view",
            description="Counts per pixel.",
            model=Params,
            action_now=lambda: "Restart" if self.running else "Start",
            sources_now=lambda: (SourceChoice("panel", "Panel", self.running),),
            initial_now=lambda: {"bins": 20},
            start=lambda values, sources: self.calls.append((values, sources)),
            aux_now=tuple,
            initial_of_now=lambda source: ({"bins": 20}, {}),
            start_each=self.each.append,
        )


def test_a_workflow_form_follows_what_runs_and_starts_it() -> None:
    started = Started()
    adapter: ConfigurationAdapter = started.adapter()
    assert adapter.action == "Start"
    started.running = True
    assert adapter.action == "Restart"
    assert adapter.sources[0].selected
    assert adapter.initial() == {"bins": 20}
    adapter.apply(Params(bins=3), ["panel"])
    assert started.calls == [(Params(bins=3), ["panel"])]


def test_a_workflow_form_starts_each_source_with_its_own() -> None:
    started = Started()
    adapter = started.adapter()
    assert isinstance(adapter, SourceConfigurationAdapter)
    settings = {"panel": SourceSettings(Params(bins=3), {"monitor": "m2"})}
    adapter.apply_each(settings)
    assert started.each == [settings]
    with pytest.raises(ValueError, match="at least one source"):
        adapter.apply_each({})


def test_a_workflow_form_asks_for_a_source() -> None:
    started = Started()
    with pytest.raises(ValueError, match="at least one source"):
        started.adapter().apply(Params(), [])
    assert started.calls == []


def test_a_plot_form_changes_the_plot_and_offers_no_sources() -> None:
    changes: list[BaseModel] = []
    adapter: ConfigurationAdapter = PlotConfigurationAdapter(
        title="Image",
        description="",
        model=Params,
        initial_now=lambda: {"bins": 1},
        change=changes.append,
    )
    adapter.apply(Params(bins=2), ())
    assert changes == [Params(bins=2)]
    assert adapter.sources == ()
    assert adapter.action == "Apply"
    assert adapter.initial() == {"bins": 1}


def spec(factory: str) -> AdapterSpec:
    return AdapterSpec(
        name="beam_form",
        target="workflow:acme/view/1",
        factory=f"{__name__}:{factory}",
        origin=Origin(plugin="acme", distribution="livedata-acme", version="1.2"),
    )


def test_without_a_plugins_adapter_the_standard_one_is_used() -> None:
    base = Started().adapter()
    resolved = resolve_adapter(None, base)
    assert resolved.adapter is base
    assert resolved.problem is None


def test_a_plugins_adapter_takes_the_standard_ones_place() -> None:
    resolved = resolve_adapter(spec("Form"), Started().adapter())
    assert resolved.problem is None
    assert resolved.adapter.title == "Beam centre"
    assert resolved.adapter.action == "Start"


@pytest.mark.parametrize(
    ("factory", "reason"),
    [
        ("failing", "no geometry"),
        ("absent", "cannot import"),
        ("FormWithoutModel", "model is no pydantic model"),
        ("FormThatFails", "no centre"),
        ("Params", "positional argument"),
    ],
)
def test_a_plugins_adapter_that_fails_gives_way_with_the_reason(
    factory: str, reason: str
) -> None:
    base = Started().adapter()
    resolved = resolve_adapter(spec(factory), base)
    assert resolved.adapter is base
    assert resolved.problem is not None
    assert reason in resolved.problem
    assert "livedata-acme 1.2" in resolved.problem
    assert "workflow:acme/view/1" in resolved.problem

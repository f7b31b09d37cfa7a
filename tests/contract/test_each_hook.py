"""What each hook of the contract does, one test each, named after the hook."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from livedata_core.contract import (
    Accepts,
    AdapterSpec,
    ConfigStoreSpec,
    DecoderSpec,
    EncoderSpec,
    GridTemplate,
    Instrument,
    JobId,
    JobInfo,
    JobState,
    PlotterSpec,
    ServicesInfo,
    SessionInfo,
    SubcommandSpec,
    TransportSpec,
    WidgetSpec,
    WorkflowId,
    WorkflowSpec,
    hookimpl,
)
from livedata_core.plugins import Found, PluginManager, Registry

ACME = Instrument(name="acme", title="Acme")
SESSION = SessionInfo("s1", "acme")
SERVICES = ServicesInfo("acme", "null", "1")
JOB = JobInfo(WorkflowId("acme", "flow", 1), JobId("m", uuid.uuid4()), JobState.ACTIVE)


class Empty(BaseModel):
    pass


def plugin(name: str, yields: Callable[..., Any]) -> object:
    """Return a plugin of one hook."""
    yields.__name__ = name
    return type("Plugin", (), {name: staticmethod(hookimpl(yields))})


def registry(name: str, yields: Callable[..., Any]) -> Registry:
    """Return what is registered with the plugin, beside the instrument Acme."""
    acme = plugin("livedata_instruments", lambda: [ACME])
    found = [Found.of(acme, "acme"), Found.of(plugin(name, yields), "tested")]
    manager = PluginManager(found)
    assert [report.problems for report in manager.reports] == [(), ()]
    return manager.registry


def observed(name: str, **values: Any) -> list[Any]:
    """Return what an observer is called with."""
    (argument,) = values
    seen: list[Any] = []
    observers = {
        "session": lambda session: seen.append(session),
        "services": lambda services: seen.append(services),
        "job": lambda job: seen.append(job),
    }
    manager = PluginManager([Found.of(plugin(name, observers[argument]), "tested")])
    manager.registry.observe(name, **values)
    assert manager.close()
    return seen


def test_livedata_instruments() -> None:
    other = Instrument(name="other", title="Other")
    found = registry("livedata_instruments", lambda: [other]).instruments
    assert found["other"].title == "Other"
    assert str(found["other"].origin) == "tested 0"


def test_livedata_workflows() -> None:
    def yields(instrument: Instrument) -> Any:
        yield WorkflowSpec(
            name="flow",
            id=WorkflowId(instrument.name, "flow", 1),
            title="Flow",
            sources=(),
            outputs=(),
            factory="a:b",
        )

    found = registry("livedata_workflows", yields).workflows(ACME)
    assert [str(spec.id) for spec in found.values()] == ["acme/flow/1"]


def test_livedata_plotters() -> None:
    spec = PlotterSpec(
        name="dots",
        title="Dots",
        params=Empty,
        accepts=Accepts(ndim=(1,)),
        factory="a:b",
    )
    assert registry("livedata_plotters", lambda: [spec]).plotters.keys() == {"dots"}


def test_livedata_grid_templates() -> None:
    def yields(instrument: Instrument) -> Any:
        yield GridTemplate(name="g", title="G", instrument=instrument.name, cells=())

    found = registry("livedata_grid_templates", yields).grid_templates(ACME)
    assert [template.title for template in found.values()] == ["G"]


def test_livedata_configuration_adapters() -> None:
    spec = AdapterSpec(name="form", target="plotter:dots", factory="a:b")
    found = registry("livedata_configuration_adapters", lambda: [spec]).adapters
    assert found["plotter:dots"].factory == "a:b"


def test_livedata_decoders() -> None:
    spec = DecoderSpec(name="ac00", decode="a:b")
    assert "ac00" in registry("livedata_decoders", lambda: [spec]).decoders


def test_livedata_encoders() -> None:
    spec = EncoderSpec(name="ac00", payload="a:Payload", encode="a:b")
    found = registry("livedata_encoders", lambda: [spec]).encoders
    assert found["a:Payload"].encode == "a:b"


def test_livedata_transports() -> None:
    spec = TransportSpec(name="pigeon", title="Pigeon", factory="a:b")
    assert "pigeon" in registry("livedata_transports", lambda: [spec]).transports


def test_livedata_config_stores() -> None:
    spec = ConfigStoreSpec(name="stone", title="Stone", factory="a:b")
    assert "stone" in registry("livedata_config_stores", lambda: [spec]).config_stores


def test_livedata_subcommands() -> None:
    spec = SubcommandSpec(name="sing", summary="Sing.", command="a:b")
    assert "sing" in registry("livedata_subcommands", lambda: [spec]).subcommands


def test_livedata_session_widgets() -> None:
    def yields(session: SessionInfo) -> Any:
        yield WidgetSpec(name="bell", title=session.instrument, factory="a:b")

    (spec,) = registry("livedata_session_widgets", yields).session_widgets(SESSION)
    assert (spec.name, spec.title) == ("bell", "acme")


def test_livedata_session_started() -> None:
    assert observed("livedata_session_started", session=SESSION) == [SESSION]


def test_livedata_session_closed() -> None:
    assert observed("livedata_session_closed", session=SESSION) == [SESSION]


def test_livedata_services_started() -> None:
    assert observed("livedata_services_started", services=SERVICES) == [SERVICES]


def test_livedata_services_stopped() -> None:
    assert observed("livedata_services_stopped", services=SERVICES) == [SERVICES]


def test_livedata_job_changed() -> None:
    assert observed("livedata_job_changed", job=JOB) == [JOB]

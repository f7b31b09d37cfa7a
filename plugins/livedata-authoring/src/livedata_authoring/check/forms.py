"""Rules on configuration adapters: their target is there, their model makes a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel

from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.subject import Subject, called, name_of_error
from livedata_core.contract import AdapterSpec, SourceChoice, WorkflowId, resolve

__all__ = ["adapters"]


class _Standard:
    """The standard adapter of a target, without anything behind its button."""

    title = "Check"
    description = ""
    action = "Apply"
    sources: Sequence[SourceChoice] = ()

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model

    def initial(self) -> Mapping[str, Any]:
        return {}

    def apply(self, values: BaseModel, sources: Sequence[str]) -> None:
        if not isinstance(values, self.model):
            raise TypeError(f"takes {self.model.__name__}, not {type(values).__name__}")


def adapters(subject: Subject) -> Iterator[Finding]:
    """Each adapter wraps the standard one and gives a model with valid values."""
    for spec in subject.records("configuration_adapters", AdapterSpec):
        where = f"adapter {spec.name!r}"
        model = _model(subject, spec.target)
        if model is None:
            yield _bad(
                where,
                f"is for {spec.target!r}, which is not there or has no parameters",
                "correct `target`",
            )
            continue
        factory, error = called(partial(resolve, spec.factory))
        if error is not None:
            continue  # said by `factories`
        fault = _fault(factory, model)
        if fault:
            yield _bad(
                where, fault, "follow `ConfigurationAdapter`, and test it on its own"
            )


def _model(subject: Subject, target: str) -> type[BaseModel] | None:
    kind, _, name = target.partition(":")
    if kind == "plotter":
        plotter = subject.registry.plotters.get(name)
        return plotter.params if plotter else None
    identity, _ = called(lambda: WorkflowId.parse(name))
    instrument = subject.instrument(identity.instrument) if identity else None
    if instrument is None or identity is None:
        return None
    workflow = subject.registry.workflows(instrument).get(identity)
    return workflow.params if workflow else None


def _fault(factory: Any, model: type[BaseModel]) -> str:
    def used() -> None:
        adapter = factory(_Standard(model))
        form = adapter.model
        if not (isinstance(form, type) and issubclass(form, BaseModel)):
            raise TypeError(f"its model is {form!r}, not a pydantic model")
        form.model_json_schema()
        for text in (adapter.title, adapter.description, adapter.action):
            if not isinstance(text, str):
                raise TypeError(f"{text!r} is no text")
        list(adapter.sources)
        adapter.apply(form.model_validate(dict(adapter.initial())), [])

    _, error = called(used)
    return name_of_error(error) if error else ""


def _bad(where: str, what: str, mend: str) -> Finding:
    why = "users get the standard form, or an error, in place of it"
    return Finding("adapter", Level.ERROR, what, where, why, mend)

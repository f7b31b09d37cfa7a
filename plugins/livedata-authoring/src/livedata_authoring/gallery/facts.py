"""What the pages say of instruments, workflows and plotters. Plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from livedata_authoring.check.subject import called
from livedata_core.contract import Instrument, PlotterSpec, WorkflowSpec
from livedata_core.plugins import Registry

__all__ = ["instrument_facts", "plotter_facts"]

_LONGEST = 80


def instrument_facts(registry: Registry, instrument: Instrument) -> dict[str, Any]:
    """Return an instrument with its equipment and workflows."""
    kinds = (
        ("Detectors", (*instrument.detectors, *instrument.area_detectors)),
        ("Monitors", instrument.monitors),
        ("Logs", instrument.logs),
    )
    return {
        "name": instrument.name,
        "title": instrument.title,
        "description": instrument.description,
        "origin": str(instrument.origin),
        "simulated": instrument.simulator is not None,
        "equipment": [
            {"kind": kind, "sources": [(s.name, s.title) for s in sources]}
            for kind, sources in kinds
            if sources
        ],
        "workflows": [
            _workflow(spec) for spec in registry.workflows(instrument).values()
        ],
    }


def _workflow(spec: WorkflowSpec) -> dict[str, Any]:
    return {
        "id": str(spec.id),
        "title": spec.title,
        "description": spec.description,
        "group": spec.group.value,
        "sources": spec.sources,
        "origin": str(spec.origin),
        "outputs": [
            {
                "name": output.name,
                "title": output.title,
                "description": output.description,
                "dims": ", ".join(output.dims) or "a number",
                "unit": output.unit or "",
            }
            for output in spec.outputs
        ],
        "params": list(_params(spec.params)) if spec.params else [],
    }


def plotter_facts(spec: PlotterSpec) -> dict[str, Any]:
    """Return what a plotter shows and can be told."""
    accepts = spec.accepts
    shapes = ["numbers" if n == 0 else f"{n}-D data" for n in accepts.ndim]
    extra = [kind.value for kind in accepts.temporality or ()]
    extra += [f"of {name}" for name in accepts.workflows or ()]
    extra += [f"output {name}" for name in accepts.outputs or ()]
    return {
        "name": spec.name,
        "title": spec.title,
        "description": spec.description,
        "origin": str(spec.origin),
        "shows": "; ".join([", ".join(shapes), *extra]),
        "history": spec.history,
        "params": list(_params(spec.params)),
    }


def _params(model: type[BaseModel]) -> Iterator[dict[str, str]]:
    """Yield the fields of a model and of those within, as forms show them."""
    from livedata_panel.forms import form_of

    form, _ = called(lambda: form_of(model))
    for field in form.all_fields() if form is not None else ():
        limits = [f"from {field.low}" if field.low else "", _to(field.high)]
        values = [choice.label for choice in field.choices]
        yield {
            "name": ".".join(field.path),
            "label": field.label,
            "kind": field.kind.value,
            "default": "" if field.required else _short(field.default),
            "unit": field.unit,
            "limits": ", ".join(values) or " ".join(filter(None, limits)),
            "description": field.description,
        }


def _to(high: str) -> str:
    return f"to {high}" if high else ""


def _short(value: object) -> str:
    if value is None:
        return "–"
    text = str(getattr(value, "value", value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

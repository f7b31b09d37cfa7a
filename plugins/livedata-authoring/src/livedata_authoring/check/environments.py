"""Rules on environments: what is needed when registered, in workers, in dashboards.

A plugin is registered with every `livedata`. Workers run without a front end, and
dashboards are installed without the libraries of a reduction.
"""

from __future__ import annotations

import functools
import importlib.metadata
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.probing import probed
from livedata_authoring.check.subject import Subject
from livedata_core.contract import (
    AdapterSpec,
    ConfigStoreSpec,
    DecoderSpec,
    EncoderSpec,
    Instrument,
    PlotterSpec,
    TransportSpec,
    WidgetSpec,
    WorkflowSpec,
)

__all__ = ["environments"]

HEAVY = frozenset(
    {
        "astropy",
        "bokeh",
        "confluent_kafka",
        "ess",
        "h5py",
        "holoviews",
        "matplotlib",
        "numba",
        "numpy",
        "pandas",
        "panel",
        "sciline",
        "scipp",
        "scippneutron",
        "scipy",
        "torch",
        "tornado",
        "xarray",
    }
)
"""What no plugin may import when it is registered."""

FRONT = frozenset({"bokeh", "holoviews", "livedata_panel", "panel", "tornado"})
"""What workers are installed without."""

DASHBOARD = (
    "livedata-core",
    "livedata-panel",
    "livedata-plotters",
    "livedata-codecs",
    "livedata-kafka",
)
"""What dashboards are installed with, and all that these require."""

SLOW_S = 1.0


def environments(subject: Subject) -> Iterator[Finding]:
    """What is imported, where, works with what is installed there."""
    module = subject.report.module
    if subject.report.load_time_s is None or not re.match(r"[\w.]+", module):
        return
    found = _probe(subject, _worker_refs(subject), FRONT)
    if found.get("failed"):
        return  # it cannot be imported: `load_problems` says so
    yield from _registration(module, found)
    for where, package in _named(_worker_refs(subject), found["needing"]):
        yield Finding(
            "worker-environment",
            Level.ERROR,
            f"cannot be imported without {package}",
            where,
            "workers run without a front end: the job fails where there is none",
            f"import {package} in the modules of plotters and widgets alone",
        )
    lacking = set(found["packages"]) - _in_dashboards() - sys.stdlib_module_names
    lacking -= {module.partition(".")[0].partition(":")[0]}
    lacking &= importlib.metadata.packages_distributions().keys()
    if not lacking or not (refs := _dashboard_refs(subject)):
        return
    found = _probe(subject, refs, lacking)
    for where, package in _named(refs, found.get("needing", {})):
        yield Finding(
            "dashboard-environment",
            Level.ERROR,
            f"cannot be imported without {package}",
            where,
            "dashboards are installed without the libraries that workflows alone need",
            f"import {package} in the modules of workflows alone",
        )


def _registration(module: str, found: dict[str, Any]) -> Iterator[Finding]:
    if found["heavy"]:
        yield Finding(
            "import-weight",
            Level.ERROR,
            f"imports {', '.join(found['heavy'])} when it is registered",
            module,
            "every `livedata` command waits for it, and dashboards need it installed",
            "move what needs it to another module that a record names, or import it "
            "where it is used",
        )
    elif found["took"] > SLOW_S:
        yield Finding(
            "import-time",
            Level.WARNING,
            f"takes {found['took']:.1f} s to import",
            module,
            "every `livedata` command waits for it",
            "find what is slow with `python -X importtime`, and import it where it is "
            "used",
        )


Refs = dict[str, str]
"""Import strings, each with the record that names it."""


def _probe(subject: Subject, refs: Refs, blocked: Iterable[str]) -> dict[str, Any]:
    return probed(
        {
            "plugin": subject.report.name,
            "distribution": subject.report.distribution,
            "module": subject.report.module,
            "heavy": sorted(HEAVY),
            "refs": sorted(refs),
            "blocked": sorted(blocked),
        }
    )


def _named(refs: Refs, needing: dict[str, str]) -> Iterator[tuple[str, str]]:
    for ref, package in needing.items():
        yield refs[ref], package


def _worker_refs(subject: Subject) -> Refs:
    """Return what workers import, and what plays in their place of a broker."""
    refs: Refs = {}
    for workflow in subject.records("workflows", WorkflowSpec):
        refs[workflow.factory] = f"workflow {workflow.id}"
    for instrument in subject.records("instruments", Instrument):
        where = f"instrument {instrument.name!r}"
        producers = (instrument.simulator, instrument.companion)
        positions = (bank.positions for bank in instrument.detectors)
        refs.update({ref: where for ref in (*producers, *positions) if ref})
    for transport in subject.records("transports", TransportSpec):
        refs[transport.factory] = f"transport {transport.name!r}"
    return refs | _codec_refs(subject)


def _dashboard_refs(subject: Subject) -> Refs:
    """Return what dashboards import."""
    refs = _codec_refs(subject)
    for plotter in subject.records("plotters", PlotterSpec):
        refs[plotter.factory] = f"plotter {plotter.name!r}"
    for adapter in subject.records("configuration_adapters", AdapterSpec):
        refs[adapter.factory] = f"adapter {adapter.name!r}"
    for widget in subject.records("session_widgets", WidgetSpec):
        refs[widget.factory] = f"widget {widget.name!r}"
    for store in subject.records("config_stores", ConfigStoreSpec):
        refs[store.factory] = f"config store {store.name!r}"
    for transport in subject.records("transports", TransportSpec):
        ref = transport.dashboard or transport.factory
        refs[ref] = f"transport {transport.name!r}"
    return refs


def _codec_refs(subject: Subject) -> Refs:
    refs: Refs = {}
    for decoder in subject.records("decoders", DecoderSpec):
        refs[decoder.decode] = f"decoder {decoder.name!r}"
    for encoder in subject.records("encoders", EncoderSpec):
        refs[encoder.encode] = f"encoder {encoder.name!r}"
    return refs


@functools.cache
def _in_dashboards() -> frozenset[str]:
    """Return the packages that a dashboard is installed with."""
    wanted, todo = set[str](), [canonicalize_name(name) for name in DASHBOARD]
    while todo:
        name = todo.pop()
        if name in wanted:
            continue
        wanted.add(name)
        try:
            lines = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        requirements = [Requirement(line) for line in lines]
        todo += [
            canonicalize_name(item.name)
            for item in requirements
            if item.marker is None or item.marker.evaluate({"extra": ""})
        ]
    return frozenset(
        package
        for package, owners in importlib.metadata.packages_distributions().items()
        if any(canonicalize_name(owner) in wanted for owner in owners)
    )

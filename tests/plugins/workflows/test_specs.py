"""Declarations: complete, named as on the wire, and light to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from livedata_core.contract import Detector, Instrument, Monitor, Temporality, resolve
from livedata_workflows import specs
from livedata_workflows.params import DetectorViewParams


def bank(name: str, *shape: int) -> Detector:
    return Detector(
        name=name,
        title=name,
        topic="acme_detector",
        source_name=name,
        dims=("layer", "y", "x")[-len(shape) :],
        shape=shape,
    )


ACME = Instrument(
    name="acme",
    title="ACME",
    detectors=(bank("front", 4, 5), bank("rear", 6, 7)),
    monitors=(Monitor(name="m1", title="M1", topic="acme_monitor", source_name="m1"),),
)


def test_a_detector_view_declares_the_outputs_of_the_wire() -> None:
    spec = specs.detector_view(ACME, ACME.detectors, name="banks", title="Banks")
    assert str(spec.id) == "acme/banks/1"
    assert spec.sources == ("front", "rear")
    assert spec.params is DetectorViewParams
    assert {out.name: (out.title, out.temporality) for out in spec.outputs} == {
        "cumulative": ("Image", Temporality.CUMULATIVE),
        "current": ("Image update", Temporality.WINDOW),
        "counts_total": ("Total (update)", Temporality.WINDOW),
        "counts_total_cumulative": ("Total", Temporality.CUMULATIVE),
        "counts_in_toa_range": ("Total in range (update)", Temporality.WINDOW),
        "counts_in_toa_range_cumulative": ("Total in range", Temporality.CUMULATIVE),
        "spectrum_cumulative": ("Spectrum", Temporality.CUMULATIVE),
        "spectrum_current": ("Spectrum update", Temporality.WINDOW),
        "roi_spectra_cumulative": ("ROI spectra", Temporality.CUMULATIVE),
        "roi_spectra_current": ("ROI spectra update", Temporality.WINDOW),
        "roi_rectangle": ("ROI Rectangles (readback)", Temporality.CUMULATIVE),
        "roi_polygon": ("ROI Polygons (readback)", Temporality.CUMULATIVE),
        "slices_cumulative": ("Image in slices", Temporality.CUMULATIVE),
    }
    image = spec.output("cumulative")
    assert image is not None
    assert image.dims == ("y", "x")


def test_banks_of_unlike_dims_need_workflows_of_their_own() -> None:
    with pytest.raises(ValueError, match="equal dims"):
        specs.detector_view(
            ACME, (bank("flat", 2, 2), bank("deep", 2, 2, 2)), name="x", title="X"
        )


def test_sources_default_to_those_of_the_instrument() -> None:
    assert specs.monitor_histogram(ACME).sources == ("m1",)
    assert specs.total_counts(ACME).sources == ("front", "rear")
    with pytest.raises(TypeError, match="name them"):
        specs.monitor_histogram("acme")


def test_declarations_import_nothing_heavy() -> None:
    code = (
        "import sys, livedata_workflows.specs;"
        "print([m for m in ('numpy', 'scipp') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "spec",
    [
        specs.detector_view(ACME, ACME.detectors, name="banks", title="Banks"),
        specs.monitor_histogram(ACME),
        specs.total_counts(ACME),
        specs.timeseries(ACME),
    ],
    ids=lambda spec: spec.name,
)
def test_factories_can_be_imported(spec: specs.WorkflowSpec) -> None:
    assert callable(resolve(spec.factory))

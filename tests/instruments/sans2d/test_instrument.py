"""SANS2D: its banks and monitors share one stream and divide the ids among them."""

from __future__ import annotations

import subprocess
import sys
from math import prod
from pathlib import Path

import h5py
import pytest

from livedata_core.plugins import load_plugins
from livedata_sans2d.instrument import SANS2D


def test_ids_are_divided_without_gap_or_overlap():
    ids = [monitor.pixel_id for monitor in SANS2D.monitors]
    for bank in SANS2D.detectors:
        ids.extend(range(bank.first_pixel_id, bank.first_pixel_id + prod(bank.shape)))
    assert ids == list(range(1, 122_889))


def test_all_share_the_stream_that_files_play_on():
    streams = {source.stream for source in SANS2D.sources}
    assert streams == set(SANS2D.nexus_events.values())


@pytest.mark.data
def test_paths_for_replay_are_in_the_real_file(sans2d_file: Path):
    with h5py.File(sans2d_file) as file:
        for path in SANS2D.nexus_events:
            assert file[path].attrs["NX_class"] in (b"NXevent_data", "NXevent_data")


def test_workflows_cover_the_frame_of_a_10_hz_source():
    registry = load_plugins().registry
    workflows = registry.workflows(registry.instruments["sans2d"])
    assert {spec.title for spec in workflows.values()} == {
        "Rear bank",
        "Front bank",
        "Banks by position",
        "Beam monitor",
        "I(Q)",
    }
    for spec in workflows.values():
        if spec.name == "i_of_q":
            continue
        edges = spec.params().toa_edges
        assert (edges.start, edges.stop, edges.unit) == (0.0, 100.0, "ms")


def test_own_plotter_is_the_default_for_the_rear_bank_alone():
    registry = load_plugins().registry
    workflows = registry.workflows(registry.instruments["sans2d"])

    def best(title: str) -> str:
        spec = next(item for item in workflows.values() if item.title == title)
        output = spec.output("cumulative")
        fitting = [
            plotter
            for plotter in registry.plotters.values()
            if plotter.accepts.matches(spec, output)
        ]
        return max(fitting, key=lambda plotter: plotter.priority).name

    assert (best("Rear bank"), best("Front bank")) == ("sans2d_rear_bank", "image")


def test_importing_the_plugins_loads_nothing_heavy():
    program = (
        "import sys, livedata_sans2d.plugin, livedata_dummy.plugin; "
        "heavy = {'numpy', 'scipp', 'holoviews', 'h5py', 'streaming_data_types'}; "
        "found = heavy & set(sys.modules); "
        "sys.exit(f'imported {found}' if found else 0)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

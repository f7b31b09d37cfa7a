"""An instrument from a NeXus file: its banks, where pixels are, monitors, logs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from livedata_authoring.check import check_plugin
from livedata_cli.main import cli
from livedata_core.contract import resolve
from livedata_core.plugins import load_plugins
from tests.support.plugins import report_of
from tests.support.scaffolded import install, write_new


def group(parent: h5py.Group, name: str, kind: str) -> h5py.Group:
    made = parent.create_group(name)
    made.attrs["NX_class"] = kind
    return made


@pytest.fixture
def nexus(tmp_path: Path) -> Path:
    """Write two rows of three pixels of 10 mm, 2 m behind the sample, turned by 90°."""
    path = tmp_path / "loki.nxs"
    with h5py.File(path, "w") as file:
        instrument = group(
            group(file, "entry", "NXentry"), "instrument", "NXinstrument"
        )
        bank = group(instrument, "Bank 1", "NXdetector")
        bank["detector_number"] = np.arange(7, 13).reshape(2, 3)
        bank["x_pixel_offset"] = [-10.0, 0.0, 10.0]
        bank["y_pixel_offset"] = [0.0, 10.0]
        for name in ("x_pixel_offset", "y_pixel_offset"):
            bank[name].attrs["units"] = "mm"
        bank["depends_on"] = "transformations/turn"
        moves = group(bank, "transformations", "NXtransformations")
        moves["turn"], moves["shift"] = 90.0, 2.0
        moves["turn"].attrs.update(
            transformation_type="rotation", vector=[0, 0, 1], units="deg"
        )
        moves["turn"].attrs["depends_on"] = "shift"
        moves["shift"].attrs.update(
            transformation_type="translation", vector=[0, 0, 1], units="m"
        )
        moves["shift"].attrs["depends_on"] = "."
        group(bank, "events", "NXevent_data")
        group(instrument, "monitor_1", "NXmonitor")
        log = group(instrument, "temperature", "NXlog")
        log["value"] = [1.0, 2.0]
        log["value"].attrs["units"] = "K"
    return path


@pytest.fixture
def package(
    nexus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    written = write_new(tmp_path, "instrument", "nx-loki", "--from-nexus", str(nexus))
    (tmp_path / "wheels").mkdir()
    install([written], tmp_path / "site", tmp_path / "wheels")
    monkeypatch.syspath_prepend(tmp_path / "site")
    yield
    for name in [name for name in sys.modules if name.startswith("livedata_nx_loki")]:
        del sys.modules[name]


def test_the_package_has_what_the_file_tells(package: None) -> None:
    manager = load_plugins()
    loki = manager.registry.instruments["nx_loki"]
    (bank,) = loki.detectors
    assert (bank.name, bank.source_name, bank.dims) == ("bank_1", "Bank 1", ("y", "x"))
    assert (bank.shape, bank.first_pixel_id) == ((2, 3), 7)
    assert [monitor.name for monitor in loki.monitors] == ["monitor_1"]
    assert [(log.name, log.unit) for log in loki.logs] == [("temperature", "K")]
    assert loki.nexus_events["entry/instrument/Bank 1/events"] == bank.stream
    places = resolve(str(bank.positions))()
    np.testing.assert_allclose(
        places[[0, 2, 3]],
        [[0, -0.01, 2], [0, 0.01, 2], [-0.01, -0.01, 2]],
        atol=1e-12,
    )
    assert check_plugin(manager, report_of(manager, "nx_loki")) == ()


def test_a_file_without_banks_is_told(tmp_path: Path) -> None:
    path = tmp_path / "empty.nxs"
    h5py.File(path, "w").close()
    output = ["--output", str(tmp_path / "new")]
    result = CliRunner().invoke(
        cli, ["new", "instrument", "loki", "--from-nexus", str(path), *output]
    )
    assert result.exit_code == 4
    assert "no NXdetector with contiguous ids" in " ".join(result.stderr.split())
    assert not (tmp_path / "new").exists()

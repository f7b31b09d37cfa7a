"""An instrument from a NeXus file: its banks, where pixels are, monitors, logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from livedata_authoring.check import check_plugin
from livedata_cli.main import cli
from livedata_core.contract import resolve
from livedata_core.plugins import load_plugins
from livedata_testing.dashboard import running
from livedata_testing.isolated import isolated_plugins
from tests.support.author import forget, pytest_here
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
        for name, kind, z in (
            ("monitor_1", "NXmonitor", -2.5),
            ("source", "NXsource", -25.0),
        ):
            placed = group(instrument, name, kind)
            placed["depends_on"] = "z"
            placed["z"] = z
            placed["z"].attrs.update(
                transformation_type="translation", vector=[0, 0, 1], units="m"
            )
        log = group(instrument, "temperature", "NXlog")
        log["value"] = [1.0, 2.0]
        log["value"].attrs["units"] = "K"
    return path


New = Callable[..., Path]


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[New]:
    """Return a function that makes a package from a file and puts it on the path."""
    site, wheels = tmp_path / "site", tmp_path / "wheels"
    wheels.mkdir()
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def make(name: str, file: Path, *options: str) -> Path:
        options = ("--from-nexus", str(file), *options)
        written = write_new(tmp_path, "instrument", name, *options)
        install([written], site, wheels)
        return written

    yield make
    forget(site)


@pytest.fixture
def package(new: New, nexus: Path) -> Path:
    return new("nx-loki", nexus)


@pytest.mark.usefixtures("package")
def test_the_package_has_what_the_file_tells() -> None:
    manager = load_plugins()
    loki = manager.registry.instruments["nx_loki"]
    (bank,) = loki.detectors
    assert (bank.name, bank.source_name, bank.dims) == ("bank_1", "Bank 1", ("y", "x"))
    assert (bank.shape, bank.first_pixel_id) == ((2, 3), 7)
    (monitor,) = loki.monitors
    assert (monitor.name, monitor.flight_path_m) == ("monitor_1", 22.5)
    assert loki.primary_flight_path_m == 25.0
    workflows = {spec.name for spec in manager.registry.workflows(loki).values()}
    assert {"bank_1_view", "bank_1_plane"} <= workflows
    assert [(log.name, log.unit) for log in loki.logs] == [("temperature", "K")]
    assert loki.nexus_events["entry/instrument/Bank 1/events"] == bank.stream
    places = resolve(str(bank.positions))()
    np.testing.assert_allclose(
        places[[0, 2, 3]],
        [[0, -0.01, 2], [0, 0.01, 2], [-0.01, -0.01, 2]],
        atol=1e-12,
    )
    assert check_plugin(manager, report_of(manager, "nx_loki")) == ()


@pytest.mark.data
def test_real_events_are_seen_in_a_new_instrument(new: New, sans2d_file: Path) -> None:
    """The file has events alone, so that how pixels lie has to be said."""
    written = new("nx-sans", sans2d_file, "--layout", "240x512@9")
    code, said = pytest_here([str(written / "tests")])
    assert code == 0, said

    with h5py.File(sans2d_file) as file:
        times_ms = file["raw_data_1/detector_1_events/event_time_offset"][:] * 1e-3
    with closing(isolated_plugins(["nx_sans"])) as plugins:
        record = plugins.registry.instruments["nx_sans"]
        assert record.pulse_rate_hz == 10.0
        assert record.detectors[0].shape == (240, 512)
        (view,) = plugins.registry.workflows(record).values()
        assert view.params is not None
        frame = view.params().toa_edges  # type: ignore[attr-defined]
        counted = int(((times_ms >= frame.start) & (times_ms < frame.stop)).sum())
        with running(plugins, "nx_sans", sans2d_file, speed=100.0) as dashboard:
            dashboard.wait_until_shows("Detector 1 events", total=counted)
            dashboard.assert_no_errors()


def test_pixels_lie_in_a_row_where_the_file_does_not_tell(
    new: New, tmp_path: Path
) -> None:
    path = tmp_path / "events.nxs"
    with h5py.File(path, "w") as file:
        entry = group(file, "entry", "NXentry")
        events = group(entry, "bank_events", "NXevent_data")
        events["event_id"] = [7, 5, 9]
        events["event_time_zero"] = [0.0, 0.05, 0.1]
        group(entry, "nothing", "NXevent_data")
        for block, unit in (("Temp", "K"), ("Field", "T")):
            log = group(group(entry, block, "IXseblock"), "value_log", "NXlog")
            log["value"] = [1.0]
            log["value"].attrs["units"] = unit
    new("nx-row", path)
    record = load_plugins().registry.instruments["nx_row"]
    (bank,) = record.detectors
    assert (bank.dims, bank.shape, bank.first_pixel_id) == (("pixel",), (5,), 5)
    assert record.nexus_events["entry/bank_events"] == bank.stream
    assert record.pulse_rate_hz == 20.0
    assert [(log.name, log.unit) for log in record.logs] == [
        ("field", "T"),
        ("temp", "K"),
    ]


@pytest.mark.parametrize(
    ("layout", "code", "said"),
    [
        ("2x2", 4, "have the ids 5 to 9, but the layout has 1 to 4"),
        ("wide", 2, "'wide' is no layout"),
    ],
)
def test_layouts_that_do_not_fit_are_refused(
    tmp_path: Path, layout: str, code: int, said: str
) -> None:
    path = tmp_path / "events.nxs"
    with h5py.File(path, "w") as file:
        events = group(group(file, "entry", "NXentry"), "bank", "NXevent_data")
        events["event_id"] = [5, 9]
    options = ["--from-nexus", str(path), "--layout", layout]
    options += ["--output", str(tmp_path / "new")]
    result = CliRunner().invoke(cli, ["new", "instrument", "loki", *options])
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert not (tmp_path / "new").exists()


def test_what_is_left_out_is_told(nexus: Path, tmp_path: Path) -> None:
    with h5py.File(nexus, "a") as file:
        bank = group(file["entry/instrument"], "gaps", "NXdetector")
        bank["detector_number"] = [1, 2, 4]
    options = ["--from-nexus", str(nexus), "--output", str(tmp_path / "new")]
    result = CliRunner().invoke(cli, ["new", "instrument", "loki", *options])
    assert result.exit_code == 0, result.output
    assert "Left out entry/instrument/gaps: its ids" in result.stdout


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

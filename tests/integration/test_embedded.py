"""Producer, worker and dashboard in one process, over the wire format."""

from pathlib import Path

import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import (
    AxisStream,
    DataKey,
    Instrument,
    JobState,
    Producer,
    Topics,
    View,
    WorkflowId,
)
from livedata_core.data.scipp_io import to_scipp
from livedata_core.plots.layout import Layer
from livedata_replay.opening import open_producer
from livedata_replay.producer import NexusProducer
from livedata_replay.recordings import Recorded
from tests.support.codecs import encode
from tests.support.embedded import System, running
from tests.support.recordings import START_NS, record


def total(system: System, workflow: str, source: str, output: str) -> float:
    """Return the sum of the latest result, 0 while there is none."""
    key = DataKey(WorkflowId.parse(workflow), source, output)
    entry = system.services.data.entry(key)
    return 0.0 if entry is None else float(to_scipp(entry.data).sum().value)


COUNTS_OVER_POSITION = Layer(
    workflow="dummy/monitor_histogram/1",
    sources=("monitor1",),
    output="counts_total",
    plotter="counts_correlation",
    axes={
        "x": AxisStream(
            workflow="dummy/timeseries_data/1", source="motion1", output="delta"
        )
    },
)
COUNTS_OVER_BOTH = COUNTS_OVER_POSITION.model_copy(
    update={
        "id": "both",
        "plotter": "counts_correlation_image",
        "axes": {
            **COUNTS_OVER_POSITION.axes,
            "y": AxisStream(
                workflow="dummy/monitor_histogram/1",
                source="monitor2",
                output="counts_total",
            ),
        },
    }
)


def test_dummy_shows_all_cells_and_counts_over_a_position() -> None:
    with running("dummy") as system:
        plots = system.services.plots
        grid = plots.add_grid("Scan")
        for layer in (COUNTS_OVER_POSITION, COUNTS_OVER_BOTH):
            plots.add_cell(grid, [layer])
        system.view_all()
        cells = [cell for _, cell in system.services.plots.layout.cells()]
        frames = system.services.plot_data
        system.wait_until(
            lambda: all(
                (frame := frames.cell(cell.id)) is not None and frame.drawn is not None
                for cell in cells
            )
        )
        assert [frames.cell(cell.id).errors for cell in cells] == [()] * len(cells)


@pytest.mark.data
def test_replay_counts_every_event_of_the_file(sans2d_file: Path) -> None:
    def player(instrument: Instrument) -> NexusProducer:
        return NexusProducer(sans2d_file, instrument)

    with running("sans2d", player, speed=10.0) as system:

        def counts() -> tuple[float, float]:
            return tuple(
                total(system, f"sans2d/{bank}/1", bank, "cumulative")
                for bank in ("rear_bank", "front_bank")
            )

        system.wait_until(lambda: counts() == (176_714, 60_364))


@pytest.mark.data
def test_replay_counts_every_event_of_a_recording(
    sans2d_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "sans2d.mcap"

    def player(instrument: Instrument) -> Producer:
        messages = NexusProducer(sans2d_file, instrument).messages(START_NS)
        recorded = [
            Recorded(message.topic, encode(message), message.timestamp_ns)
            for message in messages
        ]
        odd = Recorded(Topics("sans2d").data, b"a result", START_NS)
        return open_producer(record(path, [*recorded, odd]), instrument)

    with running("sans2d", player, speed=10.0) as system:
        banks = ("rear_bank", "front_bank")
        system.wait_until(
            lambda: (
                [
                    total(system, f"sans2d/{bank}/1", bank, "cumulative")
                    for bank in banks
                ]
                == [176_714, 60_364]
            )
        )


@pytest.mark.data
def test_a_replay_is_reduced_with_monitors_that_are_simulated(
    sans2d_file: Path,
) -> None:
    def player(instrument: Instrument) -> NexusProducer:
        return NexusProducer(sans2d_file, instrument)

    with running("sans2d", player, speed=10.0) as system:
        for workflow in ("i_of_q", "banks_xy", "monitor_histogram"):
            system.services.workflows.start(WorkflowId("sans2d", workflow), {})
        system.wait_until(
            lambda: (
                total(system, "sans2d/i_of_q/1", "rear_bank", "counts_by_q") > 50_000
                and total(system, "sans2d/banks_xy/1", "front_bank", "current") > 0
                and total(system, "sans2d/monitor_histogram/1", "monitor2", "current")
                > 0
            )
        )
        key = DataKey(WorkflowId("sans2d", "i_of_q"), "rear_bank", "i_of_q_cumulative")
        curve = to_scipp(system.services.data.entry(key).data)
        assert curve.dims == ("Q",)
        assert curve.variances is not None
        assert sc.nansum(curve.data).value > 0


def test_stopped_workflow_starts_again_from_nothing() -> None:
    with running("dummy") as system:
        workflow = WorkflowId("dummy", "monitor_histogram")
        output = ("dummy/monitor_histogram/1", "monitor1", "counts_total_cumulative")
        system.wait_until(lambda: total(system, *output) > 0)
        controller = system.services.workflows
        first = system.services.active.generation(workflow, "monitor1")
        controller.stop(workflow)
        system.wait_until(lambda: not controller.workflow(workflow).runs)
        before = total(system, *output)
        assert before > 0
        controller.start(workflow, {})
        system.wait_until(
            lambda: system.services.active.generation(workflow, "monitor1") != first
        )
        system.wait_until(lambda: 0 < total(system, *output) < before)


def test_image_in_slices_is_looked_through_with_a_slider() -> None:
    workflow, source = WorkflowId("dummy", "panel_0_xy"), "panel_0"
    layer = Layer(
        workflow=workflow,
        sources=(source,),
        output="slices_cumulative",
        plotter="slicer",
        params={"rate": True},
    )
    with running("dummy") as system:
        services = system.services
        services.workflows.start(workflow, {"slices": {"enabled": True, "number": 5}})
        plots = services.plots
        cell = plots.add_cell(plots.add_grid("Slices"), [layer])
        view = View(sliders=(("time_of_arrival", 2),))
        services.sessions.view("test", {cell: view})
        services.plot_data.look()
        key = DataKey(workflow, source, "slices_cumulative")

        def shown() -> sc.DataArray | None:
            frame = services.plot_data.cell(cell, view)
            made = None if frame is None else frame.layers[0].shown
            return None if made is None else made()[0].data

        system.wait_until(lambda: shown() is not None)
        data, entries = shown(), services.data.entry(key)
        assert data is not None
        assert entries is not None
        whole = to_scipp(entries.data)
        assert (dict(data.sizes), data.unit) == ({"y": 128, "x": 128}, "counts/s")
        assert whole.sizes["time_of_arrival"] == 5
        # Both images of one update are of the same events.
        image = DataKey(workflow, source, "cumulative")

        def agree() -> bool:
            pair = [services.data.entry(one) for one in (key, image)]
            if any(entry is None for entry in pair):
                return False
            cube, flat = (to_scipp(entry.data) for entry in pair if entry is not None)
            same = sc.identical(cube.coords["time"], flat.coords["time"])
            if same:
                np.testing.assert_array_equal(
                    cube.sum("time_of_arrival").values, flat.values
                )
            return same

        system.wait_until(agree)


def test_jobs_are_reported_active_with_their_parameters() -> None:
    with running("dummy") as system:
        statuses = system.services.job_status

        def active() -> list[str]:
            return [
                str(job.status.workflow_id)
                for job in statuses.snapshot().values()
                if job.status.state is JobState.ACTIVE
            ]

        system.wait_until(lambda: "dummy/panel_0_xy/1" in active())
        (view,) = (
            job.status
            for job in statuses.snapshot().values()
            if job.status.workflow_id.name == "panel_0_xy"
        )
        assert view.params is not None
        assert view.params["toa_edges"]["num_bins"] == 100

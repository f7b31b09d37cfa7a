"""A plugin as it was written for livedata-core 0.1. Frozen: never changed.

It uses every hook and every field that a plugin of that version could use in earnest.
"""

from pydantic import BaseModel, Field

from livedata_core.contract import (
    Accepts,
    AdapterSpec,
    CellTemplate,
    ConfigStoreSpec,
    CoordSpec,
    DecodeError,
    DecoderSpec,
    Detector,
    EncoderSpec,
    EventData,
    GridTemplate,
    Instrument,
    LayerTemplate,
    Log,
    Message,
    Monitor,
    OutputSpec,
    PlotterSpec,
    SubcommandSpec,
    Temporality,
    TransportOption,
    TransportSpec,
    WidgetPlace,
    WidgetSpec,
    WorkflowGroup,
    WorkflowId,
    WorkflowSpec,
    hookimpl,
)

HERE = "tests.contract.samples.plugin_0_1"
SEEN: list[str] = []


class Params(BaseModel):
    bins: int = Field(default=10, ge=1, title="Bins", description="Number of bins.")


OLD = Instrument(
    name="old01",
    title="Old",
    description="Of the first version.",
    detectors=(
        Detector(
            name="panel",
            title="Panel",
            topic="old01_detector",
            source_name="panel",
            dims=("y", "x"),
            shape=(4, 4),
            first_pixel_id=1,
        ),
    ),
    monitors=(
        Monitor(name="m", title="M", topic="old01_beam_monitor", source_name="m"),
    ),
    logs=(Log(name="t", title="T", topic="old01_motion", source_name="PV", unit="K"),),
    pulse_rate_hz=14.0,
    simulator=f"{HERE}:Simulator",
)


@hookimpl
def livedata_instruments():
    yield OLD


@hookimpl
def livedata_workflows(instrument):
    if instrument.name == "old01":
        yield WorkflowSpec(
            name="spectrum",
            id=WorkflowId("old01", "spectrum", 1),
            title="Spectrum",
            description="Events over time of flight.",
            group=WorkflowGroup.DETECTORS,
            sources=("panel",),
            params=Params,
            outputs=(
                OutputSpec(
                    name="spectrum",
                    title="Spectrum",
                    dims=("tof",),
                    unit="counts",
                    coords=(
                        CoordSpec(name="tof", dims=("tof",), unit="ms", edges=True),
                    ),
                    temporality=Temporality.CUMULATIVE,
                ),
            ),
            service="data_reduction",
            factory=f"{HERE}:Spectrum",
        )


@hookimpl
def livedata_plotters():
    yield PlotterSpec(
        name="old01_bars",
        title="Bars",
        description="Values as bars.",
        params=Params,
        accepts=Accepts(ndim=(1,), max_inputs=1),
        factory=f"{HERE}:Bars",
    )


@hookimpl
def livedata_grid_templates(instrument):
    if instrument.name == "old01":
        layer = LayerTemplate(
            workflow="old01/spectrum/1",
            sources=("panel",),
            output="spectrum",
            plotter="old01_bars",
            params={"bins": 20},
        )
        cell = CellTemplate(row=0, column=0, title="Spectrum", layers=(layer,))
        yield GridTemplate(
            name="overview",
            title="Overview",
            instrument="old01",
            rows=1,
            columns=1,
            cells=(cell,),
            default=True,
        )


@hookimpl
def livedata_configuration_adapters():
    yield AdapterSpec(
        name="old01_form", target="plotter:old01_bars", factory=f"{HERE}:same"
    )


@hookimpl
def livedata_decoders():
    yield DecoderSpec(name="ol01", decode=f"{HERE}:decode")


@hookimpl
def livedata_encoders():
    yield EncoderSpec(name="ol01", payload=f"{HERE}:Shot", encode=f"{HERE}:encode")


@hookimpl
def livedata_transports():
    yield TransportSpec(
        name="old01",
        title="Old",
        factory=f"{HERE}:same",
        option=TransportOption(
            name="old01", metavar="PLACE", setting="place", help="Where it is."
        ),
    )


@hookimpl
def livedata_config_stores():
    yield ConfigStoreSpec(name="old01", title="Old", factory=f"{HERE}:same")


@hookimpl
def livedata_subcommands():
    yield SubcommandSpec(name="old01", summary="Old.", command=f"{HERE}:command")


@hookimpl
def livedata_session_widgets(session):
    yield WidgetSpec(
        name="old01", title="Old", place=WidgetPlace.SYSTEM, factory=f"{HERE}:same"
    )


@hookimpl
def livedata_session_started(session):
    SEEN.append(f"started {session.session_id} {session.instrument} {session.user}")


@hookimpl
def livedata_session_closed(session):
    SEEN.append(f"closed {session.session_id}")


@hookimpl
def livedata_services_started(services):
    SEEN.append(f"up {services.instrument} {services.transport}")


@hookimpl
def livedata_services_stopped(services):
    SEEN.append(f"down {services.instrument}")


@hookimpl
def livedata_job_changed(job):
    SEEN.append(f"job {job.workflow_id} {job.job_id.source_name} {job.state.value}")


def same(thing):
    return thing


def command():
    """Stand for a click command."""


command.name, command.invoke = "old01", same


class Shot:
    pass


def decode(wire):
    raise DecodeError("no shot")


def encode(message):
    return b"\0\0\0\0ol01"


class Simulator:
    def __init__(self, instrument):
        self.instrument = instrument

    def messages(self, start_ns):
        import numpy as np

        for number in range(10):
            time_ns = start_ns + number * 100_000_000
            events = EventData(
                reference_time=np.array([time_ns]),
                reference_time_index=np.array([0], dtype=np.int32),
                time_of_flight=np.array([1_000_000, 2_000_000], dtype=np.int32),
                pixel_id=np.array([1, 2], dtype=np.int32),
            )
            yield Message("old01_detector", "panel", time_ns, events)


class Spectrum:
    def __init__(self, context):
        import numpy as np

        self.source, self.params = context.source_name, context.params
        self.edges = np.linspace(0, 71, self.params.bins + 1)
        self.counts = np.zeros(self.params.bins)

    def accumulate(self, batch):
        import numpy as np

        for message in batch.messages.get(self.source, ()):
            times = message.payload.time_of_flight * 1e-6
            self.counts += np.histogram(times, self.edges)[0]

    def finalize(self):
        import scipp as sc

        counts = sc.array(dims=["tof"], values=self.counts, unit="counts")
        edges = sc.array(dims=["tof"], values=self.edges, unit="ms")
        return {"spectrum": sc.DataArray(counts, coords={"tof": edges})}

    def reset(self):
        self.counts[:] = 0


class Bars:
    def compute(self, inputs, params, view):
        (entry,) = inputs
        if entry.data.ndim != 1:
            raise ValueError(f"{entry.title} is no curve.")
        return entry.data.values, f"{entry.title} [{entry.data.unit}]"

    def draw(self, frame):
        import holoviews as hv

        values, label = frame
        return hv.Bars(list(enumerate(values)), "bin", label)

"""The hooks: everything a plugin can say, one typed function each.

A plugin is a module (or object) named by an entry point of the group ``livedata``; it
marks functions with `hookimpl` and names them as here. Hooks that yield records are
called once, when plugins are loaded or an instrument is opened; they describe and have
no side effects. Hooks that observe return nothing, run on a thread of their own and
can neither hold up nor break the caller.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from livedata_core.contract.records import (
    AdapterSpec,
    ConfigStoreSpec,
    DecoderSpec,
    EncoderSpec,
    GridTemplate,
    Instrument,
    PlotterSpec,
    SubcommandSpec,
    TransportSpec,
    WidgetSpec,
    WorkflowSpec,
)
from livedata_core.contract.views import JobInfo, ServicesInfo, SessionInfo

__all__ = [
    "ENTRY_POINT_GROUP",
    "PROJECT",
    "LivedataHooks",
    "hookimpl",
]

PROJECT = "livedata"
ENTRY_POINT_GROUP = "livedata"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook of its name."""


class LivedataHooks:
    """The hook specifications. Implementations are plain functions without self."""

    @hookspec
    def livedata_instruments(self) -> Iterable[Instrument]:
        """Describe instruments: detectors, monitors, logs, where their data come from.

        Returns
        -------
        :
            One `Instrument` for each.

        Examples
        --------
        >>> from livedata_core.contract import Detector, Instrument, hookimpl
        >>> @hookimpl
        ... def livedata_instruments():
        ...     panel = Detector(
        ...         name="panel", title="Panel", topic="acme_detector",
        ...         source_name="panel", dims=("y", "x"), shape=(64, 64),
        ...     )
        ...     yield Instrument(name="acme", title="ACME", detectors=(panel,))
        >>> [instrument.name for instrument in livedata_instruments()]
        ['acme']
        """
        raise NotImplementedError

    @hookspec
    def livedata_workflows(self, instrument: Instrument) -> Iterable[WorkflowSpec]:
        """Describe what can be computed for an instrument.

        Parameters
        ----------
        instrument:
            The instrument that is being opened; yield nothing for others.

        Returns
        -------
        :
            One `WorkflowSpec` for each workflow.

        Examples
        --------
        >>> from livedata_core.contract import (
        ...     Instrument, OutputSpec, WorkflowId, WorkflowSpec, hookimpl,
        ... )
        >>> @hookimpl
        ... def livedata_workflows(instrument):
        ...     if instrument.name == "acme":
        ...         yield WorkflowSpec(
        ...             name="total", id=WorkflowId("acme", "total", 1),
        ...             title="Total counts", sources=("panel",),
        ...             outputs=(OutputSpec(name="total", title="Total"),),
        ...             factory="acme.total:Total",
        ...         )
        >>> acme = Instrument(name="acme", title="ACME")
        >>> [str(workflow.id) for workflow in livedata_workflows(acme)]
        ['acme/total/1']
        """
        raise NotImplementedError

    @hookspec
    def livedata_plotters(self) -> Iterable[PlotterSpec]:
        """Describe ways to show results.

        Returns
        -------
        :
            One `PlotterSpec` for each plotter.

        Examples
        --------
        >>> from pydantic import BaseModel
        >>> from livedata_core.contract import Accepts, PlotterSpec, hookimpl
        >>> class BarParams(BaseModel):
        ...     horizontal: bool = False
        >>> @hookimpl
        ... def livedata_plotters():
        ...     yield PlotterSpec(
        ...         name="acme_bars", title="Bars", params=BarParams,
        ...         accepts=Accepts(ndim=(0,)), factory="acme.bars:Bars",
        ...     )
        >>> [plotter.title for plotter in livedata_plotters()]
        ['Bars']
        """
        raise NotImplementedError

    @hookspec
    def livedata_grid_templates(self, instrument: Instrument) -> Iterable[GridTemplate]:
        """Offer ready layouts for an instrument.

        Parameters
        ----------
        instrument:
            The instrument that is being opened; yield nothing for others.

        Returns
        -------
        :
            One `GridTemplate` for each layout.

        Examples
        --------
        >>> from livedata_core.contract import (
        ...     CellTemplate, GridTemplate, Instrument, LayerTemplate, hookimpl,
        ... )
        >>> @hookimpl
        ... def livedata_grid_templates(instrument):
        ...     layer = LayerTemplate(
        ...         workflow="acme/total/1", sources=("panel",),
        ...         output="total", plotter="lines",
        ...     )
        ...     cell = CellTemplate(row=0, column=0, layers=(layer,))
        ...     yield GridTemplate(
        ...         name="overview", title="Overview", instrument="acme", cells=(cell,)
        ...     )
        >>> acme = Instrument(name="acme", title="ACME")
        >>> [template.key for template in livedata_grid_templates(acme)]
        ['acme/overview']
        """
        raise NotImplementedError

    @hookspec
    def livedata_configuration_adapters(self) -> Iterable[AdapterSpec]:
        """Say how a workflow or plotter is configured in a form.

        Returns
        -------
        :
            One `AdapterSpec` for each target that differs from the standard form.

        Examples
        --------
        >>> from livedata_core.contract import AdapterSpec, hookimpl
        >>> @hookimpl
        ... def livedata_configuration_adapters():
        ...     yield AdapterSpec(
        ...         name="acme_bars_form", target="plotter:acme_bars",
        ...         factory="acme.forms:BarsForm",
        ...     )
        >>> [adapter.target for adapter in livedata_configuration_adapters()]
        ['plotter:acme_bars']
        """
        raise NotImplementedError

    @hookspec
    def livedata_decoders(self) -> Iterable[DecoderSpec]:
        """Teach the system to read a schema.

        Returns
        -------
        :
            One `DecoderSpec` for each schema id.

        Examples
        --------
        >>> from livedata_core.contract import DecoderSpec, hookimpl
        >>> @hookimpl
        ... def livedata_decoders():
        ...     yield DecoderSpec(name="ac01", decode="acme.codec:decode")
        >>> [decoder.name for decoder in livedata_decoders()]
        ['ac01']
        """
        raise NotImplementedError

    @hookspec
    def livedata_encoders(self) -> Iterable[EncoderSpec]:
        """Teach the system to write a payload.

        Returns
        -------
        :
            One `EncoderSpec` for each class of payload.

        Examples
        --------
        >>> from livedata_core.contract import EncoderSpec, hookimpl
        >>> @hookimpl
        ... def livedata_encoders():
        ...     yield EncoderSpec(
        ...         name="ac01", payload="acme.codec:Shot", encode="acme.codec:encode"
        ...     )
        >>> [encoder.key for encoder in livedata_encoders()]
        ['acme.codec:Shot']
        """
        raise NotImplementedError

    @hookspec
    def livedata_transports(self) -> Iterable[TransportSpec]:
        """Offer ways to reach a broker.

        Returns
        -------
        :
            One `TransportSpec` for each.

        Examples
        --------
        >>> from livedata_core.contract import TransportSpec, hookimpl
        >>> @hookimpl
        ... def livedata_transports():
        ...     yield TransportSpec(
        ...         name="nats", title="NATS", factory="acme.nats:NatsTransport"
        ...     )
        >>> [transport.name for transport in livedata_transports()]
        ['nats']
        """
        raise NotImplementedError

    @hookspec
    def livedata_config_stores(self) -> Iterable[ConfigStoreSpec]:
        """Offer places where settings persist.

        Returns
        -------
        :
            One `ConfigStoreSpec` for each.

        Examples
        --------
        >>> from livedata_core.contract import ConfigStoreSpec, hookimpl
        >>> @hookimpl
        ... def livedata_config_stores():
        ...     yield ConfigStoreSpec(
        ...         name="sqlite", title="SQLite file", factory="acme.store:SqliteStore"
        ...     )
        >>> [store.name for store in livedata_config_stores()]
        ['sqlite']
        """
        raise NotImplementedError

    @hookspec
    def livedata_subcommands(self) -> Iterable[SubcommandSpec]:
        """Add subcommands to ``livedata``.

        Returns
        -------
        :
            One `SubcommandSpec` for each; its click command is imported when it is run.

        Examples
        --------
        >>> from livedata_core.contract import SubcommandSpec, hookimpl
        >>> @hookimpl
        ... def livedata_subcommands():
        ...     yield SubcommandSpec(
        ...         name="calibrate", summary="Calibrate the panel.",
        ...         command="acme.cli:calibrate",
        ...     )
        >>> [command.name for command in livedata_subcommands()]
        ['calibrate']
        """
        raise NotImplementedError

    @hookspec
    def livedata_session_widgets(self, session: SessionInfo) -> Iterable[WidgetSpec]:
        """Add widgets at named places of the shell, for one session.

        Parameters
        ----------
        session:
            The browser session that is being built.

        Returns
        -------
        :
            One `WidgetSpec` for each widget.

        Examples
        --------
        >>> from livedata_core.contract import (
        ...     SessionInfo, WidgetPlace, WidgetSpec, hookimpl,
        ... )
        >>> @hookimpl
        ... def livedata_session_widgets(session):
        ...     yield WidgetSpec(
        ...         name="acme_shift", title="Shift", place=WidgetPlace.HEADER,
        ...         factory="acme.widgets:shift",
        ...     )
        >>> session = SessionInfo("s1", instrument="acme")
        >>> [widget.place.value for widget in livedata_session_widgets(session)]
        ['header']
        """
        raise NotImplementedError

    @hookspec
    def livedata_session_started(self, session: SessionInfo) -> None:
        """Observe that a browser session has begun.

        Parameters
        ----------
        session:
            The session.

        Examples
        --------
        >>> from livedata_core.contract import SessionInfo, hookimpl
        >>> seen = []
        >>> @hookimpl
        ... def livedata_session_started(session):
        ...     seen.append(session.session_id)
        >>> livedata_session_started(SessionInfo("s1", instrument="acme"))
        >>> seen
        ['s1']
        """

    @hookspec
    def livedata_session_closed(self, session: SessionInfo) -> None:
        """Observe that a browser session has ended.

        Parameters
        ----------
        session:
            The session, as it was when it began.

        Examples
        --------
        >>> from livedata_core.contract import SessionInfo, hookimpl
        >>> gone = []
        >>> @hookimpl
        ... def livedata_session_closed(session):
        ...     gone.append(session.session_id)
        >>> livedata_session_closed(SessionInfo("s1", instrument="acme"))
        >>> gone
        ['s1']
        """

    @hookspec
    def livedata_services_started(self, services: ServicesInfo) -> None:
        """Observe that the dashboard's services run.

        Parameters
        ----------
        services:
            Which instrument, transport and plugins.

        Examples
        --------
        >>> from livedata_core.contract import ServicesInfo, hookimpl
        >>> log = []
        >>> @hookimpl
        ... def livedata_services_started(services):
        ...     log.append(f"{services.instrument} over {services.transport}")
        >>> livedata_services_started(ServicesInfo("acme", "in-process", "0.1.0"))
        >>> log
        ['acme over in-process']
        """

    @hookspec
    def livedata_services_stopped(self, services: ServicesInfo) -> None:
        """Observe that the dashboard's services are about to stop.

        Parameters
        ----------
        services:
            Which instrument, transport and plugins.

        Examples
        --------
        >>> from livedata_core.contract import ServicesInfo, hookimpl
        >>> log = []
        >>> @hookimpl
        ... def livedata_services_stopped(services):
        ...     log.append(services.instrument)
        >>> livedata_services_stopped(ServicesInfo("acme", "in-process", "0.1.0"))
        >>> log
        ['acme']
        """

    @hookspec
    def livedata_job_changed(self, job: JobInfo) -> None:
        """Observe that a job's state changed, as its worker reports it.

        Parameters
        ----------
        job:
            The job and its new state.

        Examples
        --------
        >>> import uuid
        >>> from livedata_core.contract import (
        ...     JobId, JobInfo, JobState, WorkflowId, hookimpl,
        ... )
        >>> states = []
        >>> @hookimpl
        ... def livedata_job_changed(job):
        ...     states.append(job.state.value)
        >>> livedata_job_changed(JobInfo(
        ...     WorkflowId("acme", "total", 1), JobId("panel", uuid.uuid4()),
        ...     JobState.ACTIVE,
        ... ))
        >>> states
        ['active']
        """

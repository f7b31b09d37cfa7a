"""A whole system in this process, without browser: producer, worker and dashboard.

They talk over the wire format, as in the field. A viewer sees every plot, so that all
are computed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livedata_cli.embedded import EmbeddedBackend
from livedata_core.api import (
    CodecTable,
    DashboardServices,
    InProcessBroker,
    InProcessTransport,
    Layer,
    PluginManager,
)
from livedata_core.contract import (
    ConfigStore,
    Instrument,
    Message,
    Plotter,
    Producer,
    SessionInfo,
    Transport,
    WorkflowId,
    resolve,
)
from livedata_testing.assertions import assert_drawn

__all__ = ["Dashboard", "Shown", "running"]

PATIENCE_S = 60.0
_SESSION = "livedata-testing"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a layer shows now.

    Attributes
    ----------
    title:
        Of its plot.
    plotter:
        Name of its plotter.
    frame:
        What `Plotter.compute` returned last; None if there was nothing yet.
    error:
        What the operator reads in its place.
    """

    title: str
    plotter: str
    frame: Any = None
    error: str | None = None
    _drawer: Plotter | None = None

    def element(self) -> Any:
        """Return the HoloViews element that is drawn.

        Raises
        ------
        AssertionError
            If there is no frame, with the error if there is one.
        """
        assert self._drawer is not None, f"{self.title!r} shows nothing: {self.error}"
        return self._drawer.draw(self.frame)

    def assert_shows(self, **expected: Any) -> None:
        """Compare what is drawn with what should be, as `assert_drawn` does.

        Raises
        ------
        AssertionError
            If something differs, or nothing is drawn.
        """
        assert_drawn(self.element(), **expected)


class Dashboard:
    """A running dashboard; `livedata_dashboard` makes one.

    Attributes
    ----------
    services:
        All parts of the dashboard, for what is not offered here.
    """

    def __init__(self, services: DashboardServices, transport: Transport):
        self.services = services
        self._transport = transport
        self._woken = threading.Event()
        info = SessionInfo(_SESSION, services.instrument.name)
        services.sessions.open(info, self._woken.set)

    def shown(self) -> tuple[Shown, ...]:
        """Return what each layer of each plot shows."""
        found: list[Shown] = []
        for _, cell in self.services.plots.layout.cells():
            frame = self.services.plot_data.cell(cell.id)
            drawn = {layer.layer_id: layer for layer in (frame and frame.drawn) or ()}  # type: ignore[attr-defined]
            states = {
                state.layer_id: state for state in (frame.layers if frame else ())
            }
            for layer in cell.layers:
                state, drawer = states.get(layer.id), drawn.get(layer.id)
                found.append(
                    Shown(
                        cell.title,
                        layer.plotter,
                        state.frame if state else None,
                        state.error if state else None,
                        drawer.plotter if drawer else None,
                    )
                )
        return tuple(found)

    def plot(self, title: str) -> Shown:
        """Return what the first layer of the plot with that title shows.

        Raises
        ------
        LookupError
            If there is none, naming those there are.
        """
        shown = self.shown()
        for layer in shown:
            if layer.title == title:
                return layer
        titles = ", ".join(repr(layer.title) for layer in shown)
        raise LookupError(f"no plot {title!r}; there are {titles or 'none'}")

    def errors(self) -> list[str]:
        """Return what went wrong: in plots, and as notices to the users."""
        found = [layer.error for layer in self.shown() if layer.error]
        notices = self.services.notifications.since(0)
        found += [f"{n.title}: {n.text}" for n in notices if n.level == "error"]
        return found

    def assert_no_errors(self) -> None:
        """Raise AssertionError with what went wrong, if anything did."""
        found = self.errors()
        assert not found, "\n".join(found)

    def widgets(self) -> dict[str, Any]:
        """Return what plugins add to the page of a session, by name.

        Raises
        ------
        Exception
            Whatever a factory raises.
        """
        info = self.services.sessions.snapshot()[_SESSION].info
        specs = self.services.registry.session_widgets(info)
        return {spec.name: resolve(spec.factory)(info) for spec in specs}

    def add_plot(
        self,
        workflow: str | WorkflowId,
        source: str | Sequence[str],
        output: str,
        plotter: str,
        params: Mapping[str, object] | None = None,
        title: str = "",
    ) -> str:
        """Add a plot to a new grid; return its title."""
        title = title or f"{output} as {plotter}"
        plots = self.services.plots
        layer = Layer(
            workflow=WorkflowId.parse(workflow)
            if isinstance(workflow, str)
            else workflow,
            sources=(source,) if isinstance(source, str) else tuple(source),
            output=output,
            plotter=plotter,
            params=dict(params or {}),
        )
        plots.add_cell(plots.add_grid(title, 1, 1), [layer], title=title)
        self._view_all()
        return title

    def start(
        self,
        workflow: str | WorkflowId,
        sources: Sequence[str],
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Start a workflow on sources.

        Raises
        ------
        ValueError
            If the parameters do not fit.
        """
        identity = WorkflowId.parse(workflow) if isinstance(workflow, str) else workflow
        jobs = self.services.jobs
        if params is not None:
            for source in sources:
                jobs.stage(identity, source, params)
        jobs.commit(identity, list(sources))

    def send(self, *messages: Message[Any]) -> None:
        """Publish raw messages now, through the encoders of their payloads."""
        codecs: CodecTable = self.services.codecs
        sink = self._transport.sink()
        for message in messages:
            sink.publish(message.topic, codecs.encode(message))
        sink.close()

    def wait_until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Wait, from update to update, until `condition` holds.

        Raises
        ------
        AssertionError
            If it does not within `PATIENCE_S`, with what is shown then.
        """
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if condition():
                return
            self._woken.wait(0.5)
            self._woken.clear()
            self.services.sessions.touch(_SESSION)
        raise AssertionError(
            f"{what or 'the condition'} was not reached within {PATIENCE_S:.0f} s; "
            f"shown is {self.shown()}, errors are {self.errors()}"
        )

    def wait_until_shows(self, title: str, **expected: Any) -> Shown:
        """Wait until a plot shows what it should; `assert_drawn` tells what to give.

        Raises
        ------
        AssertionError
            If it does not within `PATIENCE_S`, with what differs then.
        """
        last: list[AssertionError] = []

        def settled() -> bool:
            last.clear()
            try:
                self.plot(title).assert_shows(**expected)
            except AssertionError as error:
                last.append(error)
            return not last

        try:
            self.wait_until(settled, f"what {title!r} should show")
        except AssertionError as error:
            raise AssertionError(f"{title!r}: {last[0]}") from error
        return self.plot(title)

    def wait_until_error(self, title: str, says: str) -> None:
        """Wait until a plot shows, in place of data, an error with those words.

        Raises
        ------
        AssertionError
            If it does not within `PATIENCE_S`.
        """
        self.wait_until(
            lambda: says in (self.plot(title).error or ""),
            f"the error {says!r} of {title!r}",
        )

    def wait_until_drawn(self, updates: int = 1) -> None:
        """Wait until every plot has shown data, and draw what each shows then.

        Parameters
        ----------
        updates:
            How many frames each is to have shown, one after the other.

        Raises
        ------
        AssertionError
            If one does not within `PATIENCE_S` or reports an error.
        """
        seen: dict[tuple[int, str], list[Any]] = {}

        def settled() -> bool:
            shown = self.shown()
            for place, layer in enumerate(shown):
                frames = seen.setdefault((place, layer.title), [])
                if layer.frame is not None and not any(
                    layer.frame is frame for frame in frames
                ):
                    frames.append(layer.frame)
            return bool(shown) and all(
                layer.error or len(seen[place, layer.title]) >= updates
                for place, layer in enumerate(shown)
            )

        self.wait_until(settled, f"{updates} pictures in every plot")
        for layer in self.shown():
            layer.element()

    def _view_all(self) -> None:
        cells = frozenset(cell.id for _, cell in self.services.plots.layout.cells())
        self.services.sessions.view(_SESSION, cells)
        self.services.plot_data.look()


@contextmanager
def running(
    plugins: PluginManager,
    instrument: str,
    producer: Producer | Path | None = None,
    speed: float = 1.0,
    transport: Transport | None = None,
) -> Iterator[Dashboard]:
    """Run a system with the default layout of an instrument viewed.

    Parameters
    ----------
    producer:
        What is played: any producer, or a recording or NeXus file. None: the
        instrument's simulator, if it has one.
    speed:
        How many times faster than real time to play.
    transport:
        What all talk over; None: one within this process. Closed at the end.
    """
    registry = plugins.registry
    if instrument not in registry.instruments:
        names = ", ".join(registry.instruments)
        raise LookupError(f"no instrument {instrument!r}; there are: {names}")
    record = registry.instruments[instrument]
    transport = transport or InProcessTransport(InProcessBroker())
    store: ConfigStore = resolve(registry.config_stores["memory"].factory)("")
    services = DashboardServices(
        plugins=plugins, instrument=record, transport=transport, store=store
    )
    dashboard = Dashboard(services, transport)
    backend = EmbeddedBackend(
        services, transport, _producer(producer, record), speed=speed
    )
    services.start()
    dashboard._view_all()
    backend.start()
    try:
        yield dashboard
    finally:
        backend.stop()
        services.sessions.close(_SESSION)
        services.stop()
        transport.close()


def _producer(given: Producer | Path | None, instrument: Instrument) -> Producer | None:
    if isinstance(given, Path):
        from livedata_replay.opening import open_producer

        return open_producer(given, instrument)
    if given is None and instrument.simulator is not None:
        made: Producer = resolve(instrument.simulator)(instrument)
        return made
    return given

"""One process of ``livedata serve``, put together from the plugins.

The order matters for how soon a page shows data: worker, workflows and producer start
on a thread of their own while this one imports the front end.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from livedata_cli.context import LivedataContext
from livedata_cli.edits import EditWatcher
from livedata_cli.embedded import EmbeddedBackend
from livedata_cli.errors import CliError
from livedata_cli.exit_codes import ExitCode
from livedata_cli.factories import make
from livedata_core.contract import (
    ConfigStore,
    Instrument,
    Producer,
    Transport,
)

if TYPE_CHECKING:
    from livedata_core.api import DashboardServices

__all__ = ["ServeOptions", "run"]


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What ``livedata serve`` was asked for; see its help."""

    port: int
    address: str
    allow_origin: tuple[str, ...]
    replay: Path | None
    speed: float
    loop: bool
    transport: str
    start: bool
    store: str
    settings: Path | None
    open_browser: bool
    log_level: str
    history_memory: int
    memory_limit: int | None
    dev: bool = False


def run(
    livedata: LivedataContext, instrument: Instrument, options: ServeOptions
) -> None:
    """Serve until interrupted.

    Raises
    ------
    CliError
        If something that was asked for cannot be started, or if the broker refuses
        the credentials.
    """
    logging.basicConfig(
        level=options.log_level.upper(),
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
    )
    from livedata_core.api import DashboardServices, settings_folder

    plugins = livedata.plugins
    producer = make_producer(instrument, options)
    store: ConfigStore = make(
        plugins.registry.config_stores[options.store].factory,
        options.settings or settings_folder(instrument.name),
    )
    transport = livedata.open_transport(options.transport, dashboard=True)

    from livedata_panel.render.master import HoloViewsRenderer

    services = DashboardServices(
        plugins=plugins,
        instrument=instrument,
        transport=transport,
        store=store,
        renderer=HoloViewsRenderer(),
        history_bytes=options.history_memory << 20,
        dev=options.dev,
    )
    backend = _backend(services, transport, producer, options)
    services.start()
    edits = EditWatcher(services) if options.dev else None
    try:
        if edits is not None:
            click.echo(edits.start())
        if backend is not None:
            backend.start()
        _serve(services, options)
        status = transport.status()
    finally:
        if edits is not None:
            edits.stop()
        if backend is not None:
            backend.stop()
        services.stop()
        transport.close()
    if status.denied:
        raise CliError(status.detail, ExitCode.ACCESS_DENIED)


def _backend(
    services: DashboardServices,
    transport: Transport,
    producer: Producer | None,
    options: ServeOptions,
) -> EmbeddedBackend | None:
    """Return what stands for broker, instrument and workers; None: these are real."""
    if options.transport != "in-process":
        return None
    return EmbeddedBackend(
        services,
        transport,
        producer,
        speed=options.speed,
        autostart=options.start,
        memory_mib=options.memory_limit,
    )


def _serve(services: DashboardServices, options: ServeOptions) -> None:
    """Serve until interrupted, or until the broker refuses us for good."""
    from livedata_panel.app import serve

    title = services.instrument.title

    def ready(url: str) -> None:
        click.echo(f"livedata serves {title} at {url}  (Ctrl-C stops it)")

    serve(
        services,
        address=options.address,
        port=options.port,
        allow_origin=options.allow_origin,
        open_browser=options.open_browser,
        on_ready=ready,
        is_over=lambda: services.resources.status().denied,
    )


def make_producer(instrument: Instrument, options: ServeOptions) -> Producer | None:
    """Return what plays the instrument: the replay, else its simulator, if any.

    Raises
    ------
    CliError
        If the file cannot be played or the simulator cannot be made.
    """
    if options.replay is not None:
        return _replay(options.replay, instrument, options.loop)
    if options.transport != "in-process":
        return None
    if instrument.simulator is None:
        click.echo(
            f"{instrument.title} has no simulator: play a file with --replay FILE, "
            "otherwise no data will come",
            err=True,
        )
        return None
    producer: Producer = make(instrument.simulator, instrument)
    return producer


def _replay(file: Path, instrument: Instrument, loop: bool) -> Producer:
    """Return what plays a file, and say what of it is not played."""
    from livedata_replay.errors import ReplayError
    from livedata_replay.opening import open_producer

    try:
        producer = open_producer(file, instrument, loop)
    except ReplayError as error:
        raise CliError(str(error), ExitCode.CANNOT_START) from error
    if producer.left_out:
        click.echo(f"does not play {', '.join(sorted(producer.left_out))}", err=True)
    return producer

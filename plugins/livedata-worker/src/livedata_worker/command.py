"""``livedata worker``: the worker services of an instrument as a process.

The options of the broker, and how it is reached, are the program's.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from livedata_worker.chosen import ChoiceError, chosen_sources, chosen_specs
from livedata_worker.logs import set_up_logging
from livedata_worker.process_memory import keep_freed_memory
from livedata_worker.signals import Stops

if TYPE_CHECKING:
    from livedata_core.contract import Instrument, Transport
    from livedata_worker.worker import Worker

__all__ = ["run", "worker"]

log = logging.getLogger(__name__)

LOOK_S = 0.2

EXAMPLES = """\b
Examples:
  livedata worker -i dummy --kafka localhost:9092       all services
  livedata worker -i dummy --kafka … --service detector_data
  livedata worker -i loki --kafka … --source bank_0     one bank on this machine
"""


class NotFound(click.ClickException):
    """No such thing; the exit code is the one that `livedata` documents."""

    exit_code = 3


class Failed(click.ClickException):
    """The worker ended by itself; the exit code is the one of unexpected errors."""

    exit_code = 1


class Denied(click.ClickException):
    """The broker refuses us; the exit code is the one that `livedata` documents."""

    exit_code = 6


@click.command(epilog=EXAMPLES)
@click.option(
    "-i",
    "--instrument",
    "name",
    default="dummy",
    show_default=True,
    help="Whose workflows to run; `livedata instruments` lists them.",
)
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="NAME",
    help="Run the workflows of this service only; may be repeated.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    help="Run workflows on this source only and leave others to other workers; may "
    "be repeated.",
)
@click.option(
    "--batch-length",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.05, 60.0),
    metavar="SECONDS",
    help="How much data time an update covers.",
)
@click.option(
    "--memory-limit",
    "memory_mib",
    type=click.IntRange(min=0),
    metavar="MIB",
    help="Memory of the process at which the job that grew most is ended; by default "
    "80 % of the machine's or container's. 0: no limit.",
)
@click.option(
    "--log-level",
    default="info",
    show_default=True,
    type=click.Choice(["debug", "info", "warning", "error"]),
)
@click.option("--json-logs", is_flag=True, help="Write one JSON object a log line.")
@click.pass_context
def worker(
    ctx: click.Context,
    name: str,
    services: Sequence[str],
    sources: Sequence[str],
    batch_length: float,
    memory_mib: int | None,
    log_level: str,
    json_logs: bool,
) -> None:
    """Run the workflows of an instrument on what the broker brings.

    All services run in this process, or some, on all sources or some: several workers
    beside each other share the work by --service and --source. No two of them may have
    the same. Ctrl-C and SIGTERM end it with a last heartbeat.
    """
    set_up_logging(log_level, as_json=json_logs)
    keep_freed_memory()
    livedata = ctx.obj
    instrument = _instrument(livedata, name)
    registry = livedata.plugins.registry
    try:
        specs = chosen_specs(instrument, registry.workflows(instrument), services)
        chosen = chosen_sources(instrument, specs.values(), sources)
    except ChoiceError as error:
        raise NotFound(str(error)) from error

    from livedata_core.api import CodecTable
    from livedata_core.contract import Topics
    from livedata_worker.memory import limit_of
    from livedata_worker.worker import Worker

    codecs = CodecTable(registry.decoders, registry.encoders, Topics(name))
    with Stops() as stops:
        transport = livedata.open_transport()
        try:
            runs = Worker(
                instrument,
                specs,
                transport,
                codecs,
                sources=chosen,
                batch_length_s=batch_length,
                memory_limit_bytes=limit_of(memory_mib),
            )
            log.info("%s", _summary(instrument, runs, batch_length))
            run(runs, transport, stops)
        finally:
            transport.close()


def run(runs: Worker, transport: Transport, stops: Stops) -> None:
    """Run until a signal comes.

    Raises
    ------
    Denied
        If the broker refuses us.
    Failed
        If the worker gives up.
    """
    failure = None
    runs.start()
    try:
        while not (stops.asked or failure or transport.status().denied):
            failure = runs.wait(LOOK_S)
    finally:
        runs.stop()
    if failure:
        raise Failed(f"the worker gave up: {failure}")
    status = transport.status()
    if status.denied:
        raise Denied(status.detail)
    log.info("stopped")


def _instrument(livedata: Any, name: str) -> Instrument:
    known = livedata.plugins.registry.instruments
    if name not in known:
        raise NotFound(f"no instrument {name!r}; there are: {', '.join(sorted(known))}")
    instrument: Instrument = known[name]
    return instrument


def _summary(instrument: Instrument, runs: Worker, batch_length: float) -> str:
    reads = ", ".join(runs.subscription.data) or "no data"
    return (
        f"{instrument.title}: runs {len(runs.specs)} workflows of "
        f"{', '.join(runs.services)}; reads {reads}; "
        f"an update covers {batch_length:g} s"
    )

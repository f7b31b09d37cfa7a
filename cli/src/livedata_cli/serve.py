"""``livedata serve``: the dashboard of an instrument, with or without a broker.

Options and their checks live here; the process is put together in
`livedata_cli.process`, imported only when there is something to serve.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import click

from livedata_cli.context import LivedataContext, debug_option, pass_livedata
from livedata_cli.errors import CliError
from livedata_cli.exit_codes import ExitCode
from livedata_cli.lookup import complete_instrument, find, find_instrument
from livedata_cli.yaml_files import read_mapping

__all__ = ["serve"]

IN_PROCESS = "in-process"
"""The transport where no broker is named."""

EXAMPLES = """\b
Examples:
  livedata serve                                  the simulated instrument
  livedata serve -i sans2d --replay run.nxs       play an event file as live data
  livedata serve --replay run.mcap                play a recording's raw data
  livedata serve -i sans2d --replay run.nxs --speed 10 --loop
  livedata serve -i sans2d --kafka HOST:9092      workers elsewhere, over Kafka
  livedata serve --port 5010 --open               another port; open a browser
  livedata serve -i acme --dev                    while you write the plugin `acme`
  livedata serve --config serve.yaml              options from a file
"""


def _read_config(
    ctx: click.Context, _param: click.Parameter, path: Path | None
) -> None:
    if path is not None:
        ctx.default_map = {**(ctx.default_map or {}), **_config(path, ctx.command)}


def _config(path: Path, command: click.Command) -> dict[str, Any]:
    """Read options from a YAML file: names as on the command line, without dashes."""
    hint = "write one `option: value` a line, e.g. `port: 5010`"
    document = read_mapping(path, "config file", hint)
    values = {name.replace("-", "_"): value for name, value in document.items()}
    known = {param.name for param in command.params} - {"config"}
    unknown = sorted(values.keys() - known)
    if unknown:
        raise CliError(
            f"config file {path}: no option {unknown[0]!r}; `livedata serve --help` "
            "lists them",
            ExitCode.CANNOT_START,
        )
    return values


def check_address(address: str, port: int) -> None:
    """Make sure that the server will be able to listen.

    Raises
    ------
    CliError
        If the port is taken or the address is not this machine's.
    """
    if port == 0:
        return
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise CliError(
                f"cannot listen on {address} port {port}: {error.strerror}; another "
                "program may use it: choose one with --port, or --port 0 for any",
                ExitCode.CANNOT_START,
            ) from error


@click.command(epilog=EXAMPLES)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=_read_config,
    help="YAML file with any of these options, e.g. `port: 5010`.",
)
@click.option(
    "-i",
    "--instrument",
    default="dummy",
    show_default=True,
    shell_complete=complete_instrument,
    help="Which instrument to show; `livedata instruments` lists them.",
)
@click.option("--port", default=5006, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--address",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen. Anything else is reachable from the network.",
)
@click.option(
    "--allow-origin",
    multiple=True,
    metavar="HOST[:PORT]",
    help="A name under which browsers reach this server, e.g. behind a proxy.",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Play a recording or a NeXus event file as live data.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 1000.0),
    help="How many times faster than it was recorded to play.",
)
@click.option("--loop", is_flag=True, help="Start the replay again when it ends.")
@click.option(
    "--start/--no-start",
    default=True,
    show_default=True,
    help="Start the workflows of the default layout (in-process only).",
)
@click.option(
    "--store",
    default="file",
    show_default=True,
    help="Where settings and layouts are kept: file, memory or a plugin's.",
)
@click.option(
    "--settings",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder of the settings; by default one for each instrument.",
)
@click.option(
    "--history-memory",
    default=512,
    show_default=True,
    type=click.IntRange(16, 65_536),
    metavar="MIB",
    help="Most memory for the histories of all plots together, in MiB.",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(min=0),
    metavar="MIB",
    help="Memory of the process at which the job that grew most is ended, in MiB "
    "(in-process only); by default 80 % of the machine's. 0: no limit.",
)
@click.option(
    "--dev",
    is_flag=True,
    help="For authors: load edited plugins anew, and show tracebacks in plots.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open a browser.")
@click.option(
    "--log-level",
    default="warning",
    show_default=True,
    type=click.Choice(["debug", "info", "warning", "error"]),
)
@debug_option
@pass_livedata
def serve(livedata: LivedataContext, **options: Any) -> None:
    """Show an instrument live in the browser.

    Without a broker everything runs in this process: simulator or replay, worker and
    dashboard, over the same wire format as in the field. Stop it with Ctrl-C.
    """
    registry = livedata.plugins.registry
    instrument = find_instrument(registry, options["instrument"])
    transport = livedata.broker.transport(IN_PROCESS) or IN_PROCESS
    find("transport", transport, registry.transports, "livedata plugins")
    find("config store", options["store"], registry.config_stores, "livedata plugins")
    if options["replay"] and transport != IN_PROCESS:
        raise click.UsageError("--replay plays into the in-process transport only")
    check_address(options["address"], options["port"])

    from livedata_cli.process import ServeOptions, run

    run(
        livedata,
        instrument,
        ServeOptions(
            transport=transport,
            **{key: value for key, value in options.items() if key != "instrument"},
        ),
    )

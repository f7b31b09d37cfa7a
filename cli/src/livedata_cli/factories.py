"""Making what plugins offer: their factories, and what these may raise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livedata_cli.broker import BrokerChoice
from livedata_cli.errors import CliError
from livedata_cli.exit_codes import ExitCode
from livedata_cli.lookup import find
from livedata_core.contract import (
    AccessDeniedError,
    RefError,
    Transport,
    TransportSpec,
    resolve,
)

__all__ = ["make", "open_transport"]


def open_transport(
    transports: Mapping[str, TransportSpec],
    broker: BrokerChoice,
    default: str | None = None,
    *,
    dashboard: bool = False,
) -> Transport:
    """Open the transport that was chosen, else the default.

    Parameters
    ----------
    dashboard:
        Whether to use the factory for dashboards, where there is one.

    Raises
    ------
    CliError
        If there is none to open or it cannot be opened.
    """
    name = broker.transport(default)
    if name is None:
        raise CliError(f"no broker is named: {_ways(transports)}", ExitCode.USAGE)
    spec = find("transport", name, transports, "livedata plugins")
    factory = (spec.dashboard if dashboard else None) or spec.factory
    transport: Transport = make(factory, broker.settings(name, spec.option))
    return transport


def _ways(transports: Mapping[str, TransportSpec]) -> str:
    """Return the options that name a broker, in a row."""
    options = [spec.option for spec in transports.values() if spec.option is not None]
    first = [f"--{option.name} {option.metavar}" for option in options]
    return f"give {', '.join([*first, '--transport NAME'])} or --broker-settings FILE"


def make(factory: str, argument: object) -> Any:
    """Return what a plugin's factory makes.

    Raises
    ------
    CliError
        If it cannot be imported or fails.
    """
    try:
        return resolve(factory)(argument)
    except RefError as error:
        raise CliError(str(error), ExitCode.PLUGIN_PROBLEM) from error
    except AccessDeniedError as error:
        raise CliError(str(error), ExitCode.ACCESS_DENIED) from error
    except (OSError, TypeError, ValueError) as error:
        raise CliError(f"{factory}: {error}", ExitCode.CANNOT_START) from error

"""Serves the dashboard: the web server, its limits, and who may connect."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

import panel as pn
from panel.io.server import Server, get_server
from tornado.ioloop import IOLoop, PeriodicCallback

from livedata_core.api import DashboardServices
from livedata_panel.base import DashboardBase
from livedata_panel.data_export import export_patterns
from livedata_panel.layout_download import layout_patterns
from livedata_panel.loop_monitor import LoopMonitor
from livedata_panel.monitoring import monitoring_patterns
from livedata_panel.process_tuning import tune_process
from livedata_panel.static_files import static_patterns
from livedata_panel.turns import Turns

__all__ = ["RunningServer", "serve", "start"]

log = logging.getLogger(__name__)

SESSION_TOKEN_S = 3600
"""How long a page that was fetched may wait before it connects."""
UNUSED_SESSION_MS = 15_000
"""How long a session outlives its last connection."""
KEEP_ALIVE_MS = 10_000
LOOK_MS = 500


@dataclass(frozen=True)
class RunningServer:
    """A server that listens; `run` serves until it is stopped."""

    server: Server
    url: str
    loop: IOLoop
    monitor: LoopMonitor

    @property
    def asyncio_loop(self) -> asyncio.AbstractEventLoop:
        """The event loop below Tornado's."""
        return _asyncio_loop(self.loop)

    def run(self) -> None:
        """Serve until interrupted or stopped."""
        self.loop.start()

    def stop(self) -> None:
        """Have `run` return. Any thread."""
        self.loop.add_callback(self.loop.stop)

    def close(self) -> None:
        """Stop listening and end all sessions, after `run` has returned."""
        self.monitor.stop()
        self.server.unlisten()
        self.server.stop()


def start(
    services: DashboardServices,
    *,
    address: str = "127.0.0.1",
    port: int = 5006,
    allow_origin: Sequence[str] = (),
    title: str | None = None,
) -> RunningServer:
    """Listen, without serving yet. The services run already.

    Parameters
    ----------
    services:
        What is shown.
    address, port:
        Where to listen; port 0 takes any that is free.
    allow_origin:
        Further ``host[:port]`` under which browsers reach the server.
    title:
        Title of the browser window.

    Raises
    ------
    OSError
        If the port is taken.
    """
    import_holoviews()
    pn.config.autoreload = False
    # Neither has a place in the page, and Panel would add both beside widgets.
    pn.extension(notifications=False, browser_info=False)
    loop = IOLoop.current()
    monitor = _monitor(loop, services)
    dashboard = DashboardBase(services, title, monitor, Turns(loop.add_callback))
    port = port or _free_port(address)
    server = get_server(
        # Panel is happy with a function that fills the document; its types are not.
        {"/": cast("Any", dashboard.create_layout)},
        port=port,
        address=address,
        loop=loop,
        title=dashboard.title,
        websocket_origin=_origins(address, port, allow_origin),
        extra_patterns=[
            *monitoring_patterns(services, monitor),
            *layout_patterns(services),
            *export_patterns(services),
            *static_patterns(),
        ],
        session_token_expiration=SESSION_TOKEN_S,
        unused_session_lifetime_milliseconds=UNUSED_SESSION_MS,
        check_unused_sessions_milliseconds=5_000,
        keep_alive_milliseconds=KEEP_ALIVE_MS,
    )
    server.start()
    monitor.start()
    host = "localhost" if address in _ANY_OR_OWN else address
    return RunningServer(server, f"http://{host}:{port}/", loop, monitor)


def _monitor(loop: IOLoop, services: DashboardServices) -> LoopMonitor:
    packages = {report.module.partition(".")[0] for report in services.plugins.reports}
    return LoopMonitor(_asyncio_loop(loop), packages)


def _asyncio_loop(loop: IOLoop) -> asyncio.AbstractEventLoop:
    """Return the event loop below Tornado's."""
    found: asyncio.AbstractEventLoop = loop.asyncio_loop  # type: ignore[attr-defined]
    return found


_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - compared, never bound to
_ANY_OR_OWN = (*_ANY, "127.0.0.1")


def _free_port(address: str) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def _origins(address: str, port: int, further: Sequence[str]) -> list[str]:
    """Return the hosts whose pages may connect: this server's own and `further`."""
    own = [socket.gethostname(), socket.getfqdn()] if address in _ANY else [address]
    hosts = dict.fromkeys((*own, "localhost", *further))
    return [host if ":" in host else f"{host}:{port}" for host in hosts]


def serve(
    services: DashboardServices,
    *,
    address: str = "127.0.0.1",
    port: int = 5006,
    allow_origin: Sequence[str] = (),
    open_browser: bool = False,
    title: str | None = None,
    on_ready: Callable[[str], None] = lambda url: None,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Serve until interrupted (SIGINT, SIGTERM). Main thread.

    Parameters
    ----------
    on_ready:
        Called with the URL once the server listens.
    is_over:
        Asked twice a second on the event loop; it ends when this is true.
    open_browser:
        Whether to open it in a browser.

    Raises
    ------
    OSError
        If the port is taken.
    """
    running = start(
        services, address=address, port=port, allow_origin=allow_origin, title=title
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        running.asyncio_loop.add_signal_handler(number, running.loop.stop)
    running.loop.add_callback(on_ready, running.url)

    def look() -> None:
        if is_over():
            running.loop.stop()

    looking = PeriodicCallback(look, LOOK_MS)
    looking.start()
    if open_browser:
        running.loop.add_callback(webbrowser.open, running.url)
    warm_up_later(running.loop, services)
    tune_process()
    try:
        running.run()
    finally:
        looking.stop()
        running.close()


def import_holoviews() -> None:
    """Import all of HoloViews on the thread that will serve.

    Panel looks for HoloViews and pandas among the loaded modules and uses them; what
    another thread is just importing would be found half made.
    """
    import_module("pandas")
    import_module("livedata_panel.render.backend")


def warm_up_later(loop: IOLoop, services: DashboardServices) -> None:
    """Have the compute thread draw before anybody looks.

    Before the first data come, as colour maps are slow; then each plot once.
    """
    from livedata_panel.render.backend import warm_up

    loop.call_later(0.05, services.plot_data.submit, warm_up)
    loop.call_later(0.05, services.plot_data.draw_ahead)

"""Widgets that plugins add to a session, at named places of the shell."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeVar

import panel as pn
from bokeh.document import Document

from livedata_core.api import Level
from livedata_core.contract import WidgetPlace, WidgetSpec, resolve
from livedata_core.contract.raised import describe, pass_on
from livedata_panel.context import SessionContext

__all__ = ["add_plugin_widgets"]

T = TypeVar("T")

log = logging.getLogger(__name__)


def add_plugin_widgets(
    document: Document, context: SessionContext
) -> frozenset[WidgetPlace]:
    """Put the widgets of all plugins on a page; a broken one costs only itself.

    Returns
    -------
    :
        The places that have widgets; the page finds their roots by name.
    """
    found: dict[WidgetPlace, dict[WidgetSpec, object]] = {}
    for spec in context.services.registry.session_widgets(context.info):
        widget = _attempt(spec, context, partial(_made, spec, context))
        if widget is not None:
            found.setdefault(spec.place, {})[spec] = widget
    return frozenset(
        place
        for place, widgets in found.items()
        if _add(document, place, widgets, context)
    )


def _made(spec: WidgetSpec, context: SessionContext) -> object:
    return pn.panel(resolve(spec.factory)(context.info))


def _add(
    document: Document,
    place: WidgetPlace,
    widgets: Mapping[WidgetSpec, object],
    context: SessionContext,
) -> bool:
    """Add the widgets of a place as one root; return whether there are any."""
    try:
        _add_root(document, place, widgets.values())
    except BaseException as error:  # noqa: BLE001 - found out which one, and told
        pass_on(error)
        whole = [
            widget
            for spec, widget in widgets.items()
            if _attempt(spec, context, partial(_rendered, widget))
        ]
        if not whole:
            return False
        _add_root(document, place, whole)
    return True


def _add_root(
    document: Document, place: WidgetPlace, widgets: Iterable[object]
) -> None:
    pn.Column(*widgets).server_doc(document, location=False)
    document.roots[-1].name = f"place_{place.value}"


def _rendered(widget: object) -> bool:
    """Make the models of a widget alone, for nobody to see."""
    pn.Column(widget).get_root(Document())
    return True


def _attempt(
    spec: WidgetSpec, context: SessionContext, action: Callable[[], T]
) -> T | None:
    """Do something with a widget; None, and a notice that names it, if it fails."""
    try:
        return action()
    except BaseException as error:
        pass_on(error)
        log.exception("widget %r of %s failed", spec.name, spec.origin)
        name = spec.origin.plugin if spec.origin else ""
        context.services.notifications.push(
            Level.WARNING,
            f"Widget “{spec.title}” of {spec.origin} cannot be shown",
            f"{describe(error)}. Update the plugin, or disable it with "
            f"`livedata plugins disable {shlex.quote(name)}`.",
            key=f"widget {spec.name}",
        )
        return None

"""Widgets that plugins add to a session, at named places of the shell."""

from __future__ import annotations

import logging

import panel as pn

from livedata_core.api import Level
from livedata_core.contract import WidgetPlace, WidgetSpec, resolve
from livedata_panel.context import SessionContext

__all__ = ["plugin_widgets"]

log = logging.getLogger(__name__)


def plugin_widgets(context: SessionContext) -> dict[WidgetPlace, pn.Column]:
    """Return the widgets of all plugins by place; a broken one costs only itself."""
    found: dict[WidgetPlace, pn.Column] = {}
    for spec in context.services.registry.session_widgets(context.info):
        widget = _make(spec, context)
        if widget is not None:
            found.setdefault(spec.place, pn.Column()).append(widget)
    return found


def _make(spec: WidgetSpec, context: SessionContext) -> object | None:
    try:
        return pn.panel(resolve(spec.factory)(context.info))
    except (Exception, SystemExit) as error:
        log.exception("widget %r of %s failed", spec.name, spec.origin)
        context.services.notifications.push(
            Level.WARNING,
            f"Widget “{spec.title}” of {spec.origin} cannot be shown",
            f"{type(error).__name__}: {error}",
            key=f"widget {spec.name}",
        )
        return None

"""Widgets of plugins on the page: a broken one costs only itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import panel as pn
import pytest
from bokeh.document import Document
from panel.viewable import Viewer

from livedata_core.api import DashboardServices, InProcessBroker, InProcessTransport
from livedata_core.config import MemoryConfigStore
from livedata_core.contract import SessionInfo, WidgetPlace, WidgetSpec, hookimpl
from livedata_core.plugins import Found, PluginManager, discover
from livedata_panel.context import SessionContext
from livedata_panel.places import add_plugin_widgets


class Plugin:
    """Adds widgets: those that fail when made or rendered, and two that are well."""

    @hookimpl
    def livedata_session_widgets(self, session: SessionInfo) -> Iterator[WidgetSpec]:
        for name in ("first", "unmakeable", "unrenderable", "second"):
            yield WidgetSpec(
                name=name,
                title=name.title(),
                place=WidgetPlace.HEADER,
                factory=f"{__name__}:{name}",
            )


def first(session: SessionInfo) -> Any:
    return pn.widgets.Button(label="First")


def second(session: SessionInfo) -> Any:
    return pn.widgets.Button(label="Second")


def unmakeable(session: SessionInfo) -> Any:
    raise OSError("no device")


class _Unrenderable(Viewer):  # type: ignore[misc]
    def __panel__(self) -> Any:
        raise LookupError("no picture")


def unrenderable(session: SessionInfo) -> Any:
    return _Unrenderable()


@pytest.fixture
def services() -> DashboardServices:
    plugins = PluginManager(
        [*discover(), Found.of(Plugin(), "acme", "livedata-acme", "1.4.2")]
    )
    return DashboardServices(
        plugins=plugins,
        instrument=plugins.registry.instruments["dummy"],
        transport=InProcessTransport(InProcessBroker()),
        store=MemoryConfigStore(),
    )


def test_a_widget_that_raises_when_rendered_is_named_and_the_others_are_shown(
    services: DashboardServices,
) -> None:
    document = Document()
    context = SessionContext(services, SessionInfo("s1", "dummy"))
    assert WidgetPlace.HEADER in add_plugin_widgets(document, context)
    shown = {model.label for model in document.models if hasattr(model, "label")}
    assert {"First", "Second"} <= shown
    notices = {entry.title: entry.text for entry in services.notifications.since(0)}
    for name, said in (("Unmakeable", "no device"), ("Unrenderable", "no picture")):
        text = notices[f"Widget “{name}” of livedata-acme 1.4.2 cannot be shown"]
        assert said in text
        assert "`livedata plugins disable acme`" in text

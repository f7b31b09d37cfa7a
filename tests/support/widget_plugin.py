"""A plugin that adds widgets to every session: a button that can be pressed, a text."""

from __future__ import annotations

from collections.abc import Iterator

import panel as pn

from livedata_core.contract import SessionInfo, WidgetPlace, WidgetSpec, hookimpl


@hookimpl
def livedata_session_widgets(session: SessionInfo) -> Iterator[WidgetSpec]:
    yield WidgetSpec(
        name="bell",
        title="Bell",
        place=WidgetPlace.HEADER,
        factory="tests.support.widget_plugin:bell",
    )
    yield WidgetSpec(
        name="shift",
        title="Shift",
        place=WidgetPlace.RAIL,
        factory="tests.support.widget_plugin:shift",
    )


def bell(session: SessionInfo) -> pn.widgets.Button:
    """Return a button that says what has been done with it."""
    button = pn.widgets.Button(label="Ring")
    button.on_click(lambda _event: button.param.update(label="Rung"))
    return button


def shift(session: SessionInfo) -> pn.pane.HTML:
    """Return a line of text."""
    return pn.pane.HTML("On shift: nobody")

"""What browsers say: JSON messages, checked before anything acts on them."""

from __future__ import annotations

import logging
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
)

from livedata_panel.job_events import AnyJobEvent
from livedata_panel.layout_events import AnyLayoutEvent
from livedata_panel.plot_events import AnyPlotEvent
from livedata_panel.region_events import AnyRegionEvent

__all__ = [
    "HARMLESS",
    "ApplyForm",
    "Change",
    "ChooseLayer",
    "ChoosePlotter",
    "ChooseScope",
    "ChooseSource",
    "CloseForm",
    "ConfigurePlot",
    "ConfigureWorkflow",
    "Event",
    "Hello",
    "Navigate",
    "Pause",
    "Recall",
    "ResetField",
    "Slide",
    "Start",
    "Stop",
    "Theme",
    "Visible",
    "Zoom",
    "parse_event",
]

log = logging.getLogger(__name__)

ThemeName = Literal["light", "dark"]
Text = Annotated[str, Field(max_length=500)]
Position = Annotated[int, Field(ge=0, le=2**31)]
MOST_CELLS = 200

Limits = tuple[FiniteFloat, FiniteFloat]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Hello(_Event):
    """The page has loaded; it wishes to see `page` (may be unknown) in `theme`.

    `large` tells of a very large screen, where text is larger; `kiosk` of one that only
    shows.
    """

    kind: Literal["hello"]
    page: Text = ""
    theme: ThemeName = "light"
    large: bool = False
    kiosk: bool = False
    visible: bool = True


class Recall(_Event):
    """What was chosen in a tab before its page was loaded anew.

    `sliders` are positions by cell and dim; `paused` are names of frames at which plots
    stood still, by cell.
    """

    kind: Literal["recall"]
    sliders: dict[Text, dict[Text, Position]] = Field(
        default_factory=dict, max_length=MOST_CELLS
    )
    paused: dict[Text, Text] = Field(default_factory=dict, max_length=MOST_CELLS)


class Navigate(_Event):
    """Open a page."""

    kind: Literal["navigate"]
    page: Text


class Visible(_Event):
    """The browser's tab was shown or hidden."""

    kind: Literal["visible"]
    visible: bool


class Theme(_Event):
    """Light or dark."""

    kind: Literal["theme"]
    theme: ThemeName


class Zoom(_Event):
    """Where the axes of a plot have come to rest; None: all of the data is shown."""

    kind: Literal["zoom"]
    cell: Text
    region: tuple[Limits, Limits] | None


class Slide(_Event):
    """A slider of a plot was moved, for this session alone."""

    kind: Literal["slide"]
    cell: Text
    dim: Text
    position: Position


class Pause(_Event):
    """A plot is to stand still, or to go on, for this session alone."""

    kind: Literal["pause"]
    cell: Text
    on: bool


class Start(_Event):
    """Start a workflow as it was configured last."""

    kind: Literal["start"]
    workflow: Text
    sources: tuple[Text, ...] | None = None


class Stop(_Event):
    """Stop a workflow."""

    kind: Literal["stop"]
    workflow: Text
    sources: tuple[Text, ...] | None = None


class ConfigureWorkflow(_Event):
    """Open the form of a workflow."""

    kind: Literal["configure-workflow"]
    workflow: Text


class ConfigurePlot(_Event):
    """Open the settings of a plot."""

    kind: Literal["configure-plot"]
    cell: Text


class ChoosePlotter(_Event):
    """Show the settings of another plotter."""

    kind: Literal["choose-plotter"]
    plotter: Text


class ChooseLayer(_Event):
    """Show the settings of another layer."""

    kind: Literal["choose-layer"]
    layer: Text


class Change(_Event):
    """Something was entered into a field."""

    kind: Literal["change"]
    path: tuple[Text, ...]
    value: bool | Annotated[str, Field(max_length=20_000)]


class ChooseSource(_Event):
    """A source was ticked or not."""

    kind: Literal["choose-source"]
    source: Text
    selected: bool


class ChooseScope(_Event):
    """Show the values of one source; empty: those of all."""

    kind: Literal["choose-scope"]
    source: Text


class ResetField(_Event):
    """A field, or all, goes back to the default."""

    kind: Literal["reset"]
    path: tuple[Text, ...] | None = None


class ApplyForm(_Event):
    """The form's button."""

    kind: Literal["apply"]


class DiscardDraft(_Event):
    """Show the form as if nothing had been entered."""

    kind: Literal["discard-draft"]


class CloseForm(_Event):
    """Close the form."""

    kind: Literal["close"]


Event = (
    Hello
    | Recall
    | Navigate
    | Visible
    | Theme
    | Zoom
    | Slide
    | Pause
    | Start
    | Stop
    | ConfigureWorkflow
    | ConfigurePlot
    | ChoosePlotter
    | ChooseLayer
    | Change
    | ChooseSource
    | ChooseScope
    | ResetField
    | ApplyForm
    | DiscardDraft
    | CloseForm
    | AnyJobEvent
    | AnyLayoutEvent
    | AnyPlotEvent
    | AnyRegionEvent
)

HARMLESS = (Hello, Recall, Navigate, Visible, Theme, Zoom)
"""What changes nothing for others: all that a screen that only shows may say."""

_ADAPTER: TypeAdapter[Event] = TypeAdapter(
    Annotated[Event, Field(discriminator="kind")]
)


def parse_event(text: str) -> Event | None:
    """Return what a browser said, or None (logged) for what nobody understands."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        log.warning("a browser sent something strange: %s", error)
        return None

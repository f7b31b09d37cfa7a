"""The map that a master plot draws: whatever its pipe was sent last."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import holoviews as hv
from holoviews.core.data import disable_pipeline
from holoviews.core.options import Compositor

from livedata_panel.render.backend import BACKEND
from livedata_panel.render.elements import parts

__all__ = ["following", "is_plain"]


class PlainMap(hv.DynamicMap):  # type: ignore[misc]  # has no types
    """A map whose elements are drawn as they are.

    HoloViews has its compositors look at every element of a map, which takes a third of
    an update of a plot, whether there is anything to do for them or not.
    """

    # By which HoloViews clones a map; it is sought under the name of the class.
    __pos_params = ["callback"]  # noqa: RUF012 - as HoloViews has it

    def map(self, *_: Any, **__: Any) -> PlainMap:
        """Return the map itself: there is nothing to do for the compositors."""
        return self


def following(pipe: hv.streams.Pipe, element: Any) -> hv.DynamicMap:
    """Return a map of what the pipe is sent: elements of the structure of `element`."""
    kind = PlainMap if is_plain(element) else hv.DynamicMap
    return kind(lambda data: data, streams=[pipe])


def is_plain(element: Any) -> bool:
    """Return whether HoloViews draws an element as it is.

    Of others, such as distributions and hexagonal bins, it first makes another one. Two
    elements of equal structure are alike in this.
    """
    with disable_pipeline():
        drawn = Compositor.map(element, mode="data", backend=BACKEND)
    return all(
        one is other or isinstance(one, hv.core.CompositeOverlay)
        for one, other in zip_longest(parts(element), parts(drawn))
    )

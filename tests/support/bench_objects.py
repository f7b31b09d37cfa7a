"""What a process holds: objects that leaks leave behind, listeners, and its heap.

Counting walks over everything that the collector knows, a second in a large process.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.support.bench_meter import rss_mb

__all__ = ["growth", "heap_mb", "listeners", "objects", "types"]


def objects() -> dict[str, int]:
    """Count what a leak would leave behind, after a collection of garbage.

    Kinds whose library is not loaded yet count as none.
    """
    from bokeh.document import Document
    from bokeh.model import Model

    gc.collect()
    kinds: dict[str, type] = {"documents": Document, "models": Model}
    if "holoviews.plotting" in sys.modules:
        kinds["plots"] = sys.modules["holoviews.plotting"].Plot
        kinds["elements"] = sys.modules["holoviews"].Element
    everything = gc.get_objects()
    counts = {
        f"gc_{name}": len(_instances(everything, kind)) for name, kind in kinds.items()
    }
    return {
        **counts,
        **listeners(everything),
        "gc_all": len(everything),
        "blocks": sys.getallocatedblocks(),
        "n_threads": threading.active_count(),
    }


def listeners(everything: Iterable[object]) -> dict[str, int]:
    """Count who is registered to be called, and options that HoloViews keeps."""
    from bokeh.model import Model

    models: list[Any] = _instances(everything, Model)
    counts = {
        "model_callbacks": sum(
            len(callbacks)
            for model in models
            for callbacks in getattr(model, "_callbacks", {}).values()
        )
    }
    if "param" in sys.modules:
        watcher = sys.modules["param.parameterized"].Watcher
        counts["param_watchers"] = len(_instances(everything, watcher))
    if "panel.io.state" in sys.modules:
        state = sys.modules["panel.io.state"].state
        counts["panel_views"] = len(state._views)
    if "holoviews.plotting" in sys.modules:
        holoviews = sys.modules["holoviews"]
        streams: list[Any] = _instances(everything, holoviews.streams.Stream)
        counts["subscribers"] = sum(len(stream._subscribers) for stream in streams)
        counts["option_ids"] = len(holoviews.Store._custom_options.get("bokeh", ()))
    return counts


def _instances(everything: Iterable[object], kind: type) -> list[Any]:
    # A proxy that is asked for its class may raise; `type` never does.
    return [item for item in everything if issubclass(type(item), kind)]


def types() -> Counter[str]:
    """Count all objects that the collector knows by their types."""
    gc.collect()
    return Counter(
        f"{type(item).__module__}.{type(item).__qualname__}"
        for item in gc.get_objects()
    )


def growth(before: Counter[str], after: Counter[str], most: int = 40) -> dict[str, int]:
    """Return the types of which there are more than before, most first."""
    return dict((after - before).most_common(most))


class _Mallinfo(ctypes.Structure):
    """Of glibc's ``mallinfo2``."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        )
    ]


def heap_mb() -> dict[str, float]:
    """Return resident memory and, with glibc, what of its heap is used and free, MB.

    `used` is without Python's small objects, whose pools are mapped past malloc.
    """
    sizes = {"rss_mb": rss_mb()}
    mallinfo = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo is not None:
        mallinfo.restype = _Mallinfo
        info = mallinfo()
        sizes["used_mb"] = (info.uordblks + info.hblkhd) / 1e6
        sizes["free_mb"] = info.fordblks / 1e6
    return sizes

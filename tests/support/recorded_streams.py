"""Device values and log series among messages, made comparable.

Results that have a window are compared by `tests.support.recorded_results`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from livedata_core.contract import Message, WireMessage
from tests.support.codecs import decode
from tests.support.recorded_results import SPECS, Result, Window, by_window

DEVICES = "dummy_livedata_nicos_data"


def device_results(
    messages: Iterable[Message[Any]], results: Sequence[Result]
) -> list[Result]:
    """Return the device values, each with the key of the result that it repeats.

    Of two jobs on one source the newest has the device; the reference lets a device
    jump between them.

    Raises
    ------
    KeyError
        If a device has a value that no result has.
    """
    keys = {(_device(window), *window[1:]): window[0] for window in by_window(results)}
    newest: dict[tuple[str, int], tuple[int, Result]] = {}
    for message in messages:
        if message.topic != DEVICES:
            continue
        start, end = (
            round(int(message.payload.get(name).values) / 1e6)
            for name in ("start_time", "end_time")
        )
        result = keys[message.source_name, start, end], message
        known = newest.setdefault((message.source_name, end), (start, result))
        if start > known[0]:
            newest[message.source_name, end] = start, result
    return [result for _, result in newest.values()]


def recorded_devices(
    recording: Sequence[WireMessage], results: Sequence[Result]
) -> list[Result]:
    """Return the recorded device values that repeat some of the recorded results."""
    names = {_device(window) for window in by_window(results)}
    messages = [decode(wire) for wire in recording if wire.topic == DEVICES]
    return device_results((m for m in messages if m.source_name in names), results)


def _device(window: Window) -> str | None:
    key = window[0]
    output = SPECS[key.workflow_id].output(key.output_name)
    if output is None or output.device is None:
        return None
    return output.device.replace("{source}", key.job_id.source_name)


def samples(found: Iterable[Result]) -> dict[tuple[object, ...], dict[int, float]]:
    """Return the values of series by time, by source and all that describes them."""
    series: dict[tuple[object, ...], dict[int, float]] = {}
    for key, message in found:
        signal, time = (message.payload.get(name) for name in ("signal", "time"))
        about = (
            key.job_id.source_name,
            *(
                (v.name, v.dims, v.unit, v.label, v.values.dtype)
                for v in message.payload.variables
            ),
        )
        times = time.values.astype(np.int64).tolist()
        pairs = dict(zip(times, signal.values.tolist(), strict=True))
        series.setdefault(about, {}).update(pairs)
    return series


def series_fault(ours: Iterable[Result], theirs: Iterable[Result]) -> str:
    """Return where log series differ, sample by sample; empty if nowhere.

    How many samples travel together is each system's own business; ours may have more
    before and after those that were recorded.
    """
    found, expected = samples(ours), samples(theirs)
    if found.keys() != expected.keys():
        return f"{sorted(map(str, found))} in place of {sorted(map(str, expected))}"
    for about, values in expected.items():
        own = found[about]
        first, last = min(values), max(values)
        times = sorted(time for time in own if first <= time <= last)
        if times != sorted(values):
            return f"{about[0]}: samples at other times"
        pairs = [own[time] for time in times], [values[time] for time in times]
        if not np.array_equal(*pairs, equal_nan=True):
            return f"{about[0]}: other values"
    return ""

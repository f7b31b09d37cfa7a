"""Results as messages: coords of their time, and scipp arrays taken apart.

Imports scipp; jobs import this module with their first results.
"""

from __future__ import annotations

import scipp as sc

from livedata_core.api import from_scipp
from livedata_core.contract import (
    ArrayData,
    Message,
    OutputSpec,
    ResultKey,
    Temporality,
)

__all__ = ["result_message"]


def result_message(
    topic: str,
    key: ResultKey,
    output: OutputSpec,
    data: sc.DataArray,
    *,
    generation_ns: int,
    start_ns: int,
    end_ns: int,
) -> Message[ArrayData]:
    """Return the message of one output.

    Bounded outputs get the 0-D coords ``start_time`` and ``time`` (int64 ns) from
    `start_ns` and `end_ns`. The timestamp of every message is `generation_ns`: when
    the accumulation began.

    Raises
    ------
    ValueError
        If the data cannot be sent.
    """
    if output.temporality is not Temporality.SERIES:
        data = data.assign_coords(
            start_time=sc.scalar(start_ns, unit="ns", dtype="int64"),
            time=sc.scalar(end_ns, unit="ns", dtype="int64"),
        )
    return Message(
        topic=topic,
        source_name=key.to_wire(),
        timestamp_ns=generation_ns,
        payload=from_scipp(data, output.title),
    )

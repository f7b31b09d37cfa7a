"""Payloads to try codecs on, and comparing them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from livedata_core.contract import (
    Alarm,
    ArrayData,
    ConnectionStatus,
    EventData,
    ImageData,
    LogData,
    Message,
    RunStart,
    RunStop,
    Variable,
)

__all__ = ["differing", "made"]

_TIME_NS = 1_800_000_000_000_000_000
_TOLERANCE = 1e-6
"""What a codec may lose of a number, relative: that of a float32."""


def made(payload: type) -> Iterator[Message[Any]]:
    """Yield made-up messages with a payload of the contract; nothing for others."""
    ids = np.array([3, 1, 2], dtype=np.int32)
    samples: tuple[Any, ...] = (
        EventData(
            reference_time=np.array([_TIME_NS]),
            reference_time_index=np.zeros(1, dtype=np.int32),
            time_of_flight=ids * 1000,
            pixel_id=ids,
        ),
        ImageData(np.arange(6, dtype=np.uint16).reshape(2, 3)),
        LogData(np.array(1.5)),
        LogData(np.array([1, 2, 3], dtype=np.int64)),
        ArrayData(
            (
                Variable("signal", ("x",), np.array([1.0, np.nan, 3.0]), "counts"),
                Variable("x", ("x",), np.array([0.0, 0.5, 1.0, 1.5]), "mm"),
            )
        ),
        Alarm("MAJOR", "too hot"),
        ConnectionStatus("CONNECTED", "forwarder"),
        RunStart("run 1", _TIME_NS, instrument="acme"),
        RunStop("run 1", _TIME_NS + 10**9),
    )
    for sample in samples:
        if type(sample) is payload:
            # Messages of runs name no source and are of the time that they tell.
            source = "" if isinstance(sample, RunStart | RunStop) else "source"
            time_ns = sample.stop_ns if isinstance(sample, RunStop) else _TIME_NS
            yield Message("check_topic", source, time_ns, sample)


def differing(sent: Any, read: Any) -> list[str]:
    """Return the fields that both have and that are not equal, up to rounding.

    A decoder may give another class than the encoder took, as where a device's own
    payload becomes a reading; then the fields of equal names are compared.

    Examples
    --------
    >>> differing(LogData(np.array(1.5)), LogData(np.array(1.5, dtype=np.float32)))
    []
    >>> differing(Alarm("MAJOR", "hot"), Alarm("MAJOR", "cold"))
    ['text']
    """
    if not (is_dataclass(sent) and is_dataclass(read)):
        return []
    common = {field.name for field in fields(sent)} & {f.name for f in fields(read)}
    return [
        field.name
        for field in fields(sent)
        if field.name in common
        and not _equal(getattr(sent, field.name), getattr(read, field.name))
    ]


def _equal(sent: Any, read: Any) -> bool:
    if sent is None or read is None:  # what is left out may come as empty
        other = read if sent is None else sent
        return other is None or (
            not other if isinstance(other, str) else not np.size(other)
        )
    if is_dataclass(sent):
        return type(sent) is type(read) and differing(sent, read) == []
    if isinstance(sent, tuple | list):
        return len(sent) == len(read) and all(map(_equal, sent, read))
    if isinstance(sent, np.ndarray | np.generic | int | float):
        return _close(np.asarray(sent), np.asarray(read))
    return bool(sent == read)


def _close(sent: Any, read: Any) -> bool:
    if sent.shape != read.shape:
        return False
    if sent.dtype.kind not in "fc" and read.dtype.kind not in "fc":
        return bool(np.array_equal(sent, read))
    return bool(np.allclose(sent, read, rtol=_TOLERANCE, atol=0.0, equal_nan=True))

"""Small previews of outputs: what their latest data look like, before a plot of them.

Whatever the size of the data, a few hundred values of them are looked at: a preview is
made on the event loop. A sample, not a sum; it tells what an output is, not how much.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from livedata_core.contract import ArrayData

__all__ = ["preview"]

MOST_POINTS = 48
"""Of a curve, and about the rows and columns of an image."""

_PALETTE = bytes.fromhex(
    "440154481a6c472f7d414487395568"
    "31688e2a788e23888e1f988b22a884"
    "35b77954c5687ad151a5db36d2e21b"
    "fde725"
)
"""Sixteen colours of viridis."""

Values = npt.NDArray[np.float64]


def preview(data: ArrayData) -> dict[str, Any] | None:
    """Return what a browser draws: a number, a curve or an image; None: neither.

    Numbers are texts with their unit. Curves are heights from 0 to 1, None where there
    is nothing to draw. Images are addresses of a PNG.
    """
    signal = data.get("signal")
    if signal is None or signal.values.size == 0:
        return None
    values = signal.values
    if values.dtype.kind not in "biuf":
        return None
    if values.ndim == 0 or (values.ndim == 1 and signal.dims == ("time",)):
        return _number(float(values.reshape(-1)[-1]), signal.unit)
    if values.ndim == 1:
        return _curve(_sampled(values))
    while values.ndim > 2:
        values = values[len(values) // 2]
    return _image(_sampled(values))


def _number(value: float, unit: str | None) -> dict[str, Any]:
    shown = f"{value:,.0f}" if value.is_integer() else f"{value:.4g}"
    name = "" if unit in (None, "dimensionless", "1") else f" {unit}"
    return {"kind": "number", "text": f"{shown}{name}"}


def _sampled(values: npt.NDArray[np.generic]) -> Values:
    """Return every n-th value along each dim."""
    steps = tuple(slice(None, None, -(-size // MOST_POINTS)) for size in values.shape)
    return values[steps].astype(np.float64)


def _scaled(values: Values) -> Values | None:
    """Return values from 0 to 1; None if there is no finite one."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    low, high = float(finite.min()), float(finite.max())
    return (values - low) / (high - low if high > low else 1.0)


def _curve(values: Values) -> dict[str, Any] | None:
    scaled = _scaled(values)
    if scaled is None:
        return None
    heights = [round(v, 3) if np.isfinite(v) else None for v in scaled.tolist()]
    return {"kind": "curve", "heights": heights}


def _image(values: Values) -> dict[str, Any] | None:
    scaled = _scaled(values)
    if scaled is None:
        return None
    # The square root shows what a few bright pixels would hide.
    levels = np.nan_to_num(np.sqrt(scaled) * 15).astype(np.uint8)
    png = base64.b64encode(_png(levels[::-1])).decode()
    return {"kind": "image", "address": f"data:image/png;base64,{png}"}


def _png(levels: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG of a palette's indices [row, column], the first row on top.

    After the PNG specification, third edition (W3C 2025): colour type 3, 8 bits.
    """
    height, width = levels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    chunks = [
        (b"IHDR", header),
        (b"PLTE", _PALETTE),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(chunks))


def _chunks(chunks: list[tuple[bytes, bytes]]) -> Iterator[bytes]:
    for name, content in chunks:
        check = zlib.crc32(name + content)
        yield (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
        )

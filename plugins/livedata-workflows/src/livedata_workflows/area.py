"""Area detector view: the sum of a camera's images, in blocks where that is asked for.

Sums of whole numbers are kept in int64 and sent as int32 for as long as they fit, as
the reference system does, and as int64 from then on. Sums of real numbers, and those
that int64 cannot hold, are float64.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import (
    AreaDetector,
    Batch,
    ImageData,
    Message,
    WorkflowContext,
)
from livedata_workflows.params import AreaDetectorParams
from livedata_workflows.readable import readable
from livedata_workflows.sources import params_of, source_of

__all__ = ["AreaDetectorView", "block_sums"]

Image = npt.NDArray[Any]

_INT32 = np.iinfo(np.int32)
_INT64 = np.iinfo(np.int64)


class AreaDetectorView:
    """Sums images; `params` say how they are reduced."""

    def __init__(
        self, camera: AreaDetector, params: AreaDetectorParams | None = None
    ) -> None:
        self._camera = camera
        self._block = (params or AreaDetectorParams()).downsampling
        self._current = self._zeros()
        self._cumulative = self._zeros()

    @classmethod
    def from_context(cls, context: WorkflowContext) -> AreaDetectorView:
        """Make the view of the context's source."""
        camera = source_of(context, AreaDetector)
        return cls(camera, params_of(context, AreaDetectorParams))

    def accumulate(self, batch: Batch) -> None:
        """Add images.

        Raises
        ------
        ValueError
            In the end, if an image has not the camera's shape or is not of numbers.
        """
        messages = batch.messages.get(self._camera.name, ())
        for values in readable(messages, self._image):
            self._current = _sum(self._current, block_sums(values, self._block))

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return both sums."""
        current, self._current = self._current, self._zeros()
        self._cumulative = _sum(self._cumulative, current)
        return {
            "cumulative": _picture(self._cumulative),
            "current": _picture(current),
        }

    def reset(self) -> None:
        """Begin with empty images."""
        self._current = self._zeros()
        self._cumulative = self._zeros()

    def _image(self, message: Message[Any]) -> Image:
        """Return the numbers of an image."""
        image = message.payload
        values = image.values if isinstance(image, ImageData) else np.array(())
        if values.shape != self._camera.shape or values.dtype.kind not in "biuf":
            raise ValueError(
                f"{self._camera.name} sent an image of shape {values.shape} and "
                f"dtype {values.dtype} on {message.topic}; it is declared with "
                f"numbers of shape {self._camera.shape}"
            )
        return values

    def _zeros(self) -> Image:
        shape = tuple(-(-size // self._block) for size in self._camera.shape)
        return np.zeros(shape, dtype=np.int64)


def block_sums(image: Image, block: int) -> Image:
    """Return the sums of square blocks; those at the far edges may be smaller.

    Whole numbers are summed as int64, or float64 where they might not fit.

    Examples
    --------
    >>> block_sums(np.ones((3, 4), dtype=np.uint16), 2).tolist()
    [[4, 4], [2, 2]]
    """
    whole = image.dtype.kind in "biu"
    if whole and image.dtype.itemsize == 8 and image.size:
        whole = max(abs(int(image.max())), abs(int(image.min()))) <= _INT64.max // (
            block**image.ndim
        )
    sums = image.astype(np.int64 if whole else np.float64)
    if block > 1:
        for axis in range(image.ndim):
            starts = np.arange(0, image.shape[axis], block)
            sums = np.add.reduceat(sums, starts, axis=axis)
    return sums


def _sum(sums: Image, more: Image) -> Image:
    """Return the sum; float64 where int64 would overflow."""
    whole = sums.dtype.kind == "i" and more.dtype.kind == "i" and sums.size
    if whole and _extent(sums) + _extent(more) > _INT64.max:
        return sums.astype(np.float64) + more
    return sums + more


def _extent(values: Image) -> int:
    return max(int(values.max()), -int(values.min()))


def _picture(values: Image) -> sc.DataArray:
    if values.dtype.kind == "i" and (not values.size or _extent(values) <= _INT32.max):
        values = values.astype(np.int32)
    dims = [f"dim_{axis}" for axis in range(values.ndim)]
    return sc.DataArray(sc.array(dims=dims, values=values, unit="dimensionless"))

"""Screens: what an image shows, and where on it each pixel of a bank is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import Detector

__all__ = ["Axis", "Screen"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One direction of an image, for regions that are drawn on it.

    `edges` are those of its pixels, [pixel + 1], in `unit`; None: indices of pixels.
    """

    size: int
    edges: Floats | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """An image and the pixels of the bank that it shows.

    Attributes
    ----------
    dims, shape:
        Of the image.
    coords:
        Of the image.
    places:
        Place of each detector pixel in the flattened image, -1 for none, int32
        [replica, pixel], the number of replicas being a power of two. None: image and
        bank have the same pixels in the same order.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    coords: Mapping[str, sc.Variable] = field(default_factory=dict)
    places: npt.NDArray[np.int32] | None = None
    axes: tuple[Axis, Axis] | None = None
    """Vertical and horizontal, where regions can be drawn."""

    @classmethod
    def logical(
        cls,
        detector: Detector,
        dims: tuple[str, ...] | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> Screen:
        """Return the screen of a bank as it is wired, or folded to another shape.

        Raises
        ------
        ValueError
            If the shape has another number of pixels than the bank.
        """
        dims, shape = dims or detector.dims, shape or detector.shape
        pixels = int(np.prod(detector.shape))
        if np.prod(shape) != pixels or len(dims) != len(shape):
            raise ValueError(
                f"{detector.name} has {pixels} pixels; they do not fit dims {dims} of "
                f"shape {shape}"
            )
        number = sc.array(
            dims=dims,
            values=np.arange(pixels, dtype=np.int64).reshape(shape)
            + detector.first_pixel_id,
            unit=None,
        )
        axes = (Axis(shape[0]), Axis(shape[1])) if len(shape) == 2 else None
        return cls(dims, shape, {"detector_number": number}, axes=axes)

    @property
    def size(self) -> int:
        """Number of pixels of the image."""
        return int(np.prod(self.shape))

    def pixel_numbers(self) -> Floats:
        """Return how many detector pixels are behind each place, on average."""
        if self.places is None:
            return np.ones(self.size)
        seen = self.places[self.places >= 0]
        numbers: Floats = np.bincount(seen, minlength=self.size) / len(self.places)
        return numbers

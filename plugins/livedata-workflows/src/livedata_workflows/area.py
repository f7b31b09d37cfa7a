"""Area detector view: the sum of a camera's images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import AreaDetector, Batch, ImageData, WorkflowContext
from livedata_workflows.sources import source_of

__all__ = ["AreaDetectorView"]

Image = npt.NDArray[Any]


class AreaDetectorView:
    """Sums images; whole numbers in int64, which sums of 16-bit images never fill."""

    def __init__(self, camera: AreaDetector) -> None:
        self._camera = camera
        self._current = self._zeros()
        self._cumulative = self._zeros()

    @classmethod
    def from_context(cls, context: WorkflowContext) -> AreaDetectorView:
        """Make the view of the context's source."""
        return cls(source_of(context, AreaDetector))

    def accumulate(self, batch: Batch) -> None:
        """Add images.

        Raises
        ------
        ValueError
            If an image has not the camera's shape.
        """
        for message in batch.messages.get(self._camera.name, ()):
            image = message.payload
            values = image.values if isinstance(image, ImageData) else np.array(())
            if values.shape != self._camera.shape:
                raise ValueError(
                    f"{self._camera.name} sent an image of shape {values.shape} on "
                    f"{message.topic}; it is declared with {self._camera.shape}"
                )
            self._current = self._current + values

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return both sums."""
        current, self._current = self._current, self._zeros()
        self._cumulative = self._cumulative + current
        return {
            "cumulative": self._picture(self._cumulative),
            "current": self._picture(current),
        }

    def reset(self) -> None:
        """Begin with empty images."""
        self._current = self._zeros()
        self._cumulative = self._zeros()

    def _zeros(self) -> Image:
        return np.zeros(self._camera.shape, dtype=np.int64)

    def _picture(self, values: Image) -> sc.DataArray:
        dims = [f"dim_{axis}" for axis in range(values.ndim)]
        return sc.DataArray(
            sc.array(dims=dims, values=values, unit="dimensionless"),
        )

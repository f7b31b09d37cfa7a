"""What benchmarks show: results that tell in their own values which frame they are.

Frame `k` is due at a fixed time (`Load.due_ns`), and the corners of each image and the
first value of each curve are `k`. Whoever sees the values, a client or a browser, thus
knows how late they are.
"""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livedata_core.contract import (
    ArrayData,
    DataKey,
    JobId,
    ResultKey,
    Variable,
    WorkflowId,
)

__all__ = ["CURVE", "IMAGE", "INSTRUMENT", "OUTPUT", "Frames", "Load"]

INSTRUMENT = "bench"
IMAGE = WorkflowId(INSTRUMENT, "image", 1)
CURVE = WorkflowId(INSTRUMENT, "curve", 1)
OUTPUT = "current"
PATTERNS = 8
NS = 1_000_000_000


@dataclass(frozen=True)
class Load:
    """How much is shown: images of `size` squared, curves of `bins`, at `rate` Hz."""

    images: int = 6
    size: int = 256
    curves: int = 6
    bins: int = 500
    rate: float = 1.0

    @property
    def cells(self) -> int:
        """Plots of the grid."""
        return self.images + self.curves

    @property
    def sources(self) -> tuple[tuple[WorkflowId, str], ...]:
        """Workflow and source of each cell; images and curves take turns."""
        images = [(IMAGE, f"image_{i}") for i in range(self.images)]
        curves = [(CURVE, f"curve_{i}") for i in range(self.curves)]
        common = min(self.images, self.curves)
        turns = [pair for both in zip(images, curves, strict=False) for pair in both]
        return (*turns, *images[common:], *curves[common:])

    def __str__(self) -> str:
        return (
            f"{self.images} images of {self.size} x {self.size} and {self.curves} "
            f"curves of {self.bins} bins at {self.rate:g} Hz"
        )

    def due_ns(self, began_ns: int, frame: int) -> int:
        """Return when frame `frame` is due, ns since the epoch."""
        return began_ns + int(frame * NS / self.rate)

    def arguments(self) -> list[str]:
        """Return the load as arguments for `add_arguments`."""
        names = ("images", "size", "curves", "bins", "rate")
        return [f"--{name}={getattr(self, name)}" for name in names]

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """Add options for a load to a parser."""
        for name in ("images", "size", "curves", "bins"):
            parser.add_argument(f"--{name}", type=int, default=getattr(cls, name))
        parser.add_argument("--rate", type=float, default=cls.rate, help="Hz")

    @classmethod
    def of(cls, options: argparse.Namespace) -> Load:
        """Return the load that was asked for."""
        names = ("images", "size", "curves", "bins", "rate")
        return cls(**{name: getattr(options, name) for name in names})


class Frames:
    """Makes the results of a load."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.jobs = {source: uuid.uuid4() for _, source in load.sources}
        random = np.random.default_rng(1)
        shape = (PATTERNS, load.size, load.size)
        self._images = random.poisson(100, shape).astype(np.float64)
        self._curves = random.poisson(100, (PATTERNS, load.bins)).astype(np.float64)

    def results(
        self, frame: int, time_ns: int
    ) -> Iterator[tuple[ResultKey, ArrayData]]:
        """Yield what each source sends as frame `frame` for the time `time_ns`."""
        for number, (workflow, source) in enumerate(self.load.sources):
            key = ResultKey(workflow, JobId(source, self.jobs[source]), OUTPUT)
            values = self._values(workflow, frame, number)
            yield key, _array(values, time_ns, self.load.rate)

    def streams(self) -> list[DataKey]:
        """Return the streams of results."""
        return [
            ResultKey(workflow, JobId(source, self.jobs[source]), OUTPUT).data_key
            for workflow, source in self.load.sources
        ]

    def _values(
        self, workflow: WorkflowId, frame: int, number: int
    ) -> npt.NDArray[np.float64]:
        pattern = (frame + number) % PATTERNS
        if workflow == CURVE:
            curve: npt.NDArray[np.float64] = self._curves[pattern] + frame
            curve[0] = frame
            return curve
        image: npt.NDArray[np.float64] = self._images[pattern] + frame
        image[:: image.shape[0] - 1, :: image.shape[1] - 1] = frame
        return image


def _array(values: npt.NDArray[np.float64], time_ns: int, rate: float) -> ArrayData:
    dims = ("y", "x")[-values.ndim :]
    edges = [
        Variable(dim, (dim,), np.arange(size + 1.0), "mm")
        for dim, size in zip(dims, values.shape, strict=True)
    ]
    start_ns = time_ns - int(NS / rate)
    times = [
        Variable(name, (), np.array(value, np.int64), "ns")
        for name, value in (("start_time", start_ns), ("time", time_ns))
    ]
    signal = Variable("signal", dims, values, "counts", "Counts")
    return ArrayData((signal, *edges, *times))

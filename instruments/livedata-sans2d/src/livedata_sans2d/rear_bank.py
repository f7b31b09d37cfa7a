"""The plotter of the rear bank: an image in mm with beam centre and Q rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import holoviews as hv
import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import PlotInput, View
from livedata_plotters.image import ImageFrame, draw_image, image_frame
from livedata_plotters.rates import per_second
from livedata_sans2d.geometry import bank_edges_mm, ring_radius_mm
from livedata_sans2d.instrument import BANK_SHAPE
from livedata_sans2d.params import RearBankParams

__all__ = ["RearBankFrame", "RearBankPlotter", "Ring"]

_CROSS_MM = 25.0
_VERTICES = 181
_COLOUR = "#ff2bd6"


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of equal Q around the beam centre: Q in 1/Å, radius in mm."""

    q: float
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class RearBankFrame:
    """The image of the bank and what is drawn on top; lengths in mm.

    Attributes
    ----------
    image:
        The image, its axes from the middle of the bank.
    beam:
        The beam centre, x and y.
    rings:
        By growing Q; those that no neutron of the wavelength reaches are missing.
    """

    image: ImageFrame
    beam: tuple[float, float]
    rings: tuple[Ring, ...]


class RearBankPlotter:
    """Shows the rear bank of SANS2D."""

    def compute(
        self, inputs: Sequence[PlotInput], params: RearBankParams, view: View
    ) -> RearBankFrame:
        """Return the frame of the only input.

        Raises
        ------
        ValueError
            If it is not one image of the size of the bank.
        """
        shapes = [tuple(entry.data.shape) for entry in inputs]
        if shapes != [BANK_SHAPE]:
            raise ValueError(
                f"The rear bank has {BANK_SHAPE} tubes and pixels, but this layer has "
                f"data of sizes {shapes}. Choose another plotter for them."
            )
        image = image_frame(_in_mm(inputs[0]), params)
        return RearBankFrame(
            image=replace(image, summary=_summary(image.summary, params)),
            beam=(params.beam_x_mm, params.beam_y_mm),
            rings=_rings(params),
        )

    def shown(
        self, inputs: Sequence[PlotInput], params: RearBankParams, view: View
    ) -> list[PlotInput]:
        """Return the image in mm, for whoever saves it."""
        return per_second([_in_mm(inputs[0])], wanted=params.rate)

    def draw(self, frame: RearBankFrame) -> hv.Overlay:
        """Return the image with the marks on top."""
        image = draw_image(frame.image)
        return image * _marks(frame, image.kdims) * _texts(frame, image.kdims)


def _in_mm(entry: PlotInput) -> PlotInput:
    """Return the input with edges in mm in place of tubes and pixels."""
    rows, columns = entry.data.dims
    tubes, pixels = bank_edges_mm()
    placed = [name for name, coord in entry.data.coords.items() if coord.dims]
    data = entry.data.drop_coords(placed).rename_dims({rows: "y", columns: "x"})
    return replace(
        entry,
        data=data.assign_coords(
            x=sc.array(dims=["x"], values=pixels, unit="mm"),
            y=sc.array(dims=["y"], values=tubes, unit="mm"),
        ),
    )


def _summary(total: str, params: RearBankParams) -> str:
    """Return the total and what the rings hold for."""
    if not params.rings:
        return total
    nominal = f"rings for {params.wavelength:g} Å at {params.distance_m:g} m"
    return f"{total}, {nominal}" if total else nominal.capitalize()


def _rings(params: RearBankParams) -> tuple[Ring, ...]:
    rings = []
    for number in range(1, params.rings + 1):
        q = number * params.ring_step
        radius = ring_radius_mm(q, params.wavelength, params.distance_m)
        if radius is not None:
            rings.append(Ring(q, radius))
    return tuple(rings)


def _marks(frame: RearBankFrame, kdims: list[hv.Dimension]) -> hv.Path:
    """Return the cross at the beam centre and the rings as lines."""
    angles = np.linspace(0.0, 2.0 * np.pi, _VERTICES)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    arm = _CROSS_MM * np.array([-1.0, 1.0])
    flat = np.zeros(2)
    lines: list[npt.NDArray[np.float64]] = [
        np.column_stack([arm, flat]),
        np.column_stack([flat, arm]),
        *(ring.radius * circle for ring in frame.rings),
    ]
    path = hv.Path([line + frame.beam for line in lines], kdims=kdims)
    return path.opts(
        clone=False, backend="bokeh", color=_COLOUR, line_width=1.5, apply_ranges=False
    )


def _texts(frame: RearBankFrame, kdims: list[hv.Dimension]) -> hv.Labels:
    """Return the Q of each ring, at its lowest point."""
    x, y = frame.beam
    columns = (
        [x for _ in frame.rings],
        [y - ring.radius for ring in frame.rings],
        [f"{ring.q:g} 1/Å" for ring in frame.rings],
    )
    labels = hv.Labels(columns, kdims=kdims, vdims=["Q"])
    return labels.opts(
        clone=False,
        backend="bokeh",
        text_color="white",
        text_font_size="9pt",
        text_baseline="middle",
        background_fill_color="black",
        background_fill_alpha=0.65,
        apply_ranges=False,
    )

"""Declarations of the outputs of the standard workflows, with their titles. Light."""

from __future__ import annotations

from livedata_core.contract import CoordSpec, OutputSpec, Temporality

__all__ = ["BOUNDS", "count", "histogram", "monitor", "view"]

BOUNDS = (
    CoordSpec(name="start_time", dims=(), unit="ns"),
    CoordSpec(name="time", dims=(), unit="ns"),
)
_TIME_OF_ARRIVAL = CoordSpec(
    name="time_of_arrival", dims=("time_of_arrival",), unit="ms", edges=True
)
_TOTAL_DEVICE = "{source}_counts_total"


def view(
    dims: tuple[str, ...],
    *,
    regions: bool,
    devices: bool,
    titles: tuple[str, str] = ("Image", "Image update"),
    edges: str | None = None,
) -> tuple[OutputSpec, ...]:
    """Return the outputs of a detector view.

    Parameters
    ----------
    titles:
        Of the image since the start and of the last update.
    edges:
        Unit of the image's axes; None: it has pixel ids instead.
    """
    spectra = histogram(
        ("spectrum_cumulative", "Spectrum"),
        ("spectrum_current", "Spectrum update"),
        "Spectrum of the whole bank",
    )
    return (
        *_image(dims, titles, edges),
        *_counts("Total (update)", "Total in range (update)", devices),
        *spectra,
        *(_regions() if regions else ()),
        *((_slices(dims, edges),) if len(dims) == 2 else ()),
    )


def monitor(*, devices: bool) -> tuple[OutputSpec, ...]:
    """Return the outputs of a monitor histogram."""
    names = ("cumulative", "Histogram"), ("current", "Histogram update")
    return (
        *histogram(*names, "Counts"),
        *_counts("Total", "Total in range", devices),
    )


def histogram(
    cumulative: tuple[str, str], current: tuple[str, str], what: str
) -> tuple[OutputSpec, OutputSpec]:
    """Return two histograms over time of arrival by name and title."""
    dims, coords = ("time_of_arrival",), (_TIME_OF_ARRIVAL, *BOUNDS)
    return (
        OutputSpec(
            name=cumulative[0],
            title=cumulative[1],
            dims=dims,
            coords=coords,
            temporality=Temporality.CUMULATIVE,
            description=f"{what} since the start or the last reset.",
        ),
        OutputSpec(
            name=current[0],
            title=current[1],
            dims=dims,
            coords=coords,
            description=f"{what} of the last update.",
        ),
    )


def count(
    name: str,
    title: str,
    temporality: Temporality,
    what: str,
    dtype: str = "float64",
    device: str | None = None,
) -> OutputSpec:
    """Return one number of counts."""
    since = (
        "since the start or the last reset"
        if temporality is Temporality.CUMULATIVE
        else "of the last update"
    )
    return OutputSpec(
        name=name,
        title=title,
        dtype=dtype,
        coords=BOUNDS,
        temporality=temporality,
        description=f"{what}, {since}.",
        device=device,
    )


def _image(
    dims: tuple[str, ...], titles: tuple[str, str], edges: str | None
) -> tuple[OutputSpec, OutputSpec]:
    coords = (*_axes(dims, edges), *BOUNDS)
    return (
        OutputSpec(
            name="cumulative",
            title=titles[0],
            dims=dims,
            coords=coords,
            temporality=Temporality.CUMULATIVE,
            description="Counts since the start or the last reset.",
        ),
        OutputSpec(
            name="current",
            title=titles[1],
            dims=dims,
            coords=coords,
            description="Counts of the last update.",
        ),
    )


def _axes(dims: tuple[str, ...], edges: str | None) -> tuple[CoordSpec, ...]:
    if edges is None:
        return (CoordSpec(name="detector_number", dims=dims),)
    return tuple(
        CoordSpec(name=dim, dims=(dim,), unit=edges, edges=True) for dim in dims
    )


def _slices(dims: tuple[str, ...], edges: str | None) -> OutputSpec:
    return OutputSpec(
        name="slices_cumulative",
        title="Image in slices",
        dims=("time_of_arrival", *dims),
        coords=(*_axes(dims, edges), _TIME_OF_ARRIVAL, *BOUNDS),
        temporality=Temporality.CUMULATIVE,
        description="Counts in slices of the bins since the start or the last reset.",
        only_if="“Image in slices” is switched on in the parameters of the workflow",
    )


def _counts(total: str, in_range: str, devices: bool) -> tuple[OutputSpec, ...]:
    """Return the four counts; the titles of the window counts vary on the wire.

    The control system's device is the total since the start.
    """
    window, cumulative = Temporality.WINDOW, Temporality.CUMULATIVE
    framed, ranged = "Events within the bins", "Events within bins and range"
    device = _TOTAL_DEVICE if devices else None
    return (
        count("counts_total", total, window, framed),
        count("counts_total_cumulative", "Total", cumulative, framed, device=device),
        count("counts_in_toa_range", in_range, window, ranged),
        count("counts_in_toa_range_cumulative", "Total in range", cumulative, ranged),
    )


def _regions() -> tuple[OutputSpec, ...]:
    """Return the spectra of regions and what was accepted of those drawn."""
    coords = (
        CoordSpec(name="roi", dims=("roi",), unit="dimensionless"),
        _TIME_OF_ARRIVAL,
        *BOUNDS,
    )
    cumulative, current = (
        OutputSpec(
            name=f"roi_spectra_{part}",
            title=title,
            dims=("roi", "time_of_arrival"),
            coords=coords,
            temporality=temporality,
            description=f"Spectra of the pixels in each region, {since}.",
        )
        for part, title, temporality, since in (
            (
                "cumulative",
                "ROI spectra",
                Temporality.CUMULATIVE,
                "since the start or the last reset, or since the time that each has",
            ),
            ("current", "ROI spectra update", Temporality.WINDOW, "of the last update"),
        )
    )
    return (
        cumulative,
        current,
        _read_back("roi_rectangle", "ROI Rectangles (readback)", "bounds"),
        _read_back("roi_polygon", "ROI Polygons (readback)", "vertex"),
    )


def _read_back(name: str, title: str, dim: str) -> OutputSpec:
    return OutputSpec(
        name=name,
        title=title,
        dims=(dim,),
        unit="dimensionless",
        dtype="int32",
        coords=(
            CoordSpec(name="x", dims=(dim,)),
            CoordSpec(name="y", dims=(dim,)),
            CoordSpec(name="roi_index", dims=(dim,), unit="dimensionless"),
            *BOUNDS,
        ),
        temporality=Temporality.CUMULATIVE,
        description="The regions that the worker uses.",
    )

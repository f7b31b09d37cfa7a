"""What a layer shows, compared with what it should show.

Everything is read from the HoloViews element that is drawn, so that what a test sees
is what the browser gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["assert_drawn", "values_of"]


def values_of(element: Any, dim: int | str = -1) -> npt.NDArray[Any]:
    """Return the values that an element draws.

    Parameters
    ----------
    element:
        A HoloViews element; of an overlay, the first one in it.
    dim:
        Which of its dimensions, by name or place; by default the last, that is the
        colours of an image and the ordinates of a curve. Images come as [row, column]
        with the first row lowest on the screen.
    """
    import numpy as np

    element = elements_of(element)[0]
    dims = element.dimensions()
    index = dim if isinstance(dim, str) else dims[dim].name
    flat = index in {d.name for d in element.kdims}
    return np.asarray(element.dimension_values(index, expanded=not flat, flat=False))


def elements_of(drawn: Any) -> list[Any]:
    """Return the single elements of what is drawn, lowest first."""
    import holoviews as hv

    if isinstance(drawn, hv.Overlay | hv.NdOverlay | hv.Layout):
        return [item for part in drawn for item in elements_of(part)]
    return [drawn]


def labels_of(element: Any) -> list[str]:
    """Return the labels of an element's axes and of its values, units included."""
    return [dim.pprint_label for dim in elements_of(element)[0].dimensions()]


def assert_drawn(
    drawn: Any,
    *,
    values: npt.ArrayLike | None = None,
    total: float | None = None,
    labels: list[str] | None = None,
    kinds: list[str] | None = None,
) -> None:
    """Compare what is drawn with what should be; what is not given is not looked at.

    Parameters
    ----------
    drawn:
        An element or overlay.
    values:
        Values of its first element, as `values_of` gives them; NaN equals NaN.
    total:
        Their sum without NaN. Not for histograms drawn as steps: these have every
        value twice.
    labels:
        Of its axes and values, with units in brackets.
    kinds:
        Names of the types of its elements, lowest first, e.g. ``["Image", "Curve"]``.

    Raises
    ------
    AssertionError
        If something differs, with both.

    Examples
    --------
    >>> import holoviews as hv
    >>> curve = hv.Curve([1.0, 3.0], hv.Dimension("x", unit="mm"), "Counts")
    >>> assert_drawn(curve, values=[1, 3], labels=["x (mm)", "Counts"], kinds=["Curve"])
    >>> assert_drawn(curve, total=5)
    Traceback (most recent call last):
    AssertionError: the total is 4.0, not 5
    """
    import numpy as np

    elements = elements_of(drawn)
    if kinds is not None:
        found = [type(element).__name__ for element in elements]
        _must(found == kinds, f"{found} are drawn, not {kinds}")
    if labels is not None:
        found = labels_of(drawn)
        _must(found == labels, f"labels are {found}, not {labels}")
    if total is not None:
        summed = float(np.nansum(values_of(drawn)))
        _must(np.isclose(summed, total), f"the total is {summed}, not {total}")
    if values is not None:
        np.testing.assert_allclose(values_of(drawn), np.asarray(values, dtype=float))


def _must(holds: object, said: str) -> None:
    """Raise with what is said alone, which pytest would add its own view to."""
    if not holds:
        raise AssertionError(said)

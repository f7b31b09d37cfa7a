"""What axes look like to HoloViews: dimensions with labels, numbers of ticks."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv

__all__ = ["ZERO_WIDTH_SPACE", "dimensions", "tick_options"]

ZERO_WIDTH_SPACE = "\u200b"


def dimensions(*axes: tuple[str, object]) -> list[hv.Dimension]:
    """Return a dimension for each label and range; equal labels get invisible ends.

    Users may choose labels, and HoloViews takes dimensions of one label for the same.
    """
    names: list[str] = []
    for label, _ in axes:
        name = label
        while name in names:
            name += ZERO_WIDTH_SPACE
        names.append(name)
    return [
        hv.Dimension(name, **({} if limits is None else {"range": limits}))
        for name, (_, limits) in zip(names, axes, strict=True)
    ]


def tick_options(ticks: Sequence[tuple[str, int | None]]) -> dict[str, object]:
    """Return the option that sets numbers of ticks, none where none is asked for.

    Set in the ticker that the plot has: an axis of times or a logarithmic one keeps its
    kind, and no update makes a new one.

    Parameters
    ----------
    ticks:
        Pairs of a model of the plot (`xaxis`, `yaxis`, `colorbar`) and a number.
    """
    asked = {f"{m}.ticker.desired_num_ticks": number for m, number in ticks if number}
    return {"backend_opts": asked} if asked else {}

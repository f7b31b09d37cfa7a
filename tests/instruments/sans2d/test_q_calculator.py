"""The calculator agrees with the rings, and follows what is entered."""

from __future__ import annotations

import pytest

from livedata_core.contract import SessionInfo
from livedata_core.plugins import load_plugins
from livedata_sans2d.geometry import ring_radius_mm
from livedata_sans2d.q_calculator import momentum_transfer, q_calculator


@pytest.mark.parametrize("q", [0.01, 0.05, 0.3])
def test_it_is_the_inverse_of_the_rings_that_are_drawn(q: float) -> None:
    radius = ring_radius_mm(q, 6.0, 4.0)
    assert radius is not None
    assert momentum_transfer(radius, 6.0, 4.0) == pytest.approx(q)


def test_the_sentence_follows_what_is_entered() -> None:
    card = q_calculator(SessionInfo("s1", "sans2d"))
    radius, wavelength, _distance, result = card.objects
    assert result.object == "Q = 0.02617 1/Å\nd = 240.1 Å"
    radius.value = 200.0
    assert result.object.startswith("Q = 0.0523")
    wavelength.value = None
    assert result.object.startswith("Enter numbers")


def test_only_sessions_of_the_instrument_have_it() -> None:
    registry = load_plugins().registry
    names = [
        [spec.name for spec in registry.session_widgets(SessionInfo("s1", instrument))]
        for instrument in ("sans2d", "dummy")
    ]
    assert names == [["sans2d_q_calculator"], []]

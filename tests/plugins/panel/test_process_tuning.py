"""The process that serves looks for garbage only in what came after its start."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest
from panel.io import document

from livedata_panel.process_tuning import CLOSED_S, TURN_S, tune_process


@pytest.fixture
def untuned() -> Iterator[None]:
    turn_s, debounce = sys.getswitchinterval(), document.GC_DEBOUNCE
    yield
    gc.unfreeze()
    sys.setswitchinterval(turn_s)
    document.GC_DEBOUNCE = debounce


class Knot:
    """Holds itself: only a collection frees it."""

    def __init__(self) -> None:
        self.me = self


@pytest.mark.usefixtures("untuned")
def test_what_is_there_at_the_start_is_not_looked_at_again() -> None:
    tune_process()
    assert gc.get_freeze_count() > 0
    assert sys.getswitchinterval() == pytest.approx(TURN_S)


@pytest.mark.usefixtures("untuned")
def test_what_comes_later_is_collected() -> None:
    tune_process()
    Knot()
    gc.collect()
    assert not [item for item in gc.get_objects() if type(item) is Knot]


@pytest.mark.usefixtures("untuned")
def test_panel_has_the_pause_that_is_set() -> None:
    # Its name is not documented: a version without it would set nothing.
    assert isinstance(document.GC_DEBOUNCE, int)
    tune_process()
    assert document.GC_DEBOUNCE == CLOSED_S
    assert "GC_DEBOUNCE" in document._garbage_collect.__code__.co_names

"""What code of plugins raises is theirs, but for what the core and the user raise."""

from __future__ import annotations

import asyncio
import threading

import pytest

from livedata_core.contract.raised import PassedOnError, describe, pass_on
from livedata_core.plots.compute_thread import AbandonedError


@pytest.mark.parametrize(
    "error", [ValueError(), SystemExit(3), asyncio.CancelledError(), GeneratorExit()]
)
def test_all_that_plugins_raise_is_theirs(error: BaseException) -> None:
    pass_on(error)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), AbandonedError()])
def test_what_the_user_and_the_core_raise_is_passed_on(error: BaseException) -> None:
    with pytest.raises(type(error)):
        pass_on(error)


def test_only_the_main_thread_is_interrupted_from_the_keyboard() -> None:
    passed: list[BaseException] = []

    def run(error: BaseException) -> None:
        try:
            pass_on(error)
        except PassedOnError as raised:
            passed.append(raised)

    abandoned = AbandonedError()
    for error in (KeyboardInterrupt(), abandoned):
        thread = threading.Thread(target=run, args=[error])
        thread.start()
        thread.join()
    assert passed == [abandoned]


def test_an_exception_without_text_is_described() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise SystemExit("no words")

    assert describe(MuteError()) == "MuteError: <no text>"

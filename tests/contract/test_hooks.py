"""Every hook of the contract: documented with an example, typed, known to the core.

The examples themselves are run as doctests.
"""

from __future__ import annotations

import doctest
import inspect
import typing
from collections.abc import Iterable

import pytest

from livedata_core import contract
from livedata_core.contract import LivedataHooks, Record
from livedata_core.plugins import is_first_party, load_plugins
from livedata_core.plugins.kinds import HOOKS, Hook

NAMES = tuple(HOOKS)


def specification(name: str) -> typing.Any:
    return getattr(LivedataHooks, name)


def test_the_hooks_are_those_of_the_architecture() -> None:
    assert set(NAMES) == {
        "livedata_instruments",
        "livedata_workflows",
        "livedata_plotters",
        "livedata_grid_templates",
        "livedata_configuration_adapters",
        "livedata_decoders",
        "livedata_encoders",
        "livedata_transports",
        "livedata_config_stores",
        "livedata_subcommands",
        "livedata_session_widgets",
        "livedata_session_started",
        "livedata_session_closed",
        "livedata_services_started",
        "livedata_services_stopped",
        "livedata_job_changed",
    }


@pytest.mark.parametrize("name", NAMES)
def test_hook_has_an_example_that_implements_it(name: str) -> None:
    text = inspect.getdoc(specification(name)) or ""
    source = "".join(
        example.source for example in doctest.DocTestParser().get_examples(text)
    )
    assert "@hookimpl\n" in source
    assert f"def {name}(" in source
    calls = source.count(f"{name}(")
    assert calls >= 2, "the example defines the hook, but does not call it"


@pytest.mark.parametrize("name", NAMES)
def test_docstring_has_summary_and_names_every_argument(name: str) -> None:
    text = inspect.getdoc(specification(name)) or ""
    assert text.splitlines()[0].endswith(".")
    assert "Examples\n--------" in text
    for argument in HOOKS[name].arguments:
        assert f"\n{argument}:\n" in text
    assert ("Returns\n-------" in text) == (HOOKS[name].record is not None)


@pytest.mark.parametrize("name", NAMES)
def test_signature_is_typed_with_public_names_of_the_contract(name: str) -> None:
    hints = typing.get_type_hints(specification(name))
    hook = HOOKS[name]
    assert set(hints) == {*hook.arguments, "return"}
    for argument in hook.arguments:
        assert hints[argument].__name__ in contract.__all__
    if hook.record is None:
        assert hints["return"] is type(None)
    else:
        assert hints["return"] == Iterable[hook.record]  # type: ignore[name-defined]
        assert hook.record.__name__ in contract.__all__


@pytest.mark.parametrize("hook", HOOKS.values(), ids=NAMES)
def test_hook_that_yields_has_its_kind_of_record(hook: Hook) -> None:
    assert hook.record is None or issubclass(hook.record, Record)


def test_every_kind_of_record_has_one_hook() -> None:
    kinds = {
        value
        for value in vars(contract).values()
        if inspect.isclass(value) and issubclass(value, Record) and value is not Record
    }
    yielded = [hook.record for hook in HOOKS.values() if hook.record]
    assert set(yielded) == kinds
    assert len(yielded) == len(kinds)


def test_every_hook_is_used_by_a_plugin_of_this_project() -> None:
    used = {
        hook
        for report in load_plugins().reports
        if is_first_party(report.distribution)
        for hook in report.hooks
    }
    assert used == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_hook_has_a_test_named_after_it(name: str) -> None:
    from tests.contract import test_each_hook

    assert callable(getattr(test_each_hook, f"test_{name}", None))

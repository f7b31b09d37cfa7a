from typing import Any

import pytest

from livedata_core.config import (
    ConfigurationState,
    ConfigurationStates,
    MemoryConfigStore,
    SettingsWriter,
)
from livedata_core.config.migrations import migrated
from livedata_core.config.state import DOCUMENT
from livedata_core.contract import WorkflowId

VIEW = WorkflowId("dummy", "panel_0_xy", 1)
OTHER = WorkflowId("acme", "not_installed", 3)


def test_params_are_kept_per_workflow_and_source() -> None:
    state = ConfigurationState().with_params(VIEW, {"a": {"n": 1}, "b": {"n": 2}})
    state = state.with_params(VIEW, {"b": {"n": 3}})
    assert state.params(VIEW) == {"a": {"n": 1}, "b": {"n": 3}}
    assert state.params(OTHER) == {}


def test_a_state_is_not_changed_by_what_is_made_from_it() -> None:
    first = ConfigurationState().with_params(VIEW, {"a": {"n": 1}})
    first.with_params(VIEW, {"a": {"n": 2}})
    assert first.params(VIEW) == {"a": {"n": 1}}


def test_what_is_not_understood_is_written_back_unchanged() -> None:
    document: dict[str, Any] = {
        "schema_version": 1,
        "workflows": {
            "acme/not_installed/3": {"bank": {"params": {"q": [1, None]}, "note": "x"}},
            "broken": 7,
            "dummy/panel_0_xy/1": {
                "bad": "text",
                "worse": {"params": [1]},
                "a": {"params": {"n": 1}, "colour": "red"},
            },
        },
        "from_the_future": {"deep": [1, 2, {"three": True}]},
    }
    state = ConfigurationState.from_document(document)
    assert state.to_document() == document
    assert state.params(VIEW) == {"a": {"n": 1}}
    document["workflows"]["dummy/panel_0_xy/1"]["a"]["params"] = {"n": 2}
    assert state.with_params(VIEW, {"a": {"n": 2}}).to_document() == document


def test_a_bad_entry_gives_way_to_new_params() -> None:
    state = ConfigurationState.from_document(
        {"workflows": {str(VIEW): 7, str(OTHER): {"a": 7}}}
    )
    state = state.with_params(VIEW, {"a": {"n": 1}}).with_params(OTHER, {"a": {}})
    assert state.params(VIEW) == {"a": {"n": 1}}
    assert state.params(OTHER) == {"a": {}}


def test_a_newer_document_keeps_its_version() -> None:
    state = ConfigurationState.from_document({"schema_version": 99, "workflows": {}})
    assert state.with_params(VIEW, {"a": {}}).to_document()["schema_version"] == 99


@pytest.mark.parametrize("document", [None, {}])
def test_nothing_stored_is_the_empty_state(document: dict[str, Any] | None) -> None:
    assert ConfigurationState.from_document(document) == ConfigurationState()


@pytest.mark.parametrize(
    "document",
    [{"workflows": [1]}, {"schema_version": "new"}, {"schema_version": 0}],
)
def test_a_document_that_is_not_ours_is_refused_in_one_line(
    document: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match="stored workflow settings") as caught:
        ConfigurationState.from_document(document)
    assert "\n" not in str(caught.value)
    assert "begin anew" in str(caught.value)


def test_documents_are_brought_forward_one_version_at_a_time() -> None:
    steps = {
        1: lambda old: {**old, "order": [*old.get("order", []), 1]},
        2: lambda old: {**old, "order": [*old["order"], 2]},
    }
    assert migrated({"kept": True}, "settings", steps, to=3) == {
        "kept": True,
        "order": [1, 2],
        "schema_version": 3,
    }
    assert migrated({"schema_version": 3}, "settings", steps, to=3) == {
        "schema_version": 3
    }
    assert migrated({"schema_version": 9}, "settings", steps, to=3) == {
        "schema_version": 9
    }


def test_a_version_without_a_way_forward_is_refused() -> None:
    with pytest.raises(ValueError, match="schema version 1"):
        migrated({"schema_version": 1}, "settings", {}, to=2)


def test_remembered_params_are_there_after_a_restart() -> None:
    store = MemoryConfigStore()
    writer = SettingsWriter(store)
    states = ConfigurationStates(writer)
    writer.start()
    states.remember(VIEW, {"a": {"n": 1}})
    states.remember(VIEW, {"b": {"n": 2}})
    assert writer.stop()
    stored = ConfigurationState.from_document(store.load(DOCUMENT))
    again = ConfigurationStates(SettingsWriter(store), stored)
    assert again.params(VIEW) == {"a": {"n": 1}, "b": {"n": 2}}
    assert again.state == states.state


def test_what_is_staged_lies_beside_what_was_used_and_goes_alone() -> None:
    state = ConfigurationState().with_params(VIEW, {"a": {"n": 1}})
    state = state.with_staged(VIEW, {"a": {"n": 2}, "b": {"n": 3}})
    assert state.staged(VIEW) == {"a": {"n": 2}, "b": {"n": 3}}
    assert state.params(VIEW) == {"a": {"n": 1}}
    state = state.with_params(VIEW, {"a": {"n": 4}}).with_staged(VIEW, {"a": None})
    assert state.staged(VIEW) == {"b": {"n": 3}}
    assert state.params(VIEW) == {"a": {"n": 4}}

"""What every `ConfigStore` has to do; a subclass gives the store."""

from __future__ import annotations

import math
from typing import Any

import pytest

from livedata_core.contract import ConfigStore

DOCUMENT: dict[str, Any] = {
    "schema_version": 1,
    "title": "Rückwand – 2026-11-24",
    "yes": "no",
    "number": "1e3",
    "nothing": None,
    "flag": True,
    "edges": {"start": 0.0, "stop": 71.43, "bins": [1, 2, 3]},
    "empty": {},
    "text": "two\nlines",
}


class ConfigStoreContract:
    """Collected by pytest in modules that subclass it as ``Test…``."""

    @pytest.fixture
    def store(self) -> ConfigStore:
        """Return an empty store."""
        raise NotImplementedError

    def test_what_was_saved_is_loaded(self, store: ConfigStore) -> None:
        store.save("layout", DOCUMENT)
        loaded = store.load("layout")
        assert loaded == DOCUMENT
        assert loaded is not None
        assert list(loaded) == list(DOCUMENT)

    def test_there_is_none_before_it_is_saved(self, store: ConfigStore) -> None:
        assert store.load("layout") is None
        assert list(store.names()) == []

    def test_the_last_one_saved_counts(self, store: ConfigStore) -> None:
        for number in range(3):
            store.save("layout", {"n": number})
        assert store.load("layout") == {"n": 2}

    def test_documents_are_told_apart_by_name(self, store: ConfigStore) -> None:
        store.save("b", {"n": 1})
        store.save("a.b-c_1", {"n": 2})
        assert list(store.names()) == ["a.b-c_1", "b"]
        assert store.load("b") == {"n": 1}

    def test_a_loaded_document_is_a_copy(self, store: ConfigStore) -> None:
        store.save("layout", {"grids": {"a": 1}})
        loaded = store.load("layout")
        assert loaded is not None
        loaded["grids"]["a"] = 2
        assert store.load("layout") == {"grids": {"a": 1}}

    def test_special_numbers_survive(self, store: ConfigStore) -> None:
        store.save("layout", {"inf": math.inf, "nan": math.nan, "small": 5e-324})
        loaded = store.load("layout")
        assert loaded is not None
        assert loaded["inf"] == math.inf
        assert math.isnan(loaded["nan"])
        assert loaded["small"] == 5e-324

    @pytest.mark.parametrize(
        "name", ["", ".", "..", "../x", "a/b", "a\\b", "/etc/x", ".hidden", "x" * 200]
    )
    def test_names_that_are_no_plain_names_are_refused(
        self, store: ConfigStore, name: str
    ) -> None:
        with pytest.raises(ValueError, match="cannot name stored settings"):
            store.save(name, {})
        with pytest.raises(ValueError, match="cannot name stored settings"):
            store.load(name)

    def test_what_cannot_be_stored_is_refused_and_the_old_stays(
        self, store: ConfigStore
    ) -> None:
        store.save("layout", {"n": 1})
        with pytest.raises(ValueError, match="'layout' hold what YAML cannot carry"):
            store.save("layout", {"n": object()})
        assert store.load("layout") == {"n": 1}

from pathlib import Path

import pytest

from livedata_core.config import FileConfigStore, MemoryConfigStore, settings_folder
from livedata_core.contract import ConfigStore
from tests.support.store_contract import ConfigStoreContract


class TestFileConfigStore(ConfigStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ConfigStore:
        return FileConfigStore(tmp_path / "settings" / "dummy")


class TestMemoryConfigStore(ConfigStoreContract):
    @pytest.fixture
    def store(self) -> ConfigStore:
        return MemoryConfigStore()


def test_the_previous_version_is_kept_beside(tmp_path: Path) -> None:
    store = FileConfigStore(tmp_path)
    store.save("layout", {"n": 1})
    store.save("layout", {"n": 2})
    assert (tmp_path / "layout.yaml.bak").read_text() == "---\nn: 1\n...\n"
    assert (tmp_path / "layout.yaml").read_text() == "---\nn: 2\n...\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "layout.yaml",
        "layout.yaml.bak",
    ]
    assert store.names() == ("layout",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"grids: [1, 2", "expected"),
        (b"- a\n- b\n", "found a list"),
        (b"just text", "found a str"),
        (b"", "found nothing"),
        (b"\xff\xfe\x00", "codec"),
        (b"a: !!python/object/apply:os.getcwd []", "could not determine"),
        (b"[" * 20_000, "recursion"),
    ],
)
def test_a_file_that_is_not_settings_is_named_with_the_way_out(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "layout.yaml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=reason) as caught:
        FileConfigStore(tmp_path).load("layout")
    message = str(caught.value)
    assert str(path) in message
    assert "layout.yaml.bak" in message
    assert "\n" not in message
    assert path.read_bytes() == content


def test_a_file_that_was_cut_anywhere_is_never_taken_for_a_whole(
    tmp_path: Path,
) -> None:
    store, path = FileConfigStore(tmp_path), tmp_path / "layout.yaml"
    store.save(
        "layout", {"grids": [{"title": "One"}, {"title": "Two ... of"}], "n": None}
    )
    whole = path.read_bytes()
    for size in range(len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match=r"cut off|cannot be read"):
            store.load("layout")


def test_a_file_that_cannot_be_read_is_set_aside_with_its_backup(
    tmp_path: Path,
) -> None:
    store = FileConfigStore(tmp_path)
    for number in range(2):
        store.save("layout", {"n": number})
    good = (tmp_path / "layout.yaml.bak").read_bytes()
    (tmp_path / "layout.yaml").write_text("---\nn:")
    with pytest.raises(ValueError, match="cut off"):
        store.load("layout")
    for number in range(3):
        store.save("layout", {"new": number})
    assert (tmp_path / "layout.yaml.unreadable-1").read_text() == "---\nn:"
    assert (tmp_path / "layout.yaml.bak-1").read_bytes() == good
    assert store.names() == ("layout",)


def test_a_file_written_by_hand_needs_no_marks(tmp_path: Path) -> None:
    (tmp_path / "layout.yaml").write_text("grids: []\n")
    assert FileConfigStore(tmp_path).load("layout") == {"grids": []}


def test_files_of_others_in_the_folder_are_left_out(tmp_path: Path) -> None:
    for name in ("layout.yaml", "layout.yaml.bak", ".x.yaml", "a b.yaml", "notes.txt"):
        (tmp_path / name).write_text("{}")
    assert FileConfigStore(tmp_path).names() == ("layout",)


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    store = FileConfigStore(tmp_path)
    store.save("layout", {"n": 1})
    (tmp_path / "layout.yaml.bak").mkdir()
    with pytest.raises(OSError, match=r"layout\.yaml"):
        store.save("layout", {"n": 2})
    assert store.load("layout") == {"n": 1}
    assert not list(tmp_path.glob("*.tmp"))
    assert not list(tmp_path.glob(".*.tmp"))


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        FileConfigStore(tmp_path / "file" / "dummy").save("layout", {})


def test_the_settings_folder_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEDATA_CONFIG_DIR", str(tmp_path))
    assert settings_folder("dummy") == tmp_path / "dummy"
    monkeypatch.delenv("LIVEDATA_CONFIG_DIR")
    assert settings_folder("dummy").parts[-2:] == ("livedata", "dummy")

"""Import strings: resolved whole, from any thread."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from livedata_core.contract import RefError, resolve

PACKAGES = ("halves", "gate")


def test_a_missing_attribute_names_the_import_string() -> None:
    with pytest.raises(RefError, match=r"'json:dumpz'.*AttributeError"):
        resolve("json:dumpz")


def test_threads_may_import_parts_of_one_package_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that imports its part, and a part that imports its package.

    Without a lock the thread in the package meets a part that the other thread has
    begun and cannot go on with, as it waits for the package.
    """
    package = tmp_path / "halves"
    package.mkdir()
    sources = {
        tmp_path / "gate.py": "import threading\ninside = threading.Event()\n",
        package / "__init__.py": "import time, gate\ngate.inside.set()\n"
        "time.sleep(0.1)\nfrom halves.part import value\n",
        package / "part.py": "import halves\nvalue = 1\n",
        package / "other.py": "value = 2\n",
    }
    for path, text in sources.items():
        path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    inside = resolve("gate:inside")
    found: list[object] = []

    def work(ref: str) -> None:
        try:
            found.append(resolve(ref))
        except RefError as error:
            found.append(error)

    first = threading.Thread(target=work, args=("halves.other:value",))
    second = threading.Thread(target=work, args=("halves.part:value",))
    first.start()
    inside.wait()
    second.start()
    first.join()
    second.join()
    for name in [name for name in sys.modules if name.split(".")[0] in PACKAGES]:
        del sys.modules[name]
    assert set(found) == {1, 2}

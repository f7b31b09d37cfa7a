"""A disk that takes no more: it is told, the old settings stay, and saving goes on.

The limit on the size of files stands in for the full disk: the kernel refuses the write
in the middle of the file. It holds for a whole process, hence one of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CODE = """
import json, resource, sys
from livedata_core.config import SettingsWriter
from livedata_core.config.stores import FileConfigStore

store, told = FileConfigStore(sys.argv[1]), []
writer = SettingsWriter(store, lambda name, error: told.append([name, str(error)]))
writer.start()
found = []

def save(number):
    writer.save("layout", {"grids": [number] * 100})
    assert writer.flush(30)
    found.append(store.load("layout")["grids"][0])

save(1)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
save(2)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
save(3)
print(json.dumps([found, told]))
"""


def test_a_full_disk_costs_no_more_than_the_settings_that_did_not_fit(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    found, told = json.loads(done.stdout)
    assert found == [1, 1, 3]
    ((name, reason),) = told
    assert name == "layout"
    assert "File too large" in reason
    assert not list(tmp_path.glob(".*")), "no draft is left"

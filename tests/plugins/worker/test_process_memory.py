"""Memory of the worker's process: freed blocks are used again."""

from __future__ import annotations

import subprocess
import sys

from livedata_worker.process_memory import keep_freed_memory

IMAGES = """
import os, resource, threading
from livedata_worker.process_memory import keep_freed_memory

kept = keep_freed_memory({environment})

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def images():
    return [bytes(bytearray(8 << 20)) for _ in range(4)]

def work():
    images()
    images()
    before = faults()
    images()
    print(kept, faults() - before)

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
PAGES = 4 * (8 << 20) // 4096


def faults(environment: str) -> tuple[str, int]:
    """Return whether memory is kept and the pages asked for by four images."""
    said = subprocess.run(
        [sys.executable, "-c", IMAGES.format(environment=environment)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return said[0], int(said[1])


def test_images_are_made_in_the_memory_of_the_last_ones() -> None:
    kept, asked = faults("{}")
    assert kept == "False" or asked < PAGES // 10


def test_what_the_user_has_set_is_left_alone() -> None:
    assert not keep_freed_memory({"MALLOC_TRIM_THRESHOLD_": "1"})
    assert not keep_freed_memory({"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"})

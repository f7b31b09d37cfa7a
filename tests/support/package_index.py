"""An index of packages on loopback: what twine uploads, pip installs from it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.serving import free_port, running, wait_for_page

__all__ = ["package_index"]


@contextmanager
def package_index(folder: Path) -> Iterator[Mapping[str, str]]:
    """Serve a new folder as an index that anybody may upload to.

    Yields
    ------
    :
        The environment that has twine and pip use this index and no other.
    """
    folder.mkdir()
    port, output = free_port(), folder.with_suffix(".log")
    options = ["--interface", "127.0.0.1", "--port", str(port), "--disable-fallback"]
    anybody = ["--passwords", ".", "--authenticate", "."]
    command = [sys.executable, "-m", "pypiserver", "run", *options, *anybody]
    with running([*command, str(folder)], output) as process:
        url = f"http://127.0.0.1:{port}/"
        wait_for_page(url, process, output)
        yield {
            "TWINE_REPOSITORY_URL": url,
            "TWINE_USERNAME": "anybody",
            "TWINE_PASSWORD": "anything",
            "TWINE_NON_INTERACTIVE": "1",
            "PIP_INDEX_URL": f"{url}simple/",
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_NO_CACHE_DIR": "1",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "NO_PROXY": "127.0.0.1",
        }

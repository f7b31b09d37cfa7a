"""Which pages have commands, who follows them, and what of them is not run, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.support.blocks import DOCS

__all__ = ["AUTHORS", "NOT_RUN", "OPERATORS", "all_pages", "why_not_run"]

ROOT = DOCS.parent

AUTHORS = (
    "docs/tutorial/first-plugin.md",
    "docs/how-to/write-a-plugin.md",
    "docs/how-to/workflow-with-parameters.md",
    "docs/how-to/form-adapter.md",
    "docs/how-to/decode-a-schema.md",
    "docs/how-to/transport.md",
    "docs/how-to/widgets-and-hooks.md",
    "docs/how-to/test-a-plugin.md",
    "docs/how-to/publish-a-plugin.md",
    "docs/how-to/instrument-from-nexus.md",
    "docs/explanation/isolation-and-threads.md",
)
"""Followed from top to bottom by `tests.support.author`: files, commands, Python."""

OPERATORS = (
    "docs/how-to/connect-to-kafka.md",
    "docs/how-to/run-workers.md",
    "docs/how-to/deploy.md",
    "docs/how-to/record-and-replay.md",
    "docs/how-to/gallery.md",
    "docs/developer/benchmarks.md",
    "docs/tutorial/first-live-plot.md",
    "README.md",
    "cli/README.md",
    "plugins/livedata-worker/README.md",
    "instruments/livedata-sans2d/README.md",
)
"""Their commands are run by `tests.support.operator`, with a broker."""

HERE = "the environment of the tests is this one, made already"
NOT_RUN = {
    "python3 -m venv .venv": HERE,
    ". .venv/bin/activate": HERE,
    "pip install livedata": HERE,
    "python3 -m pip install hatch": HERE,
    "/opt/livedata/bin/pip install": HERE,
    "python3 -m venv /opt/livedata": "a folder of the machine, not of the test",
    "python3 -m hatch run test": "these are the tests",
    "hatch run bench startup": "a figure needs a machine of its own, for minutes",
    "useradd": "changes the users of the machine",
    "systemctl": "no systemd in CI; tests/docs/test_deploy.py reads the units",
    "docker compose": "no Docker in CI; tests/docs/test_deploy.py reads the files",
}
"""By how they begin, commands that are printed and not run."""


def why_not_run(command: str) -> str | None:
    """Return why a command is not run; None if it is."""
    reasons = (why for begins, why in NOT_RUN.items() if command.startswith(begins))
    return next(reasons, None)


def all_pages() -> Iterator[str]:
    """Yield every page that people read, relative to the checkout."""
    for pattern in ("*.md", "cli/*.md", "*/*/README.md", "docs/*.md", "docs/*/*.md"):
        for path in sorted(ROOT.glob(pattern)):
            if not path.is_relative_to(DOCS / "reference" / "generated"):
                yield _name(path)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()

"""Rules on how a plugin is loaded: problems, versions, documents."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.subject import Subject

__all__ = ["contract_version", "documents", "load_problems"]

_CORE = "livedata-core"
_WHY_PROBLEM = {
    "broken-metadata": "livedata cannot tell what is installed",
    "unmet-requirement": "it is not imported, since it asks for another core",
    "import-error": "nothing of it can be used",
    "unknown-hook": "the function is never called",
    "unmarked-hook": "the function is never called",
    "wrong-signature": "the function is not called",
    "hook-error": "what the hook was to register is missing",
    "slow-hook": "other observers wait for it",
    "invalid-record": "the record is not used",
    "duplicate-name": "one of the two is not used",
    "name-conflict": "which of them is meant cannot be told",
    "deprecated": "the plugin breaks when it is gone",
    "entry-point-conflict": "messages and `disable` cannot tell them apart by name",
}


def load_problems(subject: Subject) -> Iterator[Finding]:
    """Whatever the plugin manager had to say of it."""
    for problem in subject.report.problems:
        what, _, mend = problem.message.rpartition("; ")
        yield Finding(
            f"load/{problem.kind.value}",
            Level.WARNING if problem.kind.value == "deprecated" else Level.ERROR,
            what or problem.message,
            problem.hook or subject.report.module,
            _WHY_PROBLEM.get(problem.kind.value, "part of the plugin is not used"),
            mend.rstrip("."),
        )


def contract_version(subject: Subject) -> Iterator[Finding]:
    """The distribution says which core it needs, and not that it fears newer ones."""
    if subject.report.distribution == _CORE:
        return
    requirements = [
        parsed
        for line in _requires(subject.report.distribution)
        if (parsed := _parsed(line)) and canonicalize_name(parsed.name) == _CORE
    ]
    if not requirements:
        yield Finding(
            "contract-version",
            Level.ERROR,
            f"does not depend on {_CORE}",
            "pyproject.toml, dependencies",
            "it could be installed beside a core that it does not fit",
            f"add `{_CORE}>={importlib.metadata.version(_CORE)}`",
        )
    elif not any(
        item.operator in (">=", "~=", "==", ">")
        for requirement in requirements
        for item in requirement.specifier
    ):
        yield Finding(
            "contract-version",
            Level.WARNING,
            f"depends on {_CORE} in any version",
            "pyproject.toml, dependencies",
            "an old core lacks hooks or fields that it uses",
            f"write `{_CORE}>=VERSION` with the oldest version that you test",
        )


def documents(subject: Subject) -> Iterator[Finding]:
    """A summary and a readme, which are all that users see of it before they try."""
    try:
        metadata: Any = importlib.metadata.metadata(subject.report.distribution)
    except importlib.metadata.PackageNotFoundError:
        return
    if not subject.report.summary:
        yield Finding(
            "docs",
            Level.WARNING,
            "has no description",
            "pyproject.toml",
            "`livedata plugins show` and PyPI have nothing to say of it",
            "write `description = …` under [project]",
        )
    text = metadata.get("Description") or metadata.get_payload() or ""
    if len(text.split()) < 10:
        yield Finding(
            "docs",
            Level.WARNING,
            "has no readme",
            "pyproject.toml",
            "nobody learns what it is for or how it is used",
            'write README.md and `readme = "README.md"` under [project]',
        )


def _requires(distribution: str) -> list[str]:
    try:
        return importlib.metadata.requires(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _parsed(line: str) -> Requirement | None:
    try:
        return Requirement(line)
    except InvalidRequirement:
        return None

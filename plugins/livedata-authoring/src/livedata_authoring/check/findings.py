"""Findings: what is wrong, where, why it matters and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Level"]


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Something will not work, or harms others."""
    WARNING = "warning"
    """It works, but users or authors will miss something."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be mended.

    Attributes
    ----------
    rule:
        Which rule found it, e.g. ``workflow-output``.
    what, where, why, mend:
        A sentence each, but `where`: the record or file concerned.
    """

    rule: str
    level: Level
    what: str
    where: str
    why: str
    mend: str

    def __str__(self) -> str:
        return (
            f"{self.level.value} {self.rule} in {self.where}: {self.what}. {self.why}. "
            f"To mend it: {self.mend}."
        )

"""Which distributions are this project's own.

In a conflict of names their records stand. The essential ones cannot be disabled:
without them there is no ``livedata plugins enable`` to take it back.
"""

from __future__ import annotations

from packaging.utils import canonicalize_name

__all__ = [
    "CORE",
    "ESSENTIAL",
    "FIRST_PARTY",
    "HOST",
    "is_essential",
    "is_first_party",
    "is_host",
]

CORE = "livedata-core"
ESSENTIAL = frozenset({CORE, "livedata"})
FIRST_PARTY = ESSENTIAL | {
    "livedata-authoring",
    "livedata-codecs",
    "livedata-dummy",
    "livedata-kafka",
    "livedata-panel",
    "livedata-plotters",
    "livedata-replay",
    "livedata-sans2d",
    "livedata-worker",
    "livedata-workflows",
}
HOST = FIRST_PARTY - {
    "livedata-dummy",
    "livedata-plotters",
    "livedata-sans2d",
    "livedata-workflows",
}
"""What makes up the programs, which cannot be loaded anew while they run."""


def is_host(distribution: str) -> bool:
    """Return whether a distribution of that name is part of the programs."""
    return canonicalize_name(distribution) in HOST


def is_first_party(distribution: str) -> bool:
    """Return whether a distribution of that name is this project's own."""
    return canonicalize_name(distribution) in FIRST_PARTY


def is_essential(distribution: str) -> bool:
    """Return whether plugins of a distribution of that name cannot be disabled."""
    return canonicalize_name(distribution) in ESSENTIAL

"""Bringing stored documents forward from one schema version to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Migration", "migrated"]

Migration = Callable[[dict[str, Any]], dict[str, Any]]


def migrated(
    document: Mapping[str, Any],
    what: str,
    migrations: Mapping[int, Migration],
    to: int,
) -> dict[str, Any]:
    """Bring a document forward, one schema version at a time.

    A document newer than `to` comes back as it is.

    Parameters
    ----------
    document:
        As it was stored; without a ``schema_version`` it has the first.
    what:
        What people call it.
    migrations:
        By schema version, what makes a document of the next one.
    to:
        The version wanted.

    Raises
    ------
    ValueError
        If its version is no number, or there is no way forward from it.
    """
    current = dict(document)
    version = current.get("schema_version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ValueError(
            f"{what}: schema_version is {version!r}, no positive number; correct it "
            "or move the file away to begin anew"
        )
    while version < to:
        if version not in migrations:
            raise ValueError(
                f"{what} of schema version {version}: this version of livedata "
                "cannot bring it forward; move the file away"
            )
        current = migrations[version](current)
        version += 1
        current["schema_version"] = version
    return current

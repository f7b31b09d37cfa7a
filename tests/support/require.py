"""Things a machine may lack. Named in ``LIVEDATA_REQUIRE``, a lack is a failure."""

from __future__ import annotations

import os

import pytest


def lacking(thing: str, reason: str) -> None:
    """Skip with `reason`, or fail if ``LIVEDATA_REQUIRE`` lists `thing`."""
    required = {
        part.strip() for part in os.environ.get("LIVEDATA_REQUIRE", "").split(",")
    }
    if thing in required:
        pytest.fail(f"LIVEDATA_REQUIRE asks for {thing}: {reason}", pytrace=False)
    pytest.skip(reason)

"""Does a plugin fit this core? Reads ``Requires-Dist`` of its distribution."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from livedata_core.plugins.first_party import CORE

__all__ = ["core_version", "unmet_requirement"]

_NAME = re.compile(r"\s*([\w.\-]+)")


def core_version() -> str | None:
    """Return the version of the core; None where it is not installed, only on path."""
    try:
        return version(CORE)
    except PackageNotFoundError:
        return None


def unmet_requirement(requires: Sequence[str]) -> str | None:
    """Return which requirement on the core is not met, as a part of a sentence.

    Parameters
    ----------
    requires:
        The ``Requires-Dist`` lines of a distribution. Those on other distributions
        are not looked at.

    Examples
    --------
    >>> unmet_requirement(["numpy>=1"])
    >>> unmet_requirement(["livedata-core>=99"])
    "requires 'livedata-core>=99', but livedata-core 0.1.0 is installed"
    """
    installed = core_version()
    for line in requires:
        name = _NAME.match(line)
        if installed is None or not name or canonicalize_name(name[1]) != CORE:
            continue
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            return f"has a requirement on the core that cannot be read: {line!r}"
        try:
            applies = requirement.marker is None or requirement.marker.evaluate()
        except (ValueError, KeyError):  # it compares what cannot be compared
            return f"has a requirement on the core that cannot be read: {line!r}"
        fits = requirement.specifier.contains(installed, prereleases=True)
        if applies and not fits:
            return f"requires {line!r}, but {CORE} {installed} is installed"
    return None

"""What can be wrong with a file that is to be replayed."""

from __future__ import annotations

__all__ = ["ReplayError"]


class ReplayError(ValueError):
    """A file that cannot be replayed: which, what was found in it, the way out."""

"""What can be wrong with a file that is to be read, replayed or written."""

from __future__ import annotations

__all__ = ["RecordingError", "ReplayError"]


class ReplayError(ValueError):
    """A file that cannot be read or replayed: which, what was found, the way out."""


class RecordingError(RuntimeError):
    """A recording that cannot be written: which, why, and what became of it."""

"""Notes what observing hooks were told."""

from __future__ import annotations

from typing import Any


class Observed:
    """Called in place of ``Registry.observe``; keeps hook names and arguments."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, hook_name: str, /, **kwargs: object) -> None:
        self.calls.append((hook_name, kwargs))

    def names(self) -> list[str]:
        """Return the names of the hooks that were called."""
        return [name for name, _ in self.calls]

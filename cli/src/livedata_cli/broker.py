"""Which broker a command talks to: what options, environment and files say of it.

What says so more closely wins: the command line before the environment, that before a
configuration file. Values are never shown, as one of them may be a password.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import click
from click.core import ParameterSource

from livedata_core.contract import TransportOption

__all__ = ["BrokerChoice", "settings_in_environment"]

_CLOSENESS = (
    ParameterSource.COMMANDLINE,
    ParameterSource.ENVIRONMENT,
    ParameterSource.DEFAULT_MAP,
)


@dataclass(frozen=True, slots=True)
class _Named:
    transport: str
    by: str
    closeness: int


class BrokerChoice:
    """What was said about the broker; options add to it, commands ask it."""

    def __init__(self) -> None:
        self._named: list[_Named] = []
        self._files: dict[str, dict[str, object]] = {}
        self._named_files: dict[str, dict[str, object]] = {}
        self._surroundings: dict[str, dict[str, object]] = {}
        self._settings: dict[str, dict[str, object]] = {}
        self._single: dict[str, object] = {}

    def name(
        self,
        transport: str,
        by: str,
        source: ParameterSource | None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        """Take in that `transport` is wanted, and settings that go with it.

        Parameters
        ----------
        by:
            The option that says so, as users know it.
        source:
            Where its value comes from.
        settings:
            Settings of that transport.
        """
        closeness = _CLOSENESS.index(source) if source in _CLOSENESS else 9
        self._named.append(_Named(transport, by, closeness))
        on_line = source is ParameterSource.COMMANDLINE
        into = self._settings if on_line else self._surroundings
        into.setdefault(transport, {}).update(settings or {})

    def add_from_file(
        self,
        transport: str,
        settings: Mapping[str, object],
        source: ParameterSource | None,
    ) -> None:
        """Take in what a file says of `transport`; what options say wins.

        A file that the command line names wins over options that it does not.
        """
        on_line = source is ParameterSource.COMMANDLINE
        into = self._named_files if on_line else self._files
        into.setdefault(transport, {}).update(settings)

    def set(self, settings: Mapping[str, object]) -> None:
        """Take in single settings of whatever transport is chosen; they win."""
        self._single.update(settings)

    def transport(self, default: str | None = None) -> str | None:
        """Return the name of the transport that is wanted, else `default`.

        Raises
        ------
        click.UsageError
            If two options say different things, or if settings are given for none.
        """
        if not self._named:
            if self._single:
                raise click.UsageError(
                    f"--set {min(self._single)}=… is for a broker, but none is named"
                )
            return default
        closest = min(named.closeness for named in self._named)
        first, *others = [one for one in self._named if one.closeness == closest]
        for other in others:
            if other.transport != first.transport:
                raise click.UsageError(
                    f"{first.by} chooses the transport {first.transport!r}, but "
                    f"{other.by} chooses {other.transport!r}; give one of them"
                )
        return first.transport

    def settings(
        self, transport: str, option: TransportOption | None = None
    ) -> dict[str, object]:
        """Return the settings that were given for it.

        Parameters
        ----------
        option:
            The transport's own; without one, it has no settings in the environment.
        """
        named = self._named_files.get(transport, {})
        surroundings = self._surroundings.get(transport, {})
        return {
            **self._files.get(transport, {}),
            **named,
            **(settings_in_environment(option) if option else {}),
            # They choose a broker, and so does the file that was named.
            **{k: v for k, v in surroundings.items() if k not in named},
            **self._settings.get(transport, {}),
            **self._single,
        }


def settings_in_environment(option: TransportOption) -> dict[str, object]:
    """Return settings from variables such as ``LIVEDATA_KAFKA_SASL_PASSWORD``.

    Behind the variable of the option comes the setting, its dots as underscores.
    """
    prefix = f"{option.variable}_"
    return {
        name.removeprefix(prefix).lower().replace("_", "."): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and value
    }

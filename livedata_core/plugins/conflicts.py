"""Two plugins, one name: which record stands, and what the reports say.

The first-party record stands. Among third parties none is used until one of them is
disabled: which one came first would depend on the order of installation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from livedata_core.contract import Origin, Record
from livedata_core.plugins.first_party import is_first_party
from livedata_core.plugins.kinds import Hook
from livedata_core.plugins.reports import Problem, ProblemKind

__all__ = ["Settlement", "entry_point_conflicts", "settle"]

Attributed = tuple[Origin, Problem]


@dataclass(frozen=True, slots=True)
class Settlement:
    """The records that stand, by key, and a problem for each plugin that loses."""

    records: Mapping[str, Record]
    problems: tuple[Attributed, ...]


def settle(hook: Hook, records: Iterable[tuple[Origin, Record]]) -> Settlement:
    """Decide which records of one kind are used."""
    by_key: dict[str, list[tuple[Origin, Record]]] = defaultdict(list)
    for origin, record in records:
        by_key[record.key].append((origin, record))
    standing: dict[str, Record] = {}
    problems: list[Attributed] = []
    for key, claims in by_key.items():
        own = [claim for claim in claims if is_first_party(claim[0].distribution)]
        winners = claims if len(claims) == 1 else own
        winner = winners[0] if len(winners) == 1 else None
        if winner:
            standing[key] = winner[1]
        losers = [origin for origin, record in claims if (origin, record) != winner]
        if losers:
            problem = _conflict(hook, key, claims, winner and winner[0], losers)
            problems.extend((origin, problem) for origin in losers)
    return Settlement(standing, tuple(problems))


def _conflict(
    hook: Hook,
    key: str,
    claims: Sequence[tuple[Origin, Record]],
    winner: Origin | None,
    losers: Sequence[Origin],
) -> Problem:
    named = " and by ".join(
        f"{origin} (in use)" if origin == winner else str(origin)
        for origin, _record in claims
    )
    ways = " or ".join(
        f"`livedata plugins disable {origin.distribution}`" for origin in losers
    )
    none = "" if winner else ", so that none is used"
    return Problem(
        ProblemKind.NAME_CONFLICT,
        f"{hook.noun} {key!r} is registered by {named}{none}; uninstall one or disable "
        f"it with {ways}",
        hook=hook.name,
    )


def entry_point_conflicts(origins: Iterable[Origin]) -> tuple[Attributed, ...]:
    """Return a problem for each plugin whose name another distribution uses too.

    Both are loaded and told apart by distribution; first-party ones have no problem.
    """
    by_name: dict[str, list[Origin]] = defaultdict(list)
    for origin in origins:
        by_name[origin.plugin].append(origin)
    return tuple(
        (origin, _same_entry_point(name, bearers))
        for name, bearers in by_name.items()
        for origin in bearers
        if len(bearers) > 1 and not is_first_party(origin.distribution)
    )


def _same_entry_point(name: str, bearers: Sequence[Origin]) -> Problem:
    named = " and by ".join(map(str, bearers))
    return Problem(
        ProblemKind.ENTRY_POINT_CONFLICT,
        f"the plugin name {name!r} is used by {named}; both are loaded; to disable "
        f"one, name its distribution: "
        f"`livedata plugins disable {bearers[-1].distribution}`",
    )

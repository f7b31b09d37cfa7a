"""The options that choose topics, which ``record`` and ``replay`` share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import click

from livedata_core.contract import Instrument
from livedata_replay.topics import Selection, TopicGroup

__all__ = ["chosen", "topic_options"]

F = TypeVar("F", bound=Callable[..., Any])

_GROUPS = {
    TopicGroup.RAW: "What the instrument sends; run starts and stops.",
    TopicGroup.RESULTS: "What workers publish: results, status, answers.",
    TopicGroup.CONTROL: "What dashboards send: commands, regions of interest.",
}


def topic_options(command: F) -> F:
    """Add ``--topic``, ``--raw``, ``--results``, ``--control`` and ``--all``."""
    command = click.option("--all", "every", is_flag=True, help="All of these.")(
        command
    )
    for group, summary in reversed(_GROUPS.items()):
        command = click.option(f"--{group}", is_flag=True, help=summary)(command)
    return click.option(
        "--topic", "topics", multiple=True, metavar="TOPIC", help="A topic by name."
    )(command)


def chosen(
    options: dict[str, Any],
    default: Collection[TopicGroup],
    instrument: Instrument | None = None,
) -> Selection:
    """Return what the options of a command choose, and take them out.

    Parameters
    ----------
    default:
        The groups where no option chooses any.
    instrument:
        Whose topics the groups are; None: any instrument's.
    """
    named = options.pop("topics")
    groups = {group for group in TopicGroup if options.pop(group.value)}
    if options.pop("every"):
        groups = set(TopicGroup)
    if not groups and not named:
        groups = set(default)
    return Selection(frozenset(groups), frozenset(named), instrument)

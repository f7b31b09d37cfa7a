"""``livedata topics``: the topics an instrument needs and their state on a broker."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from livedata_cli.context import (
    LivedataContext,
    debug_option,
    json_option,
    pass_livedata,
)
from livedata_cli.errors import CliError
from livedata_cli.exit_codes import ExitCode
from livedata_cli.lookup import complete_instrument, find_instrument
from livedata_cli.output import print_json, print_table
from livedata_cli.quantities import duration, size
from livedata_core.contract import (
    AccessDeniedError,
    NeededTopic,
    TopicAdmin,
    TopicState,
    needed_topics,
)

__all__ = ["topics"]

_States = Mapping[str, TopicState]


@click.command()
@click.option(
    "--instrument",
    "-i",
    required=True,
    metavar="NAME",
    shell_complete=complete_instrument,
    help="Whose topics; `livedata instruments` lists them.",
)
@click.option("--create", is_flag=True, help="Make those that the broker lacks.")
@json_option
@debug_option
@pass_livedata
def topics(
    livedata: LivedataContext, instrument: str, create: bool, as_json: bool
) -> None:
    """List the topics an instrument needs, with what they carry.

    With a broker, it tells which of them it has. Topics that exist are never changed.
    """
    needed = needed_topics(find_instrument(livedata.plugins.registry, instrument))
    states = _ask(livedata, needed, create)
    if as_json:
        print_json([_as_json(topic, states) for topic in needed])
        return
    columns = ["Topic", "Carries", "From", "To", "Kept", "Largest"]
    rows = [_row(topic) for topic in needed]
    if states is not None:
        columns.append("On the broker")
        rows = [
            (*row, _state(topic, states.get(topic.name)))
            for row, topic in zip(rows, needed, strict=True)
        ]
    print_table(columns, rows)
    if states is not None and not create and len(states) < len(needed):
        click.echo("--create makes those that are missing.")


def _ask(
    livedata: LivedataContext, needed: Sequence[NeededTopic], create: bool
) -> _States | None:
    """Ask the broker, if one is named; None if none is."""
    if not create and livedata.broker.transport() is None:
        return None
    transport = livedata.open_transport()
    try:
        if not isinstance(transport, TopicAdmin):
            name = transport.status().name
            raise CliError(
                f"the transport {name!r} has no topics to look after", ExitCode.USAGE
            )
        return _answer(transport, needed, create)
    except AccessDeniedError as error:
        raise CliError(str(error), ExitCode.ACCESS_DENIED) from error
    except RuntimeError as error:
        raise CliError(str(error), ExitCode.CANNOT_START) from error
    finally:
        transport.close()


def _answer(broker: TopicAdmin, needed: Sequence[NeededTopic], create: bool) -> _States:
    names = [topic.name for topic in needed]
    states = broker.topic_states(names)
    if not create:
        return states
    missing = [topic for topic in needed if topic.name not in states]
    refused = broker.create_topics(missing)
    for topic in missing:
        if topic.name not in refused:
            click.echo(f"made {topic.name}", err=True)
    if refused:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in refused.items())
        raise CliError(f"topics were not made: {reasons}", ExitCode.CANNOT_START)
    return broker.topic_states(names)


def _row(topic: NeededTopic) -> tuple[str, ...]:
    return (
        topic.name,
        topic.carries,
        topic.writer,
        topic.reader,
        duration(topic.retention_s),
        size(topic.max_message_bytes),
    )


def _state(topic: NeededTopic, state: TopicState | None) -> str:
    """Tell how a topic is, and what is less than needed."""
    if state is None:
        return "missing"
    many = "s" if state.partitions != 1 else ""
    parts = [f"{state.partitions} partition{many}"]
    if state.retention_s is not None and state.retention_s != topic.retention_s:
        parts.append(f"kept {duration(state.retention_s)}")
    largest = state.max_message_bytes
    if largest is not None and largest < topic.max_message_bytes:
        parts.append(f"only messages up to {size(largest)}")
    return ", ".join(parts)


def _as_json(topic: NeededTopic, states: _States | None) -> dict[str, Any]:
    state = None if states is None else states.get(topic.name)
    return {
        **asdict(topic),
        "exists": None if states is None else topic.name in states,
        "state": state and _state_as_json(state),
    }


def _state_as_json(state: TopicState) -> dict[str, Any]:
    # JSON has no infinity.
    forever = state.retention_s == math.inf
    return {**asdict(state), **({"retention_s": "forever"} if forever else {})}

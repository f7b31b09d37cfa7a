"""Flipped, cut and spliced messages through the whole ingest, with the real codecs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.contract import ArrayData, Message, StreamId, WireMessage
from livedata_core.transport.counters import ERROR_SOURCE
from tests.support.ingest import TOPICS, ingest
from tests.support.results import FIRST_JOB, WORKFLOW, result_key, window

DASHBOARD = TOPICS.dashboard()
Edit = tuple[str, int, int]


@pytest.fixture(scope="session")
def samples(recording: Sequence[WireMessage]) -> Sequence[bytes]:
    """Return one small message of every schema and kind of the recording."""
    kinds: dict[tuple[str, bytes], bytes] = {}
    for wire in recording:
        kind = (wire.topic, wire.value[4:8])
        if len(wire.value) < 20_000:
            kinds.setdefault(kind, wire.value)
    return tuple(kinds.values())


def damaged(value: bytes, other: bytes, edits: list[Edit]) -> bytes:
    """Apply edits; positions are taken modulo the length at hand."""
    data = bytearray(value)
    for how, position, byte in edits:
        at = position % (len(data) + 1)
        if how == "flip" and at < len(data):
            data[at] ^= byte
        elif how == "cut":
            del data[at:]
        elif how == "splice":
            data[at:] = other[position % (len(other) + 1) :]
        elif how == "insert":
            data[at:at] = bytes([byte]) * (byte % 9)
    return bytes(data)


edits = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "splice", "insert"]),
        st.integers(0, 1 << 16),
        st.integers(1, 255),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damage_is_counted_never_fatal_and_the_rest_arrives(
    samples: Sequence[bytes], data: st.DataObject
) -> None:
    parts = ingest()
    parts.active.accept(WORKFLOW, "panel_0", FIRST_JOB)
    good: Message[ArrayData] = Message(
        TOPICS.data, result_key("good").to_wire(), 1, window(7.0, 0, 1)
    )
    sample = st.sampled_from(samples)
    garbage = [
        damaged(data.draw(sample), data.draw(sample), data.draw(edits)),
        data.draw(st.binary(max_size=200)),
    ]
    topics = [data.draw(st.sampled_from(DASHBOARD)) for _ in garbage]
    for topic, value in zip(topics, garbage, strict=True):
        parts.publish(topic, value)
    parts.send(good)
    readable = parts.step()

    counts = parts.orchestrator.counts
    assert counts.failed == {}
    assert parts.data.entry(result_key("good").data_key) is not None
    arrivals = parts.resources.counters.snapshot()
    errors = {s: a for s, a in arrivals.items() if s.source_name == ERROR_SOURCE}
    assert sum(a.errors for a in errors.values()) == len(garbage) + 1 - readable
    assert sum(a.count for a in arrivals.values()) == len(garbage) + 1
    assert all(a.last_error for a in errors.values())
    assert set(errors) <= {StreamId(topic, ERROR_SOURCE) for topic in topics}

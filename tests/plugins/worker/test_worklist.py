"""What waits for the worker: bounded, in order, together where there is much."""

from __future__ import annotations

import numpy as np

from livedata_codecs import ev44
from livedata_core.api import (
    DecodingSource,
    InProcessBroker,
    InProcessTransport,
    StreamCounters,
)
from livedata_core.contract import Batch, Detector, EventData, Instrument, Message
from livedata_worker.batcher import PIECE_BYTES, Batcher
from livedata_worker.intake import Intake
from livedata_worker.pieces import Piece
from livedata_worker.routing import Router
from livedata_worker.worklist import MAX_BYTES, MAX_WINDOWS, TOGETHER, Worklist
from tests.support.codecs import codec_table

SECOND = 10**9
T0 = 1_800_000_000 * SECOND


def piece(number: int, *, ends: bool = True, nbytes: int = 1) -> Piece:
    """Return a piece of a window of a second."""
    start = T0 + number * SECOND
    return Piece(Batch(start, start + SECOND, {}), ends, nbytes)


def numbers(pieces: list[Piece]) -> list[int]:
    return [(piece.batch.start_ns - T0) // SECOND for piece in pieces]


def test_windows_are_taken_one_by_one_while_few_wait() -> None:
    worklist = Worklist()
    worklist.add_pieces([piece(0), piece(1)])
    assert numbers(worklist.take_pieces()) == [0]
    assert numbers(worklist.take_pieces()) == [1]
    assert worklist.take_pieces() == []


def test_many_windows_are_taken_together_up_to_a_limit() -> None:
    worklist = Worklist()
    worklist.add_pieces(map(piece, range(12)))
    assert numbers(worklist.take_pieces()) == list(range(TOGETHER))
    assert numbers(worklist.take_pieces()) == [8, 9, 10, 11]
    worklist.add_pieces([piece(12)])
    assert numbers(worklist.take_pieces()) == [12], "it is back to one"


def test_windows_with_a_gap_between_are_not_taken_together() -> None:
    worklist = Worklist()
    worklist.add_pieces([piece(0), piece(1), piece(5), piece(6)])
    assert numbers(worklist.take_pieces()) == [0, 1]
    assert numbers(worklist.take_pieces()) == [5]


def test_pieces_of_an_open_window_are_taken_as_they_come() -> None:
    worklist = Worklist()
    worklist.add_pieces([piece(0), piece(1, ends=False), piece(1, ends=False)])
    assert numbers(worklist.take_pieces()) == [0]
    assert numbers(worklist.take_pieces()) == [1, 1]
    worklist.add_pieces([piece(1), piece(2)])
    assert numbers(worklist.take_pieces()) == [1]


def test_a_full_list_says_so_by_windows_and_by_bytes() -> None:
    worklist = Worklist()
    worklist.add_pieces(map(piece, range(MAX_WINDOWS)))
    assert worklist.is_full
    assert not worklist.wait_for_room(0.0)
    worklist.take_pieces()
    assert worklist.wait_for_room(0.0)
    worklist.add_pieces([piece(99, nbytes=MAX_BYTES)])
    assert worklist.is_full
    while worklist.take_pieces():
        pass
    assert not worklist.is_full


def test_a_window_that_holds_much_is_handed_over_in_pieces() -> None:
    events = PIECE_BYTES // 8 // 4
    batcher = Batcher(10.0)
    found = []
    for number in range(11):
        time = T0 + number * SECOND // 10
        payload = EventData(
            np.array([time]),
            np.zeros(1, dtype=np.int32),
            np.zeros(events, dtype=np.int32),
            None,
        )
        batcher.add(["bank"], Message("topic", "bank", time, payload), time)
        found += batcher.pieces(time)
    assert [p.ends for p in found] == [False, False, True]
    assert {(p.batch.start_ns, p.batch.end_ns) for p in found} == {(T0, T0 + SECOND)}
    assert [len(p.batch.messages["bank"]) for p in found] == [4, 4, 2]


def test_much_that_is_read_at_once_becomes_pieces_of_a_bounded_size() -> None:
    events = PIECE_BYTES // 8 // 2
    payload = EventData(
        np.array([T0]),
        np.zeros(1, dtype=np.int32),
        np.zeros(events, dtype=np.int32),
        np.zeros(events, dtype=np.int32),
    )
    value = ev44.encode(Message("panel", "panel", T0, payload))
    panel = Detector(
        name="panel",
        title="Panel",
        topic="panel",
        source_name="panel",
        dims=("y", "x"),
        shape=(1, 1),
    )
    instrument = Instrument(name="large", title="Large", detectors=(panel,))
    transport = InProcessTransport(InProcessBroker())
    source = DecodingSource(
        transport.source(["panel"]), codec_table("large"), StreamCounters()
    )
    worklist = Worklist()
    intake = Intake(source, Router(instrument), Batcher(14.0), worklist, lambda: T0)
    for _ in range(7):
        transport.sink().publish("panel", value)
    assert intake.step(1.0) == 7
    sizes = [len(p.batch.messages["panel"]) for p in worklist.take_pieces()]
    assert sizes == [2, 2, 2], "of the last, more may come"

"""Raw data in: read, route, cut into windows, hand over. Runs on a thread of its own.

What becomes of the windows lives in `livedata_worker.processor`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from livedata_core.api import DecodingSource
from livedata_core.contract import StreamId
from livedata_worker.batcher import Batcher
from livedata_worker.datatime import at_data_time
from livedata_worker.pieces import Piece
from livedata_worker.routing import Router
from livedata_worker.worklist import Worklist

__all__ = ["Intake", "Tardy"]


@dataclass(frozen=True, slots=True)
class Tardy:
    """What came late or with an impossible time; see `Batcher`."""

    late: int
    ahead: int
    late_of: Mapping[StreamId, int]


class Intake:
    """Turns raw messages into windows. One thread; `tardy` may be read by any."""

    def __init__(
        self,
        source: DecodingSource,
        router: Router,
        batcher: Batcher,
        worklist: Worklist,
        clock: Callable[[], int],
    ) -> None:
        self._source = source
        self._router = router
        self._batcher = batcher
        self._worklist = worklist
        self._clock = clock

    @property
    def tardy(self) -> Tardy:
        """What came late so far."""
        batcher = self._batcher
        return Tardy(batcher.late, batcher.ahead, batcher.late_of.copy())

    def step(self, timeout_s: float) -> int:
        """Read what has arrived, waiting up to `timeout_s`; return how many messages.

        Nothing is read while the worklist is full.
        """
        if not self._worklist.wait_for_room(timeout_s):
            return 0
        messages = self._source.poll(timeout_s)
        now_ns = self._clock()
        for message in messages:
            names = self._router.names(message)
            if names:
                self._batcher.add(names, at_data_time(message), now_ns)
                self._hand_over(self._batcher.large_piece())
        self._hand_over(self._batcher.pieces(now_ns))
        return len(messages)

    def finish(self) -> None:
        """Hand over what is left, and stop reading."""
        self._hand_over([Piece(batch, True, 0) for batch in self._batcher.flush()])
        self._source.close()

    def _hand_over(self, pieces: Sequence[Piece]) -> None:
        if pieces:
            self._worklist.add_pieces(pieces)

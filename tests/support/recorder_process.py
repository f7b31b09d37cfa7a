"""``livedata record`` in a process of its own, on a broker that is never silent.

Run as ``python -m tests.support.recorder_process OPTION…``.
"""

from __future__ import annotations

import itertools
import sys
import threading

from livedata_cli.context import LivedataContext
from livedata_core.api import InProcessBroker, InProcessTransport
from livedata_replay import recorder
from livedata_replay.record_command import record
from tests.support.recordings import reading

TOPIC = "dummy_motion"


class Context(LivedataContext):
    """A context whose broker is in this process."""

    def __init__(self) -> None:
        super().__init__()
        self.broker = InProcessBroker()

    def open_transport(self, default: str | None = None) -> InProcessTransport:
        """Reach the broker, which has a producer from now on."""
        threading.Thread(target=self._produce, daemon=True).start()
        return InProcessTransport(self.broker)

    def _produce(self) -> None:
        pause = threading.Event()
        for number in itertools.count():
            self.broker.publish(TOPIC, reading(number, TOPIC).value)
            pause.wait(0.002)


if __name__ == "__main__":
    recorder.FLUSH_S = 0.05
    record.main(sys.argv[1:], obj=Context())

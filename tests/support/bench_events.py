"""Events of a large detector as they travel, for benchmarks of the worker.

Fourteen pulses a second. A pulse comes in messages of 100,000 events, as the read-out
of a large detector sends it; the messages of a pulse share its time.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from livedata_codecs import ev44
from livedata_core.contract import (
    Detector,
    EventData,
    Instrument,
    JobId,
    Message,
    StartCommand,
    WorkflowId,
)

__all__ = ["EVENTS", "INSTRUMENT", "PULSE_NS", "Pulses", "start_command"]

EVENTS = 100_000
PULSE_NS = 1e9 / 14
SIDE = 1024
KINDS = 8
"""Different messages; the rest repeats them with other times."""

PANEL = Detector(
    name="panel",
    title="Panel",
    topic="large_detector",
    source_name="panel",
    dims=("y", "x"),
    shape=(SIDE, SIDE),
)
INSTRUMENT = Instrument(name="large", title="Large", detectors=(PANEL,))


def start_command() -> StartCommand:
    """Return the command that starts the view of the panel."""
    return StartCommand(
        identifier=WorkflowId(INSTRUMENT.name, "view", 1),
        job_id=JobId(PANEL.name, uuid.uuid4()),
    )


@dataclass(frozen=True)
class Pulses:
    """A stream at a rate.

    Attributes
    ----------
    events_per_s:
        Rounded to whole messages a pulse.
    start_ns:
        Time of the first pulse.
    """

    events_per_s: float
    start_ns: int

    @property
    def messages_per_pulse(self) -> int:
        """How many messages a pulse takes."""
        return max(1, round(self.events_per_s / 14 / EVENTS))

    def messages(self, pulses: int) -> Iterator[tuple[int, bytes]]:
        """Yield the time of the pulse and the bytes of each message."""
        payloads = [_payload(seed) for seed in range(KINDS)]
        for pulse in range(pulses):
            time_ns = self.start_ns + round(pulse * PULSE_NS)
            values = [_encoded(payload, time_ns) for payload in payloads]
            for number in range(self.messages_per_pulse):
                yield time_ns, values[number % KINDS]


def _payload(seed: int) -> EventData:
    rng = np.random.default_rng(seed)
    return EventData(
        reference_time=np.zeros(1, dtype=np.int64),
        reference_time_index=np.zeros(1, dtype=np.int32),
        time_of_flight=rng.integers(0, 71_000_000, EVENTS, dtype=np.int32),
        pixel_id=rng.integers(1, SIDE * SIDE + 1, EVENTS, dtype=np.int32),
    )


def _encoded(payload: EventData, time_ns: int) -> bytes:
    timed = replace(payload, reference_time=np.array([time_ns], dtype=np.int64))
    return ev44.encode(Message(PANEL.topic, PANEL.source_name, time_ns, timed))

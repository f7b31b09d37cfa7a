"""Raw messages to try workflows and codecs on: simulated, else made up."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from livedata_authoring.check.subject import called
from livedata_core.api import CodecTable
from livedata_core.contract import (
    AreaDetector,
    ArrayData,
    Batch,
    Detector,
    EventData,
    ImageData,
    Instrument,
    Log,
    LogData,
    Message,
    Monitor,
    WireMessage,
    resolve,
)

__all__ = ["batches", "simulated", "windows"]

START_NS = 1_800_000_000_000_000_000
SECOND_NS = 1_000_000_000
WINDOWS = 2
_MOST = 4000
_EVENTS = 200
_PAYLOADS = (ArrayData, EventData, ImageData, LogData)


def batches(instrument: Instrument, codecs: CodecTable) -> list[Batch]:
    """Return windows of one second with messages for every source.

    What is simulated in a payload of the plugin's own goes over the wire, as workflows
    get what decoders give.
    """
    messages = [_decoded(message, codecs) for message in simulated(instrument)]
    sent = {(message.topic, message.source_name) for message in messages}
    missing = [s for s in instrument.sources if (s.topic, s.source_name) not in sent]
    made_up = itertools.chain.from_iterable(map(_made_up, missing))
    return windows(
        instrument,
        sorted([*messages, *made_up], key=lambda message: message.timestamp_ns),
    )


def simulated(instrument: Instrument) -> list[Message[Any]]:
    """Return what the simulator sends in two seconds; nothing where it fails."""
    if instrument.simulator is None:
        return []
    ref = instrument.simulator

    def play() -> list[Message[Any]]:
        messages = resolve(ref)(instrument).messages(START_NS)
        end = START_NS + WINDOWS * SECOND_NS
        until = itertools.takewhile(lambda m: m.timestamp_ns < end, messages)
        return list(itertools.islice(until, _MOST))

    return called(play)[0] or []


def _decoded(message: Message[Any], codecs: CodecTable) -> Message[Any]:
    if isinstance(message.payload, _PAYLOADS):
        return message
    return codecs.decode(WireMessage(message.topic, codecs.encode(message)))


def windows(instrument: Instrument, messages: Sequence[Message[Any]]) -> list[Batch]:
    """Return messages by source in windows of a second."""
    takers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source in instrument.sources:
        takers[source.topic, source.source_name].append(source.name)
    made = []
    for number in range(WINDOWS):
        start = START_NS + number * SECOND_NS
        streams: dict[str, list[Message[Any]]] = defaultdict(list)
        for message in messages:
            if start <= message.timestamp_ns < start + SECOND_NS:
                for name in takers[message.topic, message.source_name]:
                    streams[name].append(message)
        made.append(Batch(start, start + SECOND_NS, streams))
    return made


def _made_up(source: Detector | AreaDetector | Monitor | Log) -> Iterator[Message[Any]]:
    rng = np.random.default_rng(1)
    for number in range(4 * WINDOWS):
        time_ns = START_NS + number * SECOND_NS // 4
        payload: EventData | ImageData | LogData
        match source:
            case Detector():
                count = int(np.prod(source.shape))
                first = source.first_pixel_id
                payload = _events(time_ns, rng.integers(first, first + count, _EVENTS))
            case Monitor():
                pixel = np.full(_EVENTS, source.pixel_id or 0)
                payload = _events(time_ns, pixel)
            case AreaDetector():
                payload = ImageData(rng.integers(0, 99, source.shape, dtype=np.uint16))
            case Log():
                payload = LogData(np.array(float(number)))
        yield Message(source.topic, source.source_name, time_ns, payload)


def _events(time_ns: int, pixel_id: Any) -> EventData:
    times = np.linspace(0, 70_000_000, len(pixel_id)).astype(np.int32)
    return EventData(
        reference_time=np.array([time_ns]),
        reference_time_index=np.zeros(1, dtype=np.int32),
        time_of_flight=times,
        pixel_id=np.asarray(pixel_id, dtype=np.int32),
    )

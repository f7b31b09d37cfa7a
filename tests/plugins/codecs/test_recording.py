"""The recorded traffic of the reference system, read, and written again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
import streaming_data_types as reference

from livedata_core.contract import (
    DecodeError,
    EventData,
    Heartbeat,
    ImageData,
    JobStatus,
    LogData,
    Message,
    ResultKey,
    WireMessage,
)
from tests.support.codecs import decode, encode, schema_of

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def decoded(recording: Sequence[WireMessage]) -> list[tuple[WireMessage, Message[Any]]]:
    def readable() -> Iterator[tuple[WireMessage, Message[Any]]]:
        for wire in recording:
            try:
                yield wire, decode(wire)
            except DecodeError:
                continue

    return list(readable())


def of_schema(
    decoded: list[tuple[WireMessage, Message[Any]]], schema: str
) -> list[tuple[WireMessage, Message[Any]]]:
    return [pair for pair in decoded if schema_of(pair[0]) == schema]


def test_all_but_the_truncated_command_is_decoded(
    recording: Sequence[WireMessage],
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    counts = Counter(schema_of(wire) for wire, _ in decoded)
    assert counts == {
        "ev44": 2793,
        "ad00": 31,
        "f144": 209,
        "da00": 1679,
        "x5f2": 333,
        "json:command": 32,
        "json:ack": 35,
    }
    assert len(recording) - counts.total() == 1


def test_truncated_command_is_named(recording: Sequence[WireMessage]) -> None:
    (cut,) = [wire for wire in recording if wire.value.endswith(b'"identifier":')]
    with pytest.raises(DecodeError, match="no JSON"):
        decode(cut)


def da00_values(data: bytes) -> Any:
    message = reference.deserialise_da00(data)
    return (
        message.source_name,
        message.timestamp_ns,
        [
            (v.name, v.unit, v.label, tuple(v.axes), np.asarray(v.data))
            for v in message.data
        ],
    )


def our_da00_values(message: Message[Any]) -> Any:
    return (
        message.source_name,
        message.timestamp_ns,
        [
            (v.name, v.unit, v.label, v.dims, v.values)
            for v in message.payload.variables
        ],
    )


def test_arrays_equal_those_of_the_reference(
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    for wire, message in of_schema(decoded, "da00"):
        np.testing.assert_equal(our_da00_values(message), da00_values(wire.value))


def test_results_have_keys_and_scalar_times(
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    for wire, message in of_schema(decoded, "da00"):
        if wire.topic != "dummy_livedata_data":
            continue
        assert ResultKey.parse(message.source_name).workflow_id.instrument == "dummy"
        time = message.payload.get("time")
        assert time.values.dtype == np.int64
        assert time.dims in {(), ("time",)}


def test_arrays_are_views_of_the_message(
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    wire, message = of_schema(decoded, "da00")[0]
    whole = np.frombuffer(wire.value, np.uint8)
    for variable in message.payload.variables:
        assert np.shares_memory(variable.values, whole)
        assert not variable.values.flags.writeable


def test_events_equal_those_of_the_reference(
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    for wire, message in of_schema(decoded, "ev44"):
        events: EventData = message.payload
        expected = reference.deserialise_ev44(wire.value)
        assert message.source_name == expected.source_name
        assert message.timestamp_ns == expected.reference_time[0]
        for name in (
            "reference_time",
            "reference_time_index",
            "time_of_flight",
            "pixel_id",
        ):
            ours = getattr(events, name)
            np.testing.assert_array_equal(ours, getattr(expected, name), strict=True)


def test_images_equal_those_of_the_reference(
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    for wire, message in of_schema(decoded, "ad00"):
        image: ImageData = message.payload
        expected = reference.deserialise_ad00(wire.value)
        assert message.source_name == expected.source_name
        assert message.timestamp_ns == expected.timestamp_ns
        np.testing.assert_array_equal(image.values, expected.data, strict=True)


def test_readings_equal_those_of_the_reference(
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    for wire, message in of_schema(decoded, "f144"):
        reading: LogData = message.payload
        expected = reference.deserialise_f144(wire.value)
        assert message.source_name == expected.source_name
        assert message.timestamp_ns == expected.timestamp_unix_ns
        np.testing.assert_equal(reading.value, expected.value)


def test_heartbeats_equal_those_of_the_reference(
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    for wire, message in of_schema(decoded, "x5f2"):
        heartbeat: Heartbeat = message.payload
        expected = reference.deserialise_x5f2(wire.value)
        status = json.loads(expected.status_json)["message"]
        assert message.source_name == expected.service_id
        assert heartbeat.status.service_id == expected.service_id
        assert heartbeat.update_interval_ms == expected.update_interval
        assert heartbeat.process_id == expected.process_id
        if isinstance(heartbeat.status, JobStatus):
            assert str(heartbeat.status.workflow_id) == status["workflow_id"]
            assert heartbeat.status.params is None


REFERENCE: dict[str, Callable[[bytes], Any]] = {
    "da00": da00_values,
    "ev44": lambda data: reference.deserialise_ev44(data)._replace(message_id=0),
    "ad00": lambda data: reference.deserialise_ad00(data)._replace(unique_id=0),
    "f144": reference.deserialise_f144,
    "x5f2": lambda data: (
        reference.deserialise_x5f2(data)._replace(status_json=""),
        json.loads(reference.deserialise_x5f2(data).status_json),
    ),
    "json:ack": json.loads,
}


@pytest.mark.parametrize("schema", REFERENCE)
def test_the_reference_reads_the_same_from_what_we_write(
    schema: str, decoded: list[tuple[WireMessage, Message[Any]]]
) -> None:
    read = REFERENCE[schema]
    for wire, message in of_schema(decoded, schema):
        np.testing.assert_equal(read(encode(message)), read(wire.value))


def test_commands_are_written_as_they_were(
    decoded: list[tuple[WireMessage, Message[Any]]],
) -> None:
    left_out = {"message_id", "job_id", "workflow_id"}
    for wire, message in of_schema(decoded, "json:command"):
        ours, theirs = json.loads(encode(message)), json.loads(wire.value)
        if isinstance(theirs.get("workflow_id"), str):
            instrument, name, version = theirs["workflow_id"].split("/")
            theirs["workflow_id"] = {
                "instrument": instrument,
                "name": name,
                "version": int(version),
            }
        assert theirs.items() <= ours.items()
        assert ours.keys() - theirs.keys() <= left_out

"""What we write, read back: by us and by ess-streaming-data-types."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
import streaming_data_types as reference

from livedata_codecs import pl72
from livedata_codecs.plugin import livedata_decoders, livedata_encoders
from livedata_core.contract import Message, RunStart, WireMessage
from tests.support import samples
from tests.support.codecs import DECODERS, ENCODERS, encode, through_wire


def plain(payload: Any) -> Any:
    """Return what equality means for a payload: fields and array contents."""
    return dataclasses.asdict(payload) if dataclasses.is_dataclass(payload) else payload


@pytest.mark.parametrize("name", samples.MESSAGES)
def test_a_message_survives_the_wire(name: str) -> None:
    sent = samples.MESSAGES[name]
    received = through_wire(sent)
    assert type(received.payload) is type(sent.payload)
    assert received.source_name == sent.source_name
    assert received.timestamp_ns == sent.timestamp_ns
    np.testing.assert_equal(plain(received.payload), plain(sent.payload))


def test_every_schema_is_registered_both_ways() -> None:
    assert {spec.name for spec in livedata_decoders()} == set(DECODERS)
    assert set(DECODERS) == {
        *("da00", "ev44", "f144", "ad00", "al00", "ep01", "x5f2", "pl72", "6s4t"),
        *("json:command", "json:ack"),
    }
    payloads = {type(message.payload) for message in samples.MESSAGES.values()}
    assert payloads == set(ENCODERS)
    assert len(list(livedata_encoders())) == len(ENCODERS)


def test_reference_reads_our_alarm_and_connection() -> None:
    alarm = reference.deserialise_al00(encode(samples.MESSAGES["al00"]))
    assert alarm.source == "pv"
    assert alarm.timestamp_ns == samples.TIME_NS
    assert alarm.severity.name == "MAJOR"
    assert alarm.message == "too hot"
    connection = reference.deserialise_ep01(encode(samples.MESSAGES["ep01"]))
    assert connection.status.name == "CONNECTED"
    assert connection.service_id == "forwarder"


def test_reference_reads_our_run_messages_in_milliseconds() -> None:
    start = reference.deserialise_pl72(encode(samples.MESSAGES["pl72"]))
    assert start.start_time == samples.TIME_NS // 1_000_000
    assert start.stop_time == start.start_time + 1
    assert (start.run_name, start.instrument_name) == ("run 7", "dummy")
    assert start.nexus_structure == "{}"
    assert start.control_topic == "c"
    stop = reference.deserialise_6s4t(encode(samples.MESSAGES["6s4t"]))
    assert stop.stop_time == start.start_time
    assert stop.command_id == "c"


def test_an_unknown_stop_time_stays_unknown() -> None:
    run = RunStart("run", start_ns=samples.TIME_NS)
    received = through_wire(Message("dummy_filewriter", "", run.start_ns, run))
    assert received.payload.stop_ns is None


def test_an_unknown_start_time_is_when_the_broker_logged_it() -> None:
    value = encode(Message("dummy_filewriter", "", 0, RunStart("run", start_ns=0)))
    for log_time_ms, start_ns in ((5, 5_000_000), (-1, 0), (0, 0)):
        received = pl72.decode(WireMessage("dummy_filewriter", value, log_time_ms))
        assert received.payload.start_ns == received.timestamp_ns == start_ns


@pytest.mark.parametrize(
    ("name", "code"), [("x5f2 job", 210), ("x5f2 service", 200)], ids=str
)
def test_status_code_follows_the_state(name: str, code: int) -> None:
    status = reference.deserialise_x5f2(encode(samples.MESSAGES[name]))
    assert json.loads(status.status_json)["status"] == code


def test_configuration_is_sent_only_where_it_is_known() -> None:
    heartbeat = samples.MESSAGES["x5f2 job"].payload
    bare = heartbeat.status.model_copy(
        update={"params": None, "aux_source_names": None}
    )
    message = Message("t", "", 0, heartbeat.model_copy(update={"status": bare}))
    text = reference.deserialise_x5f2(encode(message)).status_json
    assert json.loads(text)["message"].keys() == {
        *("message_type", "state", "warning", "error"),
        *("job_id", "workflow_id", "start_time", "end_time"),
    }

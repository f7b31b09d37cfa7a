"""JSON control messages and the status inside x5f2."""

from __future__ import annotations

import json

import pytest
import streaming_data_types as reference

from livedata_core.contract import (
    DecodeError,
    JobCommand,
    OtherStatus,
    StartCommand,
    WireMessage,
)
from tests.support.codecs import decode

START = {
    "kind": "workflow_config",
    "identifier": {"instrument": "dummy", "name": "panel_0_xy", "version": 1},
    "message_id": "m",
    "job_id": {
        "source_name": "panel_0",
        "job_number": "7f3c1a52-9d0e-4b6a-8a1c-2f4f0a9d3e11",
    },
    "schedule": {"start_time": None, "end_time": None},
    "aux_source_names": {},
    "params": {},
}


def command(text: str) -> StartCommand | JobCommand:
    return decode(WireMessage("dummy_livedata_commands", text.encode())).payload


def status(text: str) -> object:
    data = reference.serialise_x5f2("other", "1", "svc", "host", 1, 2000, text)
    return decode(WireMessage("dummy_livedata_heartbeat", data)).payload.status


def test_text_form_of_a_workflow_id_is_accepted() -> None:
    read = command('{"kind":"job_command","workflow_id":"a/b/2","action":"reset"}')
    assert str(read.workflow_id) == "a/b/2"
    assert read.message_id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("\u0000", "no JSON"),
        ("[1]", "expected a JSON object, found list"),
        ("null", "found NoneType"),
        ('{"kind":"format_disk"}', "'format_disk' is no kind of command"),
        ('{"kind":["job_command"]}', "is no kind of command"),
        ('{"kind":"job_command","action":"jump"}', "JobCommand: action"),
        ('{"kind":"workflow_config"}', "StartCommand: identifier: Field required"),
        ('{"a":' * 100_000, "no JSON"),
        ('{"a":' * 40 + "1" + "}" * 40, "nested deeper"),
        ('{"a":1' + "0" * 5000 + "}", "no JSON"),
        ('{"a":1' + "0" * 30 + "}", "does not fit into 64 bits"),
        ('{"a":"\\ud800"}', "half a character"),
        ('{"\\udfff":1}', "half a character"),
    ],
    ids=range(14),
)
def test_what_is_no_command_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        command(text)


def test_bytes_that_are_not_utf8_are_refused() -> None:
    for topic in ("i_livedata_commands", "i_livedata_responses"):
        with pytest.raises(DecodeError, match="no JSON"):
            decode(WireMessage(topic, b'{"\xff\xfe'))


def test_unknown_fields_are_ignored() -> None:
    assert command(json.dumps(START | {"colour": "red"})) == command(json.dumps(START))


def test_parameters_may_hold_infinity() -> None:
    text = json.dumps(START | {"params": {"stop": float("inf")}})
    assert command(text).params == {"stop": float("inf")}


@pytest.mark.parametrize(
    "text", ["", "running", "[]", '{"message":"x"}', '{"message":{"message_type":3}}']
)
def test_status_of_other_software_is_kept_as_text(text: str) -> None:
    assert status(text) == OtherStatus(service_id="svc", status_json=text)


def test_broken_status_of_a_job_is_refused() -> None:
    with pytest.raises(DecodeError, match="JobStatus: state"):
        status('{"message":{"message_type":"job","state":"dancing"}}')

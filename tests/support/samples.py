"""One message of every kind, and their encoded forms."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np

from livedata_core.contract import (
    Alarm,
    ArrayData,
    CommandAck,
    ConnectionStatus,
    EventData,
    Heartbeat,
    ImageData,
    JobAction,
    JobCommand,
    JobId,
    JobState,
    JobStatus,
    LogData,
    Message,
    OtherStatus,
    RunStart,
    RunStop,
    ServiceState,
    ServiceStatus,
    StartCommand,
    StreamCount,
    StreamStats,
    TopicStats,
    TransportStats,
    Variable,
    WorkflowId,
)

WORKFLOW = WorkflowId("dummy", "panel_0_xy", 1)
JOB = JobId("panel_0", uuid.UUID("7f3c1a52-9d0e-4b6a-8a1c-2f4f0a9d3e11"))
TIME_NS = 1_795_474_522_500_000_000

ARRAY = ArrayData(
    (
        Variable("signal", ("y", "x"), np.arange(6.0).reshape(2, 3), "counts", "Image"),
        Variable("x", ("x",), np.array([0.0, 1, 2, 3]), "mm"),
        Variable("detector_number", ("y", "x"), np.arange(6).reshape(2, 3)),
        Variable("time", (), np.array(TIME_NS), "ns"),
        Variable("note", (), np.array("beam ↑")),
    )
)
EVENTS = EventData(
    reference_time=np.array([TIME_NS, TIME_NS + 71_428_571]),
    reference_time_index=np.array([0, 2], np.int32),
    time_of_flight=np.array([5, -3, 9], np.int32),
    pixel_id=np.array([1, 2, 3], np.int32),
)
JOB_STATUS = JobStatus(
    state=JobState.WARNING,
    warning="slow",
    job_id=JOB,
    workflow_id=WORKFLOW,
    start_time=1,
    end_time=2,
    params={"bins": 3},
    aux_source_names={},
)
SERVICE_STATUS = ServiceStatus(
    instrument="dummy",
    service_name="detector_data",
    worker_id="w",
    state=ServiceState.RUNNING,
    stream_stats=StreamStats(
        window_seconds=30.0,
        streams=(StreamCount(topic="t", source_name="s", count=3),),
    ),
    transport=TransportStats(
        name="kafka", connected=True, topics=(TopicStats(topic="t", lag=2),)
    ),
)
RUN_START = RunStart(
    "run 7",
    start_ns=TIME_NS,
    stop_ns=TIME_NS + 1_000_000,
    instrument="dummy",
    job_id="j",
    filename="f.nxs",
    nexus_structure="{}",
    service_id="writer",
    broker="b:9092",
    metadata='{"a": 1}',
    control_topic="c",
)

MESSAGES: dict[str, Message[Any]] = {
    "da00": Message("dummy_livedata_data", "s", TIME_NS, ARRAY),
    "ev44": Message("dummy_detector", "panel_0", TIME_NS, EVENTS),
    "f144": Message("dummy_motion", "pv", TIME_NS, LogData(np.array(1.5))),
    "f144 array": Message("dummy_motion", "pv", TIME_NS, LogData(np.arange(4))),
    "ad00": Message(
        "dummy_area_detector", "cam", TIME_NS, ImageData(np.ones((2, 3), np.uint16))
    ),
    "al00": Message("dummy_motion", "pv", TIME_NS, Alarm("MAJOR", "too hot")),
    "ep01": Message(
        "dummy_motion", "pv", TIME_NS, ConnectionStatus("CONNECTED", "forwarder")
    ),
    "x5f2 job": Message(
        "dummy_livedata_heartbeat",
        JOB_STATUS.service_id,
        0,
        Heartbeat(status=JOB_STATUS),
    ),
    "x5f2 service": Message(
        "dummy_livedata_heartbeat",
        SERVICE_STATUS.service_id,
        0,
        Heartbeat(status=SERVICE_STATUS, host_name="h", process_id=7),
    ),
    "x5f2 other": Message(
        "dummy_livedata_heartbeat",
        "filewriter",
        0,
        Heartbeat(status=OtherStatus(service_id="filewriter", status_json="no json")),
    ),
    "pl72": Message("dummy_filewriter", "", TIME_NS, RUN_START),
    "6s4t": Message(
        "dummy_filewriter", "", TIME_NS, RunStop("run 7", TIME_NS, "j", "w", "c")
    ),
    "start": Message(
        "dummy_livedata_commands",
        "",
        0,
        StartCommand(
            identifier=WORKFLOW,
            message_id="m",
            job_id=JOB,
            params={"toa_edges": {"start": 0.0, "unit": "μs"}},
        ),
    ),
    "command": Message(
        "dummy_livedata_commands",
        "",
        0,
        JobCommand(message_id="m", job_id=JOB, action=JobAction.STOP),
    ),
    "ack": Message(
        "dummy_livedata_responses",
        "",
        0,
        CommandAck(message_id="m", device="all", response="ERR", message="no"),
    ),
}

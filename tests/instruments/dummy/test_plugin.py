"""What the dummy instrument declares is what the recorded traffic shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from streaming_data_types import deserialise_da00, deserialise_ev44

from livedata_core.contract import (
    ResultKey,
    StartCommand,
    StreamId,
    WireMessage,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.plugins import load_plugins
from livedata_dummy.geometry import HEIGHT_M, RADIUS_M, panel_positions
from livedata_dummy.instrument import DUMMY

NOT_OFFERED = {"does_not_exist"}
BY_HAND = {"unknown_bank"}


@pytest.fixture(scope="module")
def workflows() -> Mapping[WorkflowId, WorkflowSpec]:
    registry = load_plugins().registry
    return registry.workflows(registry.instruments["dummy"])


def start_commands(recording: Sequence[WireMessage]) -> list[StartCommand]:
    texts = [
        message.value
        for message in recording
        if message.topic == "dummy_livedata_commands"
        and b'"workflow_config"' in message.value
        and message.value.endswith(b"}")
    ]
    return [StartCommand.model_validate(json.loads(text)) for text in texts]


@pytest.mark.data
def test_recorded_start_commands_name_its_workflows_and_sources(recording, workflows):
    for command in start_commands(recording):
        if command.identifier.name in NOT_OFFERED:
            continue
        spec = workflows[command.identifier]
        if command.job_id.source_name != "no_such_source":
            assert command.job_id.source_name in spec.sources


@pytest.mark.data
def test_recorded_default_parameters_are_its_defaults(recording, workflows):
    for command in start_commands(recording):
        spec = workflows.get(command.identifier)
        if spec is None or spec.params is None:
            continue
        first = spec.params.model_validate(command.params)
        assert first == spec.params()
        return
    pytest.fail("no start command with parameters")


@pytest.mark.data
def test_recorded_results_are_declared(recording, workflows):
    names = {
        deserialise_da00(message.value).source_name
        for message in recording
        if message.topic == "dummy_livedata_data"
    }
    for key in map(ResultKey.parse, names):
        assert workflows[key.workflow_id].output(key.output_name) is not None, key


@pytest.mark.data
def test_recorded_events_come_from_its_sources(recording):
    declared = {source.stream for source in DUMMY.sources}
    for message in recording:
        if message.value[4:8] == b"ev44":
            name = deserialise_ev44(message.value).source_name
            if name not in BY_HAND:
                assert StreamId(message.topic, name) in declared


def test_panel_lies_on_a_cylinder_around_the_beam():
    positions = panel_positions()
    np.testing.assert_allclose(np.hypot(*positions[:, :2].T), RADIUS_M)
    assert np.ptp(positions[:, 2]) == pytest.approx(HEIGHT_M * 127 / 128)
    np.testing.assert_allclose(np.diff(positions[:128, 2]), 0)

"""What is read: no more than the workflows need."""

from __future__ import annotations

import numpy as np
import pytest

from livedata_core.contract import ArrayData, Message, Variable
from livedata_worker.datatime import at_data_time
from livedata_worker.routing import subscription
from tests.plugins.worker.probe import probe
from tests.plugins.worker.rig import ACME, BANKS, LOGS, MONITORS


def test_only_topics_that_workflows_need_are_read() -> None:
    found = subscription(ACME, [MONITORS])
    assert found.data == ("acme_monitor",)
    assert found.sources == {"m1"}
    assert "acme_livedata_commands" in found.control


def test_topics_of_logs_and_further_sources_are_read_too() -> None:
    spec = probe(aux_sources={"monitor": "m1"}, context=("motor",))
    found = subscription(ACME, [spec])
    assert set(found.data) == {"acme_detector", "acme_monitor", "acme_motion"}


def test_topics_of_sources_that_others_own_are_not_read() -> None:
    assert subscription(ACME, [BANKS, LOGS], ["motor"]).data == ("acme_motion",)
    assert subscription(ACME, [BANKS, LOGS], ["nobody"]).data == ()


def test_regions_and_runs_are_read_where_they_matter() -> None:
    spec = probe(outputs=MONITORS.outputs, on_run_start="accumulate")
    assert subscription(ACME, [spec]).control == ("acme_livedata_commands",)
    assert set(subscription(ACME, [probe()]).control) == {
        "acme_livedata_commands",
        "acme_livedata_roi",
        "acme_filewriter",
    }


def histogram(*variables: Variable) -> Message[ArrayData]:
    return Message("t", "m", 7, ArrayData(variables))


@pytest.mark.parametrize(
    ("values", "unit", "time"),
    [
        (np.array(5), "ns", 5),
        (np.array([5, 6]), None, 5),
        (np.array(5, dtype="datetime64[ns]").astype("int64"), "datetime64[ns]", 5),
        (np.array(2.0), "s", 2_000_000_000),
        (np.array(3), "ms", 3_000_000),
        (np.array([], dtype=np.int64), "ns", 7),
        (np.array(np.nan), "ns", 7),
        (np.array(5), "furlong", 7),
        (np.array("five"), "ns", 7),
        (np.array(-(2**63)), "s", 7),
        (np.array(-(2**63)), "ns", 7),
        (np.array(-1e300), "s", 7),
        (np.array(1e300), "ns", 7),
        (np.array(2**64 - 1, dtype=np.uint64), "ns", 7),
    ],
)
def test_histograms_are_of_their_reference_time(
    values: np.ndarray, unit: str | None, time: int
) -> None:
    dims = ("n",) * values.ndim
    message = histogram(Variable("reference_time", dims, values, unit))
    assert at_data_time(message).timestamp_ns == time
    assert at_data_time(histogram()).timestamp_ns == 7

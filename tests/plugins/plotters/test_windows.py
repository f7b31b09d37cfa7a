"""Standard plotters show windows without knowing of them."""

from __future__ import annotations

import scipp as sc

from livedata_core.contract import DataKey, PlotInput, WorkflowId
from livedata_plotters.rates import per_second


def test_rate_of_joined_updates_leaves_out_the_gaps() -> None:
    def moment(seconds: float) -> sc.Variable:
        return sc.scalar(int(seconds * 1e9), unit="ns")

    data = sc.DataArray(
        sc.scalar(30.0, unit="counts"),
        coords={
            "start_time": moment(0),
            "time": moment(10),
            "duration": moment(3),
        },
    )
    key = DataKey(WorkflowId("d", "v", 1), "a", "o")
    (made,) = per_second([PlotInput(key, data, "A")])
    assert sc.identical(made.data.data, sc.scalar(10.0, unit="counts/s"))

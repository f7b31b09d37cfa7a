"""Log series: readings of a device with their times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipp as sc

from livedata_core.contract import Batch, Log, LogData, Message, WorkflowContext
from livedata_workflows.readable import readable
from livedata_workflows.sources import source_of

__all__ = ["TimeSeries"]


class TimeSeries:
    """Passes on the readings that came since the last update, in order of time."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._times: list[int] = []
        self._values: list[float] = []

    @classmethod
    def from_context(cls, context: WorkflowContext) -> TimeSeries:
        """Make the series of the context's source."""
        return cls(source_of(context, Log))

    def accumulate(self, batch: Batch) -> None:
        """Take in readings.

        Raises
        ------
        ValueError
            In the end, if a reading is not one number.
        """
        messages = batch.messages.get(self._log.name, ())
        for time_ns, value in readable(messages, self._reading):
            self._times.append(time_ns)
            self._values.append(value)

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return the new readings; nothing where there are none."""
        if not self._times:
            return {}
        order = np.argsort(self._times, kind="stable")
        times = np.array(self._times)[order].astype("datetime64[ns]")
        delta = sc.DataArray(
            sc.array(
                dims=["time"],
                values=np.array(self._values)[order],
                unit=self._log.unit,
            ),
            coords={"time": sc.array(dims=["time"], values=times, unit="ns")},
        )
        self.reset()
        return {"delta": delta}

    def reset(self) -> None:
        """Forget readings that have not been passed on."""
        self._times = []
        self._values = []

    def _reading(self, message: Message[Any]) -> tuple[int, float]:
        """Return time and value of a reading."""
        reading = message.payload
        value = reading.value if isinstance(reading, LogData) else np.array(())
        if value.size != 1 or value.dtype.kind not in "biuf":
            raise ValueError(
                f"{self._log.name} sent {value.dtype} of shape {value.shape} on "
                f"{message.topic}; a log series takes single numbers (f144)"
            )
        return message.timestamp_ns, float(value.reshape(()))

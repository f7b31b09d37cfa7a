"""The names of the topics of one instrument and what travels on them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Topics"]


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of the livedata system for one instrument.

    Topics of raw data are named by the instrument's own records.

    Examples
    --------
    >>> Topics("dummy").data
    'dummy_livedata_data'
    """

    instrument: str

    @property
    def commands(self) -> str:
        """JSON commands, dashboard to workers."""
        return f"{self.instrument}_livedata_commands"

    @property
    def responses(self) -> str:
        """JSON acknowledgements, worker to dashboards."""
        return f"{self.instrument}_livedata_responses"

    @property
    def heartbeat(self) -> str:
        """Status of services and jobs (x5f2), worker to dashboards."""
        return f"{self.instrument}_livedata_heartbeat"

    @property
    def data(self) -> str:
        """Results (da00), worker to dashboards."""
        return f"{self.instrument}_livedata_data"

    @property
    def roi(self) -> str:
        """Regions of interest (da00), dashboard to workers."""
        return f"{self.instrument}_livedata_roi"

    @property
    def nicos_data(self) -> str:
        """Device values (da00), worker to NICOS."""
        return f"{self.instrument}_livedata_nicos_data"

    @property
    def filewriter(self) -> str:
        """Run start (pl72) and run stop (6s4t)."""
        return f"{self.instrument}_filewriter"

    def dashboard(self) -> tuple[str, ...]:
        """Return the topics that a dashboard reads."""
        return (self.data, self.heartbeat, self.responses, self.filewriter)

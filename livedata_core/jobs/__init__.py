"""Jobs: what was asked for, what is observed, and what both together mean."""

from livedata_core.jobs.active import ActiveJobRegistry, Generation
from livedata_core.jobs.pending import (
    Answer,
    Command,
    Expired,
    PendingCommandTracker,
    Reply,
)
from livedata_core.jobs.status import (
    JobStatusRegistry,
    ObservedJob,
    ObservedService,
    ServiceStatusRegistry,
)

__all__ = [
    "ActiveJobRegistry",
    "Answer",
    "Command",
    "Expired",
    "Generation",
    "JobStatusRegistry",
    "ObservedJob",
    "ObservedService",
    "PendingCommandTracker",
    "Reply",
    "ServiceStatusRegistry",
]

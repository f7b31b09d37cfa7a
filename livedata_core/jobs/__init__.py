"""Jobs: what was asked for, what is observed, and what both together mean."""

from livedata_core.jobs.active import ActiveJobRegistry, Generation
from livedata_core.jobs.commands import CommandError, CommandService
from livedata_core.jobs.controller import WorkflowController
from livedata_core.jobs.desired import DesiredJob, Wanted
from livedata_core.jobs.orchestrator import JobOrchestrator
from livedata_core.jobs.pending import (
    Answer,
    Command,
    Expired,
    PendingCommandTracker,
    Reply,
)
from livedata_core.jobs.regions import NamedRegion, RegionService
from livedata_core.jobs.states import Condition, SourceState, source_state
from livedata_core.jobs.status import (
    JobStatusRegistry,
    ObservedJob,
    ObservedService,
    ServiceStatusRegistry,
)
from livedata_core.jobs.views import JobView, SourceView, WorkflowView

__all__ = [
    "ActiveJobRegistry",
    "Answer",
    "Command",
    "CommandError",
    "CommandService",
    "Condition",
    "DesiredJob",
    "Expired",
    "Generation",
    "JobOrchestrator",
    "JobStatusRegistry",
    "JobView",
    "NamedRegion",
    "ObservedJob",
    "ObservedService",
    "PendingCommandTracker",
    "RegionService",
    "Reply",
    "ServiceStatusRegistry",
    "SourceState",
    "SourceView",
    "Wanted",
    "WorkflowController",
    "WorkflowView",
    "source_state",
]

"""A journal of what happened, for the log: services, sessions, jobs.

Written at the level *info*; ``livedata serve --log-level info`` shows it.
"""

from __future__ import annotations

import logging

from livedata_core.contract import JobInfo, ServicesInfo, SessionInfo, hookimpl

__all__ = [
    "livedata_job_changed",
    "livedata_services_started",
    "livedata_services_stopped",
    "livedata_session_closed",
    "livedata_session_started",
]

log = logging.getLogger("livedata.journal")


@hookimpl
def livedata_services_started(services: ServicesInfo) -> None:
    """Note which instrument is served, over what and with which plugins."""
    log.info(
        "serves %s over %s, livedata-core %s, plugins: %s",
        services.instrument,
        services.transport,
        services.version,
        ", ".join(services.plugins),
    )


@hookimpl
def livedata_services_stopped(services: ServicesInfo) -> None:
    """Note the end."""
    log.info("stops serving %s", services.instrument)


@hookimpl
def livedata_session_started(session: SessionInfo) -> None:
    """Note who opened the page."""
    log.info("session %s of %s begins", session.session_id, session.user)


@hookimpl
def livedata_session_closed(session: SessionInfo) -> None:
    """Note that a page is gone."""
    log.info("session %s of %s ends", session.session_id, session.user)


@hookimpl
def livedata_job_changed(job: JobInfo) -> None:
    """Note a job's new state, with its message if there is one."""
    message = f": {job.message}" if job.message else ""
    log.info("%s, job %s is %s%s", job.workflow_id, job.job_id, job.state, message)

"""Workers, their streams, and jobs, as the system page shows them. Pure functions."""

from __future__ import annotations

from typing import Any

from livedata_core.api import DashboardServices, JobView, ObservedService
from livedata_panel.health import worker_tone
from livedata_panel.titles import STATE_TEXT, STATE_TONES, millis

__all__ = ["job_rows", "worker_rows", "worker_streams", "worker_topics"]

MOST_STREAMS = 300
MOST_JOBS = 300


def worker_rows(services: DashboardServices) -> list[dict[str, Any]]:
    """Return one row for each worker service."""
    now_ns = services.clock()
    return [
        _worker(worker, silent=worker.is_silent(now_ns))
        for _, worker in sorted(services.service_status.snapshot().items())
    ]


def _worker(worker: ObservedService, *, silent: bool) -> dict[str, Any]:
    status = worker.status
    transport = status.transport
    troubles = [status.error, status.warning]
    if transport is not None and not transport.connected:
        troubles.append(f"broker: {transport.detail or 'not connected'}")
    return {
        "service": status.service_name,
        "worker": status.worker_id,
        "host": worker.host_name,
        "version": worker.software_version,
        "tone": worker_tone(status.state, silent=silent),
        "state": "silent" if silent else status.state.value,
        "error": "; ".join(text for text in troubles if text),
        "jobs": status.active_job_count,
        "batch_s": status.batch_interval_s,
        "lag_s": status.lag_s,
        "late": status.late,
        "started": millis(status.started_at),
        "heard": millis(worker.last_seen_ns),
    }


def worker_streams(services: DashboardServices) -> dict[str, Any]:
    """Return the streams that workers receive, those that nothing maps first."""
    topics = services.topics
    own = (topics.commands, topics.roi, topics.filewriter)  # read, but no data
    rows = [
        {
            "service": worker.status.service_name,
            "topic": count.topic,
            "source": count.source_name,
            "stream": count.stream,
            "rate": round(count.count / stats.window_seconds, 2),
            "late": count.late,
        }
        for worker in services.service_status.snapshot().values()
        if (stats := worker.status.stream_stats) is not None and stats.window_seconds
        for count in stats.streams
        if count.topic not in own
    ]
    rows.sort(key=lambda r: (r["stream"] is not None, r["topic"], r["source"]))
    return {
        "rows": rows[:MOST_STREAMS],
        "more": max(0, len(rows) - MOST_STREAMS),
        "unmapped": sum(row["stream"] is None for row in rows),
    }


def worker_topics(services: DashboardServices) -> dict[str, Any]:
    """Return the topics of workers, those where messages were lost or wait first."""
    found = [
        (topic, worker.status.service_name)
        for worker in services.service_status.snapshot().values()
        if worker.status.transport is not None
        for topic in worker.status.transport.topics
    ]
    found.sort(
        key=lambda pair: (
            -pair[0].skipped - pair[0].unsent,
            -(pair[0].lag or 0),
            pair[0].topic,
            pair[1],
        )
    )
    rows = [
        {
            "service": service,
            "topic": topic.topic,
            "rate": round(topic.rate_hz, 1),
            "mb_per_s": round(topic.bytes_per_s / 1e6, 2),
            "lag": topic.lag,
            "skipped": topic.skipped,
            "unsent": topic.unsent,
        }
        for topic, service in found[:MOST_STREAMS]
    ]
    return {"rows": rows, "more": len(found) - len(rows)}


def job_rows(services: DashboardServices) -> dict[str, Any]:
    """Return every job that is heard, those that nothing here shows first."""
    jobs = sorted(
        services.workflows.heard(),
        key=lambda job: (job.installed and job.shown, job.title, job.job_id),
    )
    return {
        "rows": [_job(job) for job in jobs[:MOST_JOBS]],
        "more": max(0, len(jobs) - MOST_JOBS),
    }


def _job(job: JobView) -> dict[str, Any]:
    remark = ""
    if not job.installed:
        remark = "its workflow is not installed here"
    elif not job.shown:
        remark = "another job of this source is shown"
    elif job.params is None:
        remark = "its settings are not known"
    return {
        "workflow": str(job.workflow_id),
        "title": job.title,
        "source": job.job_id.source_name,
        "source_title": job.source_title,
        "number": str(job.job_id.job_number),
        "tone": STATE_TONES[job.state],
        "state": STATE_TEXT[job.state],
        "since": millis(job.since_ns),
        "message": job.message,
        "remark": remark,
    }

from livedata_core.contract import JobInfo, JobState, ServiceState, ServiceStatus
from livedata_core.contract.control import StreamStats
from livedata_core.jobs import JobStatusRegistry, ServiceStatusRegistry
from tests.support.job_statuses import TOTAL, job, status
from tests.support.observed import Observed

SECOND = 1_000_000_000


def service(worker: str = "w", **fields: object) -> ServiceStatus:
    return ServiceStatus.model_validate(
        {
            "instrument": "dummy",
            "service_name": "detector_data",
            "worker_id": worker,
            "state": "running",
            **fields,
        }
    )


def test_last_seen_is_renewed_and_version_rises_only_on_change() -> None:
    jobs = JobStatusRegistry()
    jobs.update(status(1, "scheduled"), 1 * SECOND)
    jobs.update(status(1), 3 * SECOND)
    version = jobs.version
    jobs.update(status(1), 5 * SECOND)
    assert jobs.version == version
    seen = jobs.snapshot()[job(1)]
    assert (seen.last_seen_ns, seen.since_ns) == (5 * SECOND, 3 * SECOND)


def test_a_job_is_silent_after_ten_seconds_and_its_return_is_a_change() -> None:
    jobs = JobStatusRegistry()
    jobs.update(status(1), 0)
    seen = jobs.snapshot()[job(1)]
    assert not seen.is_silent(10 * SECOND)
    assert seen.is_running(10 * SECOND)
    assert seen.is_silent(11 * SECOND)
    assert not seen.is_running(11 * SECOND)
    version = jobs.version
    jobs.update(status(1), 12 * SECOND)
    assert jobs.version > version


def test_a_stopped_job_does_not_run() -> None:
    jobs = JobStatusRegistry()
    jobs.update(status(1, "stopped"), 0)
    assert not jobs.snapshot()[job(1)].is_running(0)


def test_plugins_are_told_of_new_states_with_the_reason() -> None:
    observed = Observed()
    jobs = JobStatusRegistry(observed)
    jobs.update(status(1), 0)
    jobs.update(status(1), 2 * SECOND)
    jobs.update(status(1, "error", error="no geometry"), 4 * SECOND)
    assert [call["job"] for _, call in observed.calls] == [
        JobInfo(TOTAL, job(1), JobState.ACTIVE),
        JobInfo(TOTAL, job(1), JobState.ERROR, "no geometry"),
    ]
    assert set(observed.names()) == {"livedata_job_changed"}


def test_jobs_are_bounded_and_those_silent_longest_go_first() -> None:
    jobs = JobStatusRegistry(limit=3)
    for n in range(3):
        jobs.update(status(n), n)
    jobs.update(status(0), 5)
    jobs.update(status(9), 6)
    assert set(jobs.snapshot()) == {job(0), job(2), job(9)}


def test_a_snapshot_does_not_change_and_is_shared_until_the_next_write() -> None:
    jobs = JobStatusRegistry()
    jobs.update(status(1), 0)
    snapshot = jobs.snapshot()
    assert jobs.snapshot() is snapshot
    jobs.update(status(2), 0)
    assert set(snapshot) == {job(1)}


def test_stream_stats_are_kept_between_the_heartbeats_that_carry_them() -> None:
    services = ServiceStatusRegistry()
    stats = StreamStats(window_seconds=30.0)
    services.update(service(stream_stats=stats), 0, "host", "0.1.0")
    services.update(service(active_job_count=2), 2 * SECOND, "host", "0.1.0")
    (seen,) = services.snapshot().values()
    assert seen.status.stream_stats == stats
    assert seen.status.active_job_count == 2
    assert (seen.host_name, seen.software_version) == ("host", "0.1.0")


def test_workers_of_one_service_are_told_apart() -> None:
    services = ServiceStatusRegistry()
    services.update(service("a"), 0)
    services.update(service("b"), 0)
    assert set(services.snapshot()) == {
        "dummy:detector_data:a",
        "dummy:detector_data:b",
    }


def test_a_worker_that_said_farewell_is_not_silent() -> None:
    services = ServiceStatusRegistry()
    services.update(service("a", state=ServiceState.STOPPED), 0)
    services.update(service("b"), 0)
    silent = {
        key: seen.is_silent(60 * SECOND) for key, seen in services.snapshot().items()
    }
    assert silent == {"dummy:detector_data:a": False, "dummy:detector_data:b": True}


def test_an_equal_service_heartbeat_is_no_change() -> None:
    services = ServiceStatusRegistry()
    services.update(service(), 0)
    version = services.version
    services.update(service(), 2 * SECOND)
    assert services.version == version
    services.update(service(error="disk full"), 4 * SECOND)
    assert services.version > version

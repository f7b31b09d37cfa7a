"""Whole systems under bad input: told where it belongs, and the rest goes on."""

import random
from collections.abc import Sequence

import pytest

from livedata_core.contract import Topics, WireMessage
from livedata_core.plugins import PluginState
from tests.support.embedded import System, running
from tests.support.plugins import Site

RAW_TOPICS = ("dummy_detector", "dummy_beam_monitor", "dummy_motion")
SEEN_BY_DASHBOARD = Topics("dummy").dashboard()


def garbage(recording: Sequence[WireMessage]) -> list[bytes]:
    """Return bytes of every bad kind: cut, random, empty, flipped, of other schemas."""
    dice = random.Random(1)
    first = {wire.value[4:8]: wire.value for wire in recording}
    bad = [b"", b"\0", b"no message", dice.randbytes(100), dice.randbytes(70_000)]
    for value in first.values():
        flipped = bytearray(value)
        flipped[dice.randrange(8, len(value))] ^= 0xFF
        bad += [value[: len(value) // 2], bytes(flipped), value]
    return bad


def counted_errors(system: System, topics: Sequence[str]) -> set[str]:
    assert system.backend.worker is not None
    counted = (
        system.services.resources.counters.snapshot(),
        system.backend.worker.arrivals(),
    )
    return {
        stream.topic
        for counts in counted
        for stream, arrivals in counts.items()
        if arrivals.errors and stream.topic in topics
    }


def live_version(system: System) -> int:
    return system.services.data.version


@pytest.mark.data
def test_garbage_on_every_topic_is_counted_and_data_go_on(
    recording: Sequence[WireMessage],
) -> None:
    topics = Topics("dummy")
    everywhere = (*RAW_TOPICS, *SEEN_BY_DASHBOARD, topics.commands)
    with running("dummy") as system:
        system.wait_until(lambda: live_version(system) > 0)
        sink = system.transport.sink()
        for topic in everywhere:
            for value in garbage(recording):
                sink.publish(topic, value)
        wanted = set(everywhere)
        system.wait_until(lambda: counted_errors(system, everywhere) == wanted)
        reached = live_version(system)
        system.wait_until(lambda: live_version(system) > reached + 3)


def test_broken_plugin_is_reported_while_the_system_runs(site: Site) -> None:
    site.install("out_of_order", "raise RuntimeError('out of order')", version="0.9")
    with running("dummy") as system:
        system.wait_until(lambda: live_version(system) > 3)
        reports = {report.name: report for report in system.services.plugins.reports}
        assert reports["out_of_order"].state is PluginState.FAILED
        assert "out of order" in str(reports["out_of_order"].reason)
        assert reports["dummy"].state is PluginState.LOADED

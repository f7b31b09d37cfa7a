"""The fixtures of ``livedata-testing``, used as an author of a plugin would."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import TransportSpec, hookimpl
from livedata_core.plugins import PluginManager
from livedata_dummy.instrument import DUMMY
from livedata_dummy.simulator import Simulator
from livedata_testing.dashboard import Dashboard
from livedata_testing.producers import Messages

LoadPlugins = Callable[..., PluginManager]
RunDashboard = Callable[..., AbstractContextManager[Dashboard]]
VIEW = "dummy/panel_0_xy/1"


@hookimpl
def livedata_transports() -> list[TransportSpec]:
    return [TransportSpec(name="pigeon", title="Pigeon", factory="acme:Pigeon")]


def test_plugins_are_livedatas_own_and_the_given_ones(
    livedata_plugins: LoadPlugins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "site" / "livedata_other-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: livedata-other\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[livedata]\nother = json\n")
    monkeypatch.syspath_prepend(tmp_path / "site")

    plugin = SimpleNamespace(livedata_transports=livedata_transports)
    manager = livedata_plugins(plugin)

    assert {"pigeon", "in-process"} <= set(manager.registry.transports)
    assert "other" not in {report.name for report in manager.reports}
    named = livedata_plugins("livedata-other")
    assert "other" in {report.name for report in named.reports}


def test_a_plugin_that_is_not_installed_is_named(livedata_plugins: LoadPlugins) -> None:
    with pytest.raises(
        LookupError, match=r"no plugin 'acme' is installed .*`pip install -e \."
    ):
        livedata_plugins("acme")


def test_given_messages_are_what_is_shown(livedata_dashboard: RunDashboard) -> None:
    """Counts of the plot equal the events sent; times are those of now."""
    simulated = itertools.islice(Simulator(DUMMY).messages(0), 400)
    panel = [m for m in simulated if m.source_name == "panel_0"][:20]
    sent = sum(len(message.payload.pixel_id) for message in panel)
    with livedata_dashboard("dummy", plugins=[], producer=Messages(panel)) as dashboard:
        title = dashboard.add_plot(VIEW, "panel_0", "counts_total_cumulative", "trend")

        def counted() -> float:
            shown = dashboard.plot(title)
            if shown.frame is None:
                return 0.0
            values: Any = shown.element().dimension_values(1)
            return float(np.nanmax(values))

        dashboard.wait_until(lambda: counted() == sent, "all counts")
        assert dashboard.errors() == []
        with pytest.raises(LookupError, match="no plot 'Spectra'; there are 'Panel 0'"):
            dashboard.plot("Spectra")


def test_times_of_pulses_move_with_their_messages() -> None:
    first, second = itertools.islice(
        (m for m in Simulator(DUMMY).messages(0) if m.source_name == "panel_0"), 2
    )
    moved = list(Messages([first, second]).messages(10**18))
    step = second.timestamp_ns - first.timestamp_ns
    assert [m.timestamp_ns for m in moved] == [10**18, 10**18 + step]
    assert moved[1].payload.reference_time.tolist() == [10**18 + step]

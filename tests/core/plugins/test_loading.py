"""What a plugin that works gives: records with their origin, reports, no imports."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from livedata_core.contract import Instrument, Origin, resolve
from livedata_core.plugins import PluginState, discover, load_plugins
from livedata_core.plugins.first_party import FIRST_PARTY
from tests.support.plugins import Site, report_of

HEAVY = ("numpy", "scipp", "panel", "bokeh", "holoviews", "pandas", "confluent_kafka")


def test_records_are_stamped_with_their_origin(site: Site) -> None:
    site.install(
        "forged",
        """
        from livedata_core.contract import Origin, TransportSpec, hookimpl

        @hookimpl
        def livedata_transports():
            origin = Origin(plugin="core", distribution="livedata-core", version="9")
            yield TransportSpec(name="mine", title="M", factory="a:b", origin=origin)
        """,
        distribution="acme-forged",
        version="2.0",
    )
    record = load_plugins().registry.transports["mine"]
    assert record.origin == Origin(
        plugin="forged", distribution="acme-forged", version="2.0"
    )


def test_report_tells_what_a_plugin_registers(site: Site) -> None:
    report = report_of(load_plugins(), "good")
    assert report.state is PluginState.LOADED
    assert report.version == "1.2.3"
    assert report.distribution == "good"
    assert report.module == "good"
    assert report.summary == "Plugin of good."
    assert report.hooks == ("livedata_transports",)
    assert [record.name for record in report.records["transports"]] == [
        "good-transport"
    ]
    assert report.load_time_s is not None
    assert report.reason is None


def test_an_object_can_be_a_plugin(site: Site) -> None:
    site.install(
        "with_object",
        """
        from livedata_core.contract import DecoderSpec, hookimpl

        class Hooks:
            @hookimpl
            def livedata_decoders(self):
                return [DecoderSpec(name="zz97", decode="a:b")]

        hooks = Hooks()
        """,
    )
    site.entry_points("with_object-1.2.3.dist-info", {"obj": "with_object:hooks"})
    manager = load_plugins()
    assert "zz97" in manager.registry.decoders
    assert report_of(manager, "obj").problems == ()


def test_hook_may_leave_out_arguments(site: Site) -> None:
    site.install(
        "no_arguments",
        """
        from livedata_core.contract import GridTemplate, hookimpl

        @hookimpl
        def livedata_grid_templates():
            for instrument in ("dummy", "elsewhere"):
                yield GridTemplate(
                    name="empty", title="Empty", instrument=instrument, cells=()
                )
        """,
    )
    manager = load_plugins()
    dummy = Instrument(name="dummy", title="Dummy")
    assert manager.registry.grid_templates(dummy)["empty"].instrument == "dummy"


def test_instrument_hooks_are_called_once_for_each_instrument(site: Site) -> None:
    site.install(
        "counting",
        """
        from livedata_core.contract import hookimpl
        calls = []

        @hookimpl
        def livedata_workflows(instrument):
            calls.append(instrument.name)
        """,
    )
    registry = load_plugins().registry
    calls = resolve("counting:calls")
    assert calls == []
    first = Instrument(name="first", title="First")
    for instrument in (first, first, Instrument(name="second", title="Second"), first):
        registry.workflows(instrument)
        registry.grid_templates(instrument)
    assert calls == ["first", "second"]


def test_registry_cannot_be_written_to() -> None:
    transports = load_plugins().registry.transports
    with pytest.raises(TypeError):
        transports["x"] = transports["null"]  # type: ignore[index]


def test_every_first_party_plugin_loads_without_problem() -> None:
    manager = load_plugins()
    manager.open_all_instruments()
    own = [report for report in manager.reports if report.distribution in FIRST_PARTY]
    assert {"core", "cli"} <= {report.name for report in own}
    problems = [problem.message for report in own for problem in report.problems]
    assert problems == []


def test_what_the_core_registers_can_be_imported() -> None:
    report = report_of(load_plugins(), "core")
    for record in (*report.records["transports"], *report.records["config_stores"]):
        assert callable(resolve(record.factory))  # type: ignore[attr-defined]


def test_own_plugins_come_first_others_by_distribution(site: Site) -> None:
    site.install("zz_first", "", distribution="aa-acme")
    distributions = [found.origin.distribution for found in discover()]
    own = [name for name in distributions if name in FIRST_PARTY]
    assert distributions == [*own, "aa-acme", "good"]
    assert own == sorted(own)


def test_folders_to_look_into_can_be_given(site: Site) -> None:
    (found,) = discover([str(site.folder)])
    assert found.origin.plugin == "good"


def test_loading_imports_nothing_heavy() -> None:
    code = (
        "import json, sys\n"
        "from livedata_core.plugins import load_plugins\n"
        "load_plugins().open_all_instruments()\n"
        f"print(json.dumps([m for m in {HEAVY} if m in sys.modules]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == []

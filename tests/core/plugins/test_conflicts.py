"""Names that two plugins want."""

from __future__ import annotations

import sys

import pytest

from livedata_core.contract import SessionInfo
from livedata_core.plugins import PluginState, ProblemKind, disable, load_plugins
from tests.support.plugins import Site, assert_explains, only_problem, report_of

TRANSPORT = """
    from livedata_core.contract import TransportSpec, hookimpl

    @hookimpl
    def livedata_transports():
        yield TransportSpec(name="{name}", title="{title}", factory="a:b")
        yield TransportSpec(name="own-{title}", title="{title}", factory="a:b")
"""


def test_first_party_record_stands(site: Site) -> None:
    site.install(
        "rival",
        TRANSPORT.format(name="null", title="rival"),
        distribution="acme-null",
        version="1.1",
    )
    manager = load_plugins()
    standing = manager.registry.transports["null"]
    assert standing.origin is not None
    assert standing.origin.distribution == "livedata-core"
    assert_explains(
        only_problem(manager, "rival"),
        ProblemKind.NAME_CONFLICT,
        f"transport 'null' is registered by {standing.origin} (in use) and by "
        "acme-null 1.1",
        "uninstall one or disable it with `livedata plugins disable acme-null`",
    )
    assert report_of(manager, "core").problems == ()
    assert "own-rival" in manager.registry.transports


def test_among_third_parties_none_is_used_until_one_is_disabled(site: Site) -> None:
    for plugin in ("one", "two", "three"):
        site.install(
            f"wants_{plugin}",
            TRANSPORT.format(name="wanted", title=plugin),
            plugin=plugin,
            distribution=f"acme-{plugin}",
        )
    manager = load_plugins()
    assert "wanted" not in manager.registry.transports
    for plugin in ("one", "two", "three"):
        assert f"own-{plugin}" in manager.registry.transports
        assert_explains(
            only_problem(manager, plugin),
            ProblemKind.NAME_CONFLICT,
            "transport 'wanted' is registered by",
            "acme-one 1.2.3",
            "acme-two 1.2.3",
            "acme-three 1.2.3",
            "none is used",
            "`livedata plugins disable acme-one`",
            "`livedata plugins disable acme-three`",
        )
    disable("acme-one")
    settled = load_plugins(["three"])
    assert settled.registry.transports["wanted"].title == "two"
    assert report_of(settled, "two").problems == ()
    assert "good-transport" in settled.registry.transports


def test_one_payload_has_one_encoder_whatever_its_name(site: Site) -> None:
    for plugin in ("encoder_a", "encoder_b"):
        site.install(
            plugin,
            f"""
            from livedata_core.contract import EncoderSpec, hookimpl

            @hookimpl
            def livedata_encoders():
                yield EncoderSpec(name="{plugin}", payload="a:Shot", encode="a:encode")
            """,
        )
    manager = load_plugins()
    assert "a:Shot" not in manager.registry.encoders
    assert_explains(
        only_problem(manager, "encoder_a"), ProblemKind.NAME_CONFLICT, "'a:Shot'"
    )


def test_two_distributions_with_one_entry_point_name(site: Site) -> None:
    for letter in "ab":
        site.install(
            f"same_{letter}",
            TRANSPORT.format(name=f"from-{letter}", title=letter),
            plugin="same",
            distribution=f"acme-{letter}",
        )
    manager = load_plugins()
    assert {"from-a", "from-b", "good-transport"} <= manager.registry.transports.keys()
    bearers = [report for report in manager.reports if report.name == "same"]
    assert [report.distribution for report in bearers] == ["acme-a", "acme-b"]
    for report in bearers:
        assert report.state is PluginState.LOADED
        (problem,) = report.problems
        assert_explains(
            problem,
            ProblemKind.ENTRY_POINT_CONFLICT,
            "'same'",
            "acme-a 1.2.3",
            "acme-b 1.2.3",
            "`livedata plugins disable acme-b`",
        )
    without = load_plugins(["acme-b"])
    assert "from-b" not in without.registry.transports
    assert "from-a" in without.registry.transports


def test_entry_point_name_of_a_first_party_plugin(site: Site) -> None:
    site.install("imitation", "", plugin="core", distribution="acme-core")
    manager = load_plugins()
    own, other = (
        next(r for r in manager.reports if r.distribution == distribution)
        for distribution in ("livedata-core", "acme-core")
    )
    assert own.problems == ()
    (problem,) = other.problems
    assert_explains(problem, ProblemKind.ENTRY_POINT_CONFLICT, "'core'", "acme-core")


def test_conflicts_of_session_widgets_do_not_grow_with_sessions(site: Site) -> None:
    for plugin in ("widget_a", "widget_b"):
        site.install(
            plugin,
            """
            from livedata_core.contract import WidgetSpec, hookimpl

            @hookimpl
            def livedata_session_widgets(session):
                yield WidgetSpec(name="clock", title=session.user, factory="a:b")
            """,
        )
    manager = load_plugins()
    for number in range(3):
        session = SessionInfo(str(number), instrument="dummy")
        widgets = manager.registry.session_widgets(session)
        assert "clock" not in [widget.name for widget in widgets]
    assert_explains(
        only_problem(manager, "widget_a"), ProblemKind.NAME_CONFLICT, "'clock'"
    )


def test_same_distribution_twice_on_the_path_counts_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = Site(site.folder.parent / "older")
    older.install("good", "raise AssertionError('shadowed')", version="0.1")
    monkeypatch.setattr(sys, "path", [*sys.path, str(older.folder)])
    assert report_of(load_plugins(), "good").version == "1.2.3"

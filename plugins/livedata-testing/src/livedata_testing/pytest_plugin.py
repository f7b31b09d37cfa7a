"""The pytest plugin of ``livedata-testing``: fixtures for authors of plugins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from livedata_core.contract import Message, Producer, Transport
    from livedata_core.plugins import PluginManager
    from livedata_testing.dashboard import Dashboard

__all__ = ["livedata_check", "livedata_dashboard", "livedata_plugins"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that run the compliance check beside the tests."""
    group = parser.getgroup("livedata")
    group.addoption(
        "--livedata-check",
        action="store_true",
        help="Check whether the plugins of this project keep to livedata's contract.",
    )
    group.addoption(
        "--livedata-plugin",
        action="append",
        default=[],
        metavar="NAME",
        help="Check this plugin in place of those in pyproject.toml; may be repeated.",
    )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add one test for each plugin to be checked."""
    names = config.getoption("--livedata-plugin")
    if config.getoption("--livedata-check") or names:
        from livedata_testing.checking import check_items

        items += check_items(session, names)


@pytest.fixture
def livedata_plugins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., PluginManager]]:
    """Return a function that loads livedata's own plugins and the given ones.

    It takes names of installed plugins, or modules and objects with hooks. Settings of
    the user are neither read nor written.
    """
    monkeypatch.setenv("LIVEDATA_CONFIG_DIR", str(tmp_path / "livedata-config"))
    monkeypatch.delenv("LIVEDATA_DISABLE_PLUGINS", raising=False)
    with ExitStack() as stack:

        def load(*plugins: str | object) -> PluginManager:
            from livedata_testing.isolated import isolated_plugins

            manager = isolated_plugins(plugins)
            stack.callback(manager.close)
            return manager

        yield load


@pytest.fixture
def livedata_dashboard(
    livedata_plugins: Callable[..., PluginManager],
) -> Callable[..., AbstractContextManager[Dashboard]]:
    """Return a function that runs a dashboard without browser, to be used with `with`.

    It takes the name of an instrument and, by name, ``plugins`` (those beside
    livedata's own; by default the one of the instrument's name), ``messages`` (what is
    sent once, in place of the simulator), ``producer`` (what is played in its place: a
    `Producer` or the path of a recording or NeXus file), ``speed`` and ``transport``
    (which all talk over, in place of one within the process; it is closed at the end).
    The instrument ``memory`` is there without a plugin: see `livedata_testing.memory`.
    """

    def run(
        instrument: str,
        *,
        plugins: Iterable[str | object] | None = None,
        messages: Iterable[Message[Any]] | None = None,
        producer: Producer | Path | None = None,
        speed: float = 1.0,
        transport: Transport | None = None,
    ) -> AbstractContextManager[Dashboard]:
        from livedata_testing import memory
        from livedata_testing.dashboard import running
        from livedata_testing.producers import Messages

        in_memory = instrument == memory.MEMORY.name
        named = [] if in_memory else [instrument]
        chosen: list[str | object] = [*(named if plugins is None else plugins)]
        chosen += [memory] if in_memory else []
        if messages is not None:
            if producer is not None:
                raise TypeError("give messages or a producer, not both")
            producer = Messages(messages)
        return running(
            livedata_plugins(*chosen), instrument, producer, speed, transport
        )

    return run


@pytest.fixture
def livedata_check(
    livedata_plugins: Callable[..., PluginManager],
) -> Callable[..., None]:
    """Return a function that fails the test with all that `livedata check` finds.

    It takes the name of an installed plugin, or a module or object with hooks, and
    ``strict=True`` to fail for warnings too.
    """

    def check(plugin: str | object, *, strict: bool = False) -> None:
        from livedata_testing.checking import findings_text

        said = findings_text(livedata_plugins(plugin), plugin, strict=strict)
        if said:
            pytest.fail(said, pytrace=False)

    return check

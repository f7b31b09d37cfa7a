"""Each way in which a plugin can be broken: reported, and nothing else is hurt."""

from __future__ import annotations

import pytest

from livedata_core.contract import Instrument
from livedata_core.plugins import PluginState, ProblemKind, load_plugins
from tests.core.plugins.conftest import Load
from tests.support.plugins import Site, assert_explains, only_problem, report_of

ACME = Instrument(name="acme", title="ACME")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import module_that_is_not_installed", "ModuleNotFoundError"),
        ("this is no Python", "SyntaxError"),
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise KeyboardInterrupt('nobody')", "KeyboardInterrupt: nobody"),
        (
            "class Mute(Exception):\n    __str__ = None\nraise Mute",
            "Mute: <no text>",
        ),
        ("class Odd(BaseException): pass\nraise Odd('odd')", "Odd: odd"),
    ],
)
def test_import_error(site: Site, load: Load, line: str, said: str) -> None:
    site.install("broken_import", line)
    manager = load()
    report = report_of(manager, "broken_import")
    assert report.state is PluginState.FAILED
    problem = only_problem(manager, "broken_import")
    assert_explains(
        problem,
        ProblemKind.IMPORT_ERROR,
        "plugin 'broken_import'",
        "1.2.3",
        said,
        "`livedata plugins disable broken_import`",
    )
    assert problem.traceback
    assert said.split(":")[0] in problem.traceback


def test_interrupt_from_the_keyboard_is_not_held_back(site: Site) -> None:
    source = "import signal; signal.raise_signal(signal.SIGINT)"
    site.install("interrupted", source)
    with pytest.raises(KeyboardInterrupt):
        load_plugins()


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ("raise KeyboardInterrupt('nobody')", "KeyboardInterrupt: nobody"),
        ("raise asyncio.CancelledError('late')", "CancelledError: late"),
        ("raise Mute", "Mute: <no text>"),
        ("yield Keyless(name='keyless', title='K', factory='a:b')", "no key"),
        ("yield Mute()", "something, a Mute"),
    ],
)
def test_hook_that_fails_in_an_odd_way(
    site: Site, load: Load, hook: str, said: str
) -> None:
    site.install(
        "odd_hook",
        f"""
        import asyncio
        from livedata_core.contract import TransportSpec, hookimpl

        class Mute(Exception):
            def __str__(self): raise ValueError("no words")
            __repr__ = __str__

        class Keyless(TransportSpec):
            @property
            def key(self): raise LookupError("no key")

        @hookimpl
        def livedata_transports():
            {hook}
        """,
    )
    problem = only_problem(load(), "odd_hook")
    for words in ("plugin 'odd_hook' (odd_hook 1.2.3)", "livedata_transports", said):
        assert words in problem.message
    assert "`livedata plugins disable odd_hook`" in problem.message


def test_object_that_does_not_tell_what_it_has(site: Site, load: Load) -> None:
    site.install("no_folder", "def __dir__(): raise OSError('nothing to see')")
    assert_explains(
        only_problem(load(), "no_folder"),
        ProblemKind.IMPORT_ERROR,
        "plugin 'no_folder' (no_folder 1.2.3)",
        "OSError: nothing to see",
        "`livedata plugins disable no_folder`",
    )


@pytest.mark.parametrize("disabled", [False, True])
def test_requirement_whose_marker_cannot_be_evaluated(
    site: Site, disabled: bool
) -> None:
    line = 'livedata-core>=0.1; python_version ~= "x"'
    site.install("odd_marker", "", requires=[line])
    manager = load_plugins(["odd_marker"] if disabled else [])
    if disabled:
        assert report_of(manager, "odd_marker").state is PluginState.DISABLED
        return
    assert_explains(
        only_problem(manager, "odd_marker"),
        ProblemKind.REQUIREMENT,
        "plugin 'odd_marker' (odd_marker 1.2.3)",
        "cannot be read",
    )


def test_entry_point_that_names_no_module(site: Site, load: Load) -> None:
    site.install("nowhere", "")
    site.entry_points("nowhere-1.2.3.dist-info", {"nowhere": "not a module!"})
    assert_explains(
        only_problem(load(), "nowhere"),
        ProblemKind.METADATA,
        "'nowhere'",
        "1.2.3",
        "'not a module!'",
        "pip install --force-reinstall nowhere",
    )


def test_entry_point_that_names_no_object(site: Site, load: Load) -> None:
    site.install("no_object", "")
    site.entry_points("no_object-1.2.3.dist-info", {"no_object": "no_object:hooks"})
    assert_explains(
        only_problem(load(), "no_object"),
        ProblemKind.IMPORT_ERROR,
        "'no_object'",
        "1.2.3",
        "AttributeError",
        "`livedata plugins disable no_object`",
    )


def test_grid_template_within_itself(site: Site, load: Load) -> None:
    site.install(
        "circular",
        """
        from livedata_core.contract import (
            CellTemplate, GridTemplate, LayerTemplate, hookimpl,
        )

        @hookimpl
        def livedata_grid_templates(instrument):
            params = {}
            params["params"] = params
            layer = LayerTemplate(plotter="lines", workflow="acme/view/1",
                                  sources=("bank",), output="counts", params=params)
            cell = CellTemplate(row=0, column=0, layers=(layer,))
            yield GridTemplate(name="circular", title="Circular",
                               instrument="acme", cells=(cell,))
        """,
    )
    manager = load()
    assert not manager.registry.grid_templates(ACME)
    assert_explains(
        only_problem(manager, "circular"),
        ProblemKind.INVALID_RECORD,
        "'circular'",
        "1.2.3",
        "params contain themselves",
        "`livedata plugins disable circular`",
    )


def test_hook_that_raises_at_once(site: Site, load: Load) -> None:
    site.install(
        "raises",
        """
        from livedata_core.contract import hookimpl

        @hookimpl
        def livedata_plotters():
            raise KeyError("colour")
        """,
    )
    manager = load()
    problem = only_problem(manager, "raises")
    assert_explains(
        problem,
        ProblemKind.HOOK_ERROR,
        "plugin 'raises' (raises 1.2.3)",
        "livedata_plotters raised KeyError: 'colour'",
        "`livedata plugins disable raises`",
    )
    assert problem.hook == "livedata_plotters"
    assert "KeyError" in (problem.traceback or "")
    assert report_of(manager, "raises").state is PluginState.FAILED


def test_hook_that_raises_while_it_yields_keeps_what_came_before(
    site: Site, load: Load
) -> None:
    site.install(
        "raises_late",
        """
        import sys
        from livedata_core.contract import DecoderSpec, TransportSpec, hookimpl

        @hookimpl
        def livedata_transports():
            yield TransportSpec(name="early", title="Early", factory="a:b")
            sys.exit("no more")

        @hookimpl
        def livedata_decoders():
            yield DecoderSpec(name="zz99", decode="a:b")
        """,
    )
    manager = load()
    assert_explains(
        only_problem(manager, "raises_late"),
        ProblemKind.HOOK_ERROR,
        "SystemExit: no more",
    )
    assert {"early"} <= manager.registry.transports.keys()
    assert "zz99" in manager.registry.decoders
    assert report_of(manager, "raises_late").state is PluginState.LOADED


def test_hook_that_does_not_return_is_abandoned_and_named(
    site: Site, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livedata_core.plugins.collecting.HOOK_TIMEOUT_S", 0.2)
    site.install(
        "hangs",
        """
        import threading
        from livedata_core.contract import DecoderSpec, hookimpl

        @hookimpl
        def livedata_plotters():
            threading.Event().wait()

        @hookimpl
        def livedata_decoders():
            yield DecoderSpec(name="zz97", decode="a:b")
        """,
    )
    manager = load()
    assert_explains(
        only_problem(manager, "hangs"),
        ProblemKind.HOOK_ERROR,
        "plugin 'hangs' (hangs 1.2.3)",
        "livedata_plotters raised HangError: did not return within 0.2 s",
        "`livedata plugins disable hangs`",
    )
    assert "zz97" in manager.registry.decoders


def test_record_of_another_type(site: Site, load: Load) -> None:
    site.install(
        "wrong_type",
        """
        from livedata_core.contract import DecoderSpec, TransportSpec, hookimpl

        @hookimpl
        def livedata_transports():
            yield "kafka"
            yield DecoderSpec(name="zz98", decode="a:b")
            yield TransportSpec(name="right", title="Right", factory="a:b")
        """,
    )
    manager = load()
    first, second = report_of(manager, "wrong_type").problems
    assert_explains(first, ProblemKind.INVALID_RECORD, "'kafka'", "a str")
    assert_explains(
        second,
        ProblemKind.INVALID_RECORD,
        "plugin 'wrong_type' (wrong_type 1.2.3)",
        "DecoderSpec",
        "must be TransportSpec",
        "`livedata plugins disable wrong_type`",
    )
    assert "right" in manager.registry.transports


def test_record_that_pydantic_rejects(site: Site, load: Load) -> None:
    site.install(
        "not_valid",
        """
        from livedata_core.contract import TransportSpec, hookimpl

        @hookimpl
        def livedata_transports():
            yield TransportSpec(name="not a name", title="", factory="a:b")
        """,
    )
    assert_explains(
        only_problem(load(), "not_valid"),
        ProblemKind.INVALID_RECORD,
        "plugin 'not_valid' (not_valid 1.2.3)",
        "TransportSpec",
        "name: ",
        "title: ",
    )


def test_one_record_returned_in_place_of_a_list(site: Site, load: Load) -> None:
    site.install(
        "returns_one",
        """
        from livedata_core.contract import TransportSpec, hookimpl

        @hookimpl
        def livedata_transports():
            return TransportSpec(name="one", title="One", factory="a:b")

        @hookimpl
        def livedata_decoders():
            return 3

        @hookimpl
        def livedata_encoders():
            return None  # nothing to register here: no problem
        """,
    )
    decoders, transports = report_of(load(), "returns_one").problems
    assert_explains(decoders, ProblemKind.INVALID_RECORD, "returned one int")
    assert_explains(
        transports,
        ProblemKind.INVALID_RECORD,
        "returned one TransportSpec; yield records or return a list",
    )


def test_generator_without_end(site: Site, load: Load) -> None:
    site.install(
        "endless",
        """
        import itertools
        from livedata_core.contract import DecoderSpec, hookimpl

        @hookimpl
        def livedata_decoders():
            for number in itertools.count():
                yield DecoderSpec(name=f"n{number}", decode="a:b")
        """,
    )
    assert_explains(
        only_problem(load(), "endless"), ProblemKind.INVALID_RECORD, "never ends"
    )


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("@hookimpl", "livedata_plotter"),
        ("", "livedata_plotter"),
        ("@hookimpl", "plotters"),
        ("@hookimpl(specname='livedata_plotter')", "my_plotters"),
    ],
)
def test_unknown_hook_name(site: Site, load: Load, mark: str, name: str) -> None:
    site.install(
        "misspelt",
        f"""
        from livedata_core.contract import hookimpl

        {mark}
        def {name}():
            return []
        """,
    )
    assert_explains(
        only_problem(load(), "misspelt"),
        ProblemKind.UNKNOWN_HOOK,
        "plugin 'misspelt' (misspelt 1.2.3)",
        "did you mean 'livedata_plotters'?",
        "Rename the function",
    )


def test_hook_without_its_mark(site: Site, load: Load) -> None:
    site.install("unmarked", "def livedata_plotters(): return []")
    assert_explains(
        only_problem(load(), "unmarked"),
        ProblemKind.UNMARKED_HOOK,
        "plugin 'unmarked' (unmarked 1.2.3)",
        "'livedata_plotters'",
        "put @hookimpl above it",
    )


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        ("def livedata_workflows(instrument, config): ...", "takes config"),
        ("def livedata_workflows(*, instruments): ...", "takes instruments"),
        ("def livedata_workflows(instrument, /): ...", "takes instrument"),
        ("async def livedata_workflows(instrument): ...", "is an async function"),
    ],
)
def test_wrong_signature(site: Site, load: Load, definition: str, fault: str) -> None:
    site.install(
        "signature",
        f"from livedata_core.contract import hookimpl\n@hookimpl\n{definition}\n",
    )
    manager = load()
    assert_explains(
        only_problem(manager, "signature"),
        ProblemKind.WRONG_SIGNATURE,
        "plugin 'signature' (signature 1.2.3)",
        fault,
        "must be a plain function livedata_workflows(instrument)",
    )
    assert manager.registry.workflows(ACME) == load_plugins(
        ["signature"]
    ).registry.workflows(ACME)


def test_partial_with_the_mark_is_told(site: Site, load: Load) -> None:
    site.install(
        "partial_hook",
        """
        from functools import partial
        from livedata_core.contract import hookimpl

        livedata_plotters = hookimpl(partial(list, ()))
        """,
    )
    assert_explains(
        only_problem(load(), "partial_hook"),
        ProblemKind.WRONG_SIGNATURE,
        "plugin 'partial_hook' (partial_hook 1.2.3)",
        "livedata_plotters is a partial",
        "write a plain function",
    )


def test_wrapper_is_refused(site: Site, load: Load) -> None:
    site.install(
        "wrapper",
        """
        from livedata_core.contract import hookimpl

        @hookimpl(wrapper=True)
        def livedata_plotters():
            return (yield)
        """,
    )
    assert_explains(
        only_problem(load(), "wrapper"), ProblemKind.WRONG_SIGNATURE, "is a wrapper"
    )


def test_name_registered_twice_by_one_plugin(site: Site, load: Load) -> None:
    site.install(
        "twice",
        """
        from livedata_core.contract import TransportSpec, hookimpl

        @hookimpl
        def livedata_transports():
            yield TransportSpec(name="same", title="First", factory="a:b")
            yield TransportSpec(name="same", title="Second", factory="a:b")
        """,
    )
    manager = load()
    assert_explains(
        only_problem(manager, "twice"),
        ProblemKind.DUPLICATE_NAME,
        "plugin 'twice' (twice 1.2.3)",
        "transport 'same' twice",
        "remove or rename",
    )
    assert manager.registry.transports["same"].title == "First"


def test_hooks_of_instruments_fail_in_isolation_and_show_in_the_reports(
    site: Site, load: Load
) -> None:
    site.install(
        "acme_all",
        """
        from livedata_core.contract import (
            Instrument, OutputSpec, WorkflowId, WorkflowSpec, hookimpl,
        )

        @hookimpl
        def livedata_instruments():
            yield Instrument(name="acme", title="ACME")

        @hookimpl
        def livedata_workflows(instrument):
            yield WorkflowSpec(
                name="total", id=WorkflowId(instrument.name, "total"), title="Total",
                sources=(), outputs=(OutputSpec(name="total", title="Total"),),
                factory="acme:Total",
            )

        @hookimpl
        def livedata_grid_templates(instrument):
            raise ZeroDivisionError(instrument.name)
        """,
    )
    manager = load()
    assert report_of(manager, "acme_all").problems == ()
    acme = manager.registry.instruments["acme"]
    assert "acme/total/1" in map(str, manager.registry.workflows(acme))
    assert_explains(
        only_problem(manager, "acme_all"),
        ProblemKind.HOOK_ERROR,
        "plugin 'acme_all' (acme_all 1.2.3)",
        "livedata_grid_templates raised ZeroDivisionError: acme",
    )
    assert "workflows" in report_of(manager, "acme_all").records


def test_workflow_of_an_instrument_that_nobody_registers(
    site: Site, load: Load
) -> None:
    site.install(
        "misnamed",
        """
        from livedata_core.contract import (
            Instrument, OutputSpec, WorkflowId, WorkflowSpec, hookimpl,
        )

        @hookimpl
        def livedata_instruments():
            yield Instrument(name="acme2", title="ACME")

        @hookimpl
        def livedata_workflows(instrument):
            for name in ("acme2", "acme3"):
                yield WorkflowSpec(
                    name="total", id=WorkflowId(name, "total"), title="Total",
                    sources=(), outputs=(), factory="acme:Total",
                )
        """,
    )
    manager = load()
    manager.open_all_instruments()
    assert_explains(
        only_problem(manager, "misnamed"),
        ProblemKind.INVALID_RECORD,
        "'acme3/total/1'",
        "which no plugin registers",
    )

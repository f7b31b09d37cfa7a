"""What ``livedata check`` finds, and that livedata's own plugins have nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence

import pytest
from click.testing import CliRunner, Result

from livedata_authoring.check import Finding, Level, check_plugin, engine
from livedata_authoring.check.loading import _WHY_PROBLEM
from livedata_authoring.check.samples import START_NS
from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from livedata_core.plugins import ProblemKind, load_plugins
from tests.support.plugins import Site, report_of

README = """\
Metadata-Version: 2.1
Name: {name}
Version: 1.2.3
Summary: A plugin for tests.
Requires-Dist: livedata-core>=0.1.0

A readme with enough words to tell somebody what the plugin is for.
"""

HEAD = """
import math
from enum import Enum
from pydantic import BaseModel, Field
from livedata_core.contract import *

class Params(BaseModel):
    bins: int = Field(default=10, title="Bins")

PANEL = Detector(name="panel", title="Panel", topic="t", source_name="panel",
                 dims=("y", "x"), shape=(4, 4))
ACME = Instrument(name="{name}", title="ACME", description="For tests.",
                  detectors=(PANEL,))

def workflow(**fields):
    return WorkflowSpec(**dict(
        name="total", id=WorkflowId("{name}", "total", 1), title="Total",
        description="All counts.", sources=("panel",), params=Params,
        outputs=(OutputSpec(name="total", title="Total"),),
        factory="{name}:Total") | fields)

def plotter(**fields):
    return PlotterSpec(**dict(
        name="{name}", title="P", description="Shows it.", params=Params,
        accepts=Accepts(ndim=(1,)), factory="{name}:Plain") | fields)

def grid(**layer):
    cell = CellTemplate(row=0, column=0, layers=(LayerTemplate(**dict(
        workflow="{name}/total/1", sources=("panel",), output="total",
        plotter="trend") | layer),))
    return GridTemplate(name="g", title="G", instrument="{name}", rows=1, columns=1,
                        cells=(cell,))

@hookimpl
def livedata_instruments():
    yield ACME

class Total:
    def __init__(self, context): self.counts = 0.0
    def accumulate(self, batch):
        for message in batch.messages.get("panel", ()):
            self.counts += len(message.payload.time_of_flight)
    def finalize(self):
        import scipp as sc
        return {{"total": sc.DataArray(sc.scalar(self.counts, unit="counts"))}}
    def reset(self): self.counts = 0.0

class Plain:
    def compute(self, inputs, params, view): return inputs[0].data.values
    def draw(self, frame):
        import holoviews as hv
        return hv.Curve(frame)
"""


def findings(site: Site, name: str, source: str) -> Sequence[Finding]:
    metadata = README.format(name=name)
    site.install(name, HEAD.format(name=name) + source, metadata=metadata)
    manager = load_plugins()
    return check_plugin(manager, report_of(manager, name))


GOOD = """
@hookimpl
def livedata_workflows(instrument):
    if instrument.name == ACME.name:
        yield workflow()

@hookimpl
def livedata_plotters():
    yield plotter()

@hookimpl
def livedata_grid_templates(instrument):
    if instrument.name == ACME.name:
        yield grid()
"""


def test_a_good_plugin_has_nothing_to_mend(site: Site) -> None:
    assert findings(site, "check_good", GOOD) == ()


def offered(hook: str, record: str, more: str = "") -> str:
    """Return a plugin with one more record, for its own instrument if it is for one."""
    if hook in ("workflows", "grid_templates"):
        body = f"    if instrument.name == ACME.name:\n        yield {record}"
        head = f"def livedata_{hook}(instrument):"
    else:
        head, body = f"def livedata_{hook}():", f"    yield {record}"
    others = "\n".join(
        f"@hookimpl\n{part}"
        for part in GOOD.split("@hookimpl\n")[1:]
        if f"def livedata_{hook}(" not in part
    )
    return f"{more}\n@hookimpl\n{head}\n{body}\n{others}"


CASES = {
    "description": (offered("plotters", "plotter(description='')"), "no description"),
    "unit": (
        offered(
            "workflows",
            "workflow(outputs=(OutputSpec(name='total', title='T', unit='furlong!'),))",
        ),
        "'furlong!'",
    ),
    "params-defaults": (
        offered(
            "plotters", "plotter(params=Bare)", "class Bare(BaseModel):\n    bins: int"
        ),
        "bins",
    ),
    "params-json": (
        offered(
            "plotters",
            "plotter(params=Odd)",
            "class Odd(BaseModel):\n    top: float = Field(math.inf, title='Top')",
        ),
        "does not survive JSON",
    ),
    "params-text": (
        offered(
            "plotters",
            "plotter(params=Dumb)",
            "class Dumb(BaseModel):\n    bins: int = 3",
        ),
        "'bins' has neither title nor description",
    ),
    "factory": (
        offered(
            "transports", "TransportSpec(name='x', title='X', factory='acme_no:X')"
        ),
        "acme_no",
    ),
    "template": (offered("grid_templates", "grid(output='sum')"), "'sum'"),
    "workflow-output": (
        offered(
            "workflows",
            "workflow(outputs=(OutputSpec(name='total', title='T', dims=('x',)),))",
        ),
        "has the dims (), but declares ('x',)",
    ),
    "plotter-accepts": (
        offered(
            "plotters",
            "plotter(factory=f'{__name__}:Bad')",
            "class Bad(Plain):\n    def draw(self, frame): return str(frame)",
        ),
        "draw returns a str for 1-D window data",
    ),
    "plotter-refuses": (
        offered(
            "plotters",
            "plotter(factory=f'{__name__}:Picky')",
            "class Picky(Plain):\n"
            "    def compute(self, inputs, params, view):\n"
            "        assert inputs[0].data.ndim == 1\n"
            "        return inputs[0].data.values",
        ),
        "AssertionError",
    ),
    "decoder-fuzz": (
        offered(
            "decoders",
            "DecoderSpec(name='zq01', decode=f'{__name__}:decode')",
            "def decode(wire):\n    return {}[wire.value]",
        ),
        "KeyError",
    ),
    "adapter": (
        offered(
            "configuration_adapters",
            "AdapterSpec(name='f', target='plotter:none', factory='json:dumps')",
        ),
        "'plotter:none'",
    ),
    "import-weight": (
        offered("plotters", "plotter()", "import holoviews"),
        "holoviews",
    ),
    "load/unknown-hook": (
        GOOD + "\n@hookimpl\ndef livedata_plotter():\n    return []\n",
        "did you mean",
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_finding_says_what_where_why_and_how_to_mend(site: Site, rule: str) -> None:
    source, said = CASES[rule]
    name = f"check_{rule.replace('-', '_').replace('/', '_')}"
    found = findings(site, name, source)
    by_rule = {finding.rule: finding for finding in reversed(found)}
    assert rule in by_rule, found
    finding = by_rule[rule]
    assert said in f"{finding.what}; {finding.mend}"
    for text in (finding.where, finding.why, finding.mend):
        assert text.strip()


def test_workflow_that_fails_is_named_with_what_it_raised(site: Site) -> None:
    source = GOOD + "\nTotal.finalize = lambda self: 1 / 0\n"
    (finding,) = findings(site, "check_raises", source)
    assert finding.rule == "workflow-output"
    assert "ZeroDivisionError: division by zero" in finding.what
    assert finding.where == "workflow check_raises/total/1"


def test_what_an_encoder_writes_has_to_come_back(site: Site) -> None:
    source = (
        GOOD
        + """
from dataclasses import dataclass

@dataclass
class Shot:
    value: float

class Simulator:
    def __init__(self, instrument): ...
    def messages(self, start_ns):
        yield Message("t", "panel", start_ns, Shot(1.0))

def encode(message): return b"\\0\\0\\0\\0sh01"
def decode(wire):
    if len(wire.value) != 8:
        raise DecodeError("no shot")
    return Message(wire.topic, "panel", 0, Shot(1.0))

ACME = ACME.model_copy(update={"simulator": f"{__name__}:Simulator"})

@hookimpl
def livedata_decoders():
    yield DecoderSpec(name="sh01", decode=f"{__name__}:decode")

@hookimpl
def livedata_encoders():
    yield EncoderSpec(name="sh01", payload=f"{__name__}:Shot",
                      encode=f"{__name__}:encode")
"""
    )
    found = findings(site, "check_round_trip", source)
    (finding,) = [f for f in found if f.rule == "decoder-round-trip"]
    assert "timestamp_ns" in finding.what
    assert "comes back as 0" in finding.what

    kept = source.replace('"panel", 0, Shot(1.0)', '"panel", TIME, Shot(2.0)')
    lossy = f"TIME = {START_NS}\n{kept}".replace("sh01", "sh03")
    found = findings(site, "check_payload", lossy)
    (finding,) = [f for f in found if f.rule == "decoder-round-trip"]
    assert finding.what == "value of the payload: 1.0 comes back as 2.0"


def test_a_payload_that_nobody_sends_could_not_be_tried(site: Site) -> None:
    source = (
        GOOD
        + """
class Shot: ...

def encode(message): return b""
def decode(wire): raise DecodeError("no shot")

@hookimpl
def livedata_decoders():
    yield DecoderSpec(name="sh02", decode=f"{__name__}:decode")

@hookimpl
def livedata_encoders():
    yield EncoderSpec(name="sh02", payload=f"{__name__}:Shot",
                      encode=f"{__name__}:encode")
"""
    )
    (finding,) = findings(site, "check_unsent", source)
    assert (finding.rule, finding.level) == ("decoder-round-trip", Level.WARNING)
    assert "no simulator sends 'check_unsent:Shot'" in finding.what


FRONT = """
def front(context):
    return Total(context)

def __getattr__(name):
    if name == "Late":
        import holoviews
        return Total
    raise AttributeError(name)
"""


def test_workflows_work_where_there_is_no_front_end(site: Site) -> None:
    record = "workflow(factory=f'{__name__}:Late')"
    source = offered("workflows", record, FRONT)
    (finding,) = findings(site, "check_worker", source)
    assert finding.rule == "worker-environment"
    assert finding.where == "workflow check_worker/total/1"
    assert finding.what == "cannot be imported without holoviews"
    assert "modules of plotters and widgets alone" in finding.mend


def test_dashboards_do_without_what_workflows_need(site: Site) -> None:
    """Here a plotter takes a function from the module of the reduction."""
    site.write("acme_reduction.py", "import scippneutron\nclass Total: ...\n")
    site.write("acme_shown.py", "from acme_reduction import Total\nclass Plain: ...\n")
    name = "check_dashboard"
    source = GOOD.replace(
        "yield workflow()", "yield workflow(factory='acme_reduction:Total')"
    ).replace("yield plotter()", "yield plotter(factory='acme_shown:Plain')")
    found = [f for f in findings(site, name, source) if "environment" in f.rule]
    (finding,) = found
    assert finding.rule == "dashboard-environment"
    assert finding.where == "plotter 'check_dashboard'"
    assert finding.what == "cannot be imported without scippneutron"
    assert "modules of workflows alone" in finding.mend


def test_what_a_hook_imports_counts_as_well(site: Site) -> None:
    source = GOOD.replace(
        "    yield plotter()", "    import holoviews\n    yield plotter()"
    )
    found = findings(site, "check_hook_weight", source)
    assert [(f.rule, f.level) for f in found] == [("import-weight", Level.ERROR)]
    assert "imports " in found[0].what


def test_a_switch_that_does_not_survive_json_is_found(site: Site) -> None:
    model = """
class Flags(BaseModel):
    deep: bool = Field(False, title="Deep")

    def model_dump(self, **options):
        return {"deep": False}
"""
    source = offered("plotters", "plotter(params=Flags)", model)
    (finding,) = findings(site, "check_flags", source)
    assert finding.rule == "params-json"
    assert "Flags(deep=True) comes back as Flags(deep=False)" in finding.what


def test_parameters_that_cannot_be_compared_are_found(site: Site) -> None:
    more = """
class Odd(BaseModel):
    top: float = Field(1.0, title="Top")
    def __eq__(self, other): raise ValueError("ambiguous")
"""
    source = offered("plotters", "plotter(params=Odd)", more)
    (found,) = findings(site, "check_unequal", source)
    assert found.rule == "params-json"
    assert "ValueError: ambiguous" in found.what


def test_a_rule_that_a_plugin_breaks_is_a_finding(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_subject: object) -> Iterator[Finding]:
        raise asyncio.CancelledError("no time")
        yield

    rules = (broken, *engine.RULES)
    monkeypatch.setattr(engine, "RULES", rules)
    (found,) = findings(site, "check_breaks", GOOD)
    assert found.rule == "unchecked"
    assert "CancelledError: no time" in found.what


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise asyncio.CancelledError('late')", "CancelledError: late"),
        ("threading.Event().wait()", "did not return within 5 s"),
    ],
)
def test_a_plotter_that_never_returns_or_cancels_is_found(
    site: Site, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    name = f"check_ends_{len(said)}"
    more = f"""
import asyncio, threading
class Bad(Plain):
    def compute(self, inputs, params, view): {body}
"""
    source = offered("plotters", f"plotter(factory='{name}:Bad')", more)
    monkeypatch.setattr("livedata_authoring.check.subject.TIMEOUT_S", 5.0)
    found = findings(site, name, source)
    assert any("compute raised" in item.what and said in item.what for item in found)


def test_two_plugins_of_one_name_have_findings_of_their_own(site: Site) -> None:
    for name in ("check_left", "check_right"):
        metadata = README.format(name=name)
        source = HEAD.format(name=name) + GOOD
        if name == "check_left":
            source = source.replace('description="Shows it."', 'description=""')
        site.install(name, source, plugin="check_same", metadata=metadata)
    left, right = json.loads(run("check_same", "--json").stdout)
    assert (left["distribution"], right["distribution"]) == (
        "check_left",
        "check_right",
    )
    rules = {
        told["distribution"]: {item["rule"] for item in told["findings"]}
        for told in (left, right)
    }
    assert "description" in rules["check_left"]
    assert "description" not in rules["check_right"]


def test_what_a_plugin_prints_is_not_among_the_findings(site: Site) -> None:
    name = "check_prints"
    more = """
class Chatty(Plain):
    def compute(self, inputs, params, view):
        print("in compute")
        return inputs[0].data.values
"""
    source = offered("plotters", f"plotter(factory='{name}:Chatty')", more)
    metadata = README.format(name=name)
    site.install(name, HEAD.format(name=name) + source, metadata=metadata)
    result = run(name, "--json")
    assert [told["name"] for told in json.loads(result.stdout)] == [name]
    assert "in compute" in result.stderr


def test_each_kind_of_problem_says_why_it_matters() -> None:
    assert _WHY_PROBLEM.keys() == {kind.value for kind in ProblemKind}


def test_missing_requirement_and_readme_are_found(site: Site) -> None:
    site.install("check_bare", HEAD.format(name="check_bare") + GOOD, requires=())
    manager = load_plugins()
    found = check_plugin(manager, report_of(manager, "check_bare"))
    assert [(f.rule, f.level) for f in found] == [
        ("contract-version", Level.ERROR),
        ("docs", Level.WARNING),
    ]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments], prog_name="livedata")


def test_command_tells_and_its_exit_code_says_whether_to_mend(site: Site) -> None:
    source, _ = CASES["plotter-refuses"]
    name = "check_command"
    site.install(
        name, HEAD.format(name=name) + source, metadata=README.format(name=name)
    )
    text = run(name)
    assert text.exit_code == ExitCode.OK, "warnings alone"
    assert "check_command (check_command 1.2.3): 3 warnings" in text.stdout
    assert "mend: check the data first and raise ValueError" in text.stdout
    assert run(name, "--strict").exit_code == 1

    (entry,) = json.loads(run(name, "--json").stdout)
    assert (entry["name"], entry["version"]) == (name, "1.2.3")
    finding, *_ = entry["findings"]
    assert finding.keys() == {"rule", "level", "what", "where", "why", "mend"}


def test_a_plugin_that_is_not_there_is_named() -> None:
    result = run("nobody")
    assert result.exit_code == ExitCode.NOT_FOUND
    assert "no plugin 'nobody'; there are: cli" in result.stderr


def test_livedatas_own_plugins_have_nothing_to_mend() -> None:
    manager = load_plugins()
    found = {
        report.name: findings
        for report in manager.reports
        if (findings := check_plugin(manager, report))
    }
    assert found == {}

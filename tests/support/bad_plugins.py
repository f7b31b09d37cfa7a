"""Plugins that are bad in every way, as text: at loading, and at work."""

from __future__ import annotations

from livedata_core.contract import LivedataHooks
from tests.support.plugins import Site

__all__ = [
    "AT_LOADING",
    "AT_WORK",
    "HOOKS",
    "PLOTTERS",
    "SITECUSTOMIZE",
    "UNREADABLE",
    "WORKFLOWS",
    "install_bad_plugins",
]

HOOKS = tuple(name for name in vars(LivedataHooks) if name.startswith("livedata_"))
TRANSPORT = (
    "from livedata_core.contract import TransportSpec, hookimpl\n"
    "@hookimpl\ndef livedata_transports():\n"
    "    yield TransportSpec(name='{}', title='Mine', factory='a:b')"
)

AT_LOADING = {
    "bad_import": "import a_module_that_nobody_has",
    "bad_exit": "import sys; sys.exit(3)",
    "bad_interrupt": "raise KeyboardInterrupt('nobody pressed a key')",
    "bad_text": "class Mute(Exception):\n"
    "    def __str__(self): raise ValueError('no words')\n"
    "raise Mute",
    "bad_folder": "def __dir__(): raise OSError('nothing to see')",
    "bad_key": "from livedata_core.contract import TransportSpec, hookimpl\n"
    "class Keyless(TransportSpec):\n"
    "    @property\n    def key(self): raise LookupError('no key')\n"
    "@hookimpl\ndef livedata_transports():\n"
    "    yield Keyless(name='keyless', title='Mine', factory='a:b')",
    "bad_hook": "from livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_plotters(): raise KeyError('colour')",
    "bad_hang": "import threading\nfrom livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_plotters(): threading.Event().wait()",
    "bad_signature": "from livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_workflows(instrument, config): ...",
    "bad_name": "from livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_plotter(): ...",
    "bad_type": "from livedata_core.contract import hookimpl\n"
    "@hookimpl\ndef livedata_plotters(): yield 'bars'",
    "bad_field": "from livedata_core.contract import PlotterSpec, hookimpl\n"
    "@hookimpl\ndef livedata_plotters(): yield PlotterSpec(name='bars')",
    "bad_taken": TRANSPORT.format("in-process"),
    "bad_left": TRANSPORT.format("wanted"),
    "bad_right": TRANSPORT.format("wanted"),
    "bad_twice": "\n".join(
        [TRANSPORT.format("same"), TRANSPORT.format("same").splitlines()[-1]]
    ),
    "bad_nowhere": "",
}
"""Each with one problem, but for those that raise in every hook."""

IN_EVERY_HOOK = "from livedata_core.contract import hookimpl\n" + "".join(
    f"@hookimpl\ndef {name}(): raise KeyError('{name}')\n" for name in HOOKS
)

AT_WORK = """
import asyncio
import sys
import threading
from pydantic import BaseModel, Field
from livedata_core.contract import *

class Params(BaseModel):
    pass

@hookimpl
def livedata_plotters():
    for name in ("raises", "exits", "cancels", "mute", "nonsense", "undrawable",
                 "missing", "slow"):
        yield PlotterSpec(name=f"bad_{name}", title=name.title(), params=Params,
                          accepts=Accepts(ndim=(1,)), factory=f"bad_work:{name}")

@hookimpl
def livedata_workflows(instrument):
    if instrument.name != "dummy":
        return
    for name in ("lacking", "unmakeable", "processing", "finalizing", "leaving",
                 "cancelling", "muttering", "hoarding"):
        yield WorkflowSpec(name=f"bad_{name}", id=WorkflowId("dummy", f"bad_{name}", 1),
                           title=name.title(), sources=("panel_0",),
                           outputs=(OutputSpec(name="out", title="Out"),),
                           factory="bad_heavy:Lacking" if name == "lacking"
                           else f"bad_work:{name}")

@hookimpl
def livedata_grid_templates(instrument):
    params = {}
    params["params"] = params
    layer = dict(workflow="dummy/panel_0_xy/1", sources=("panel_0",),
                 output="spectrum_current")
    if instrument.name == "dummy":
        cells = tuple(
            CellTemplate(row=n // 4, column=n % 4, title=name, layers=(
                LayerTemplate(plotter=f"bad_{name}", **layer),))
            for n, name in enumerate(("slow", "raises", "undrawable", "missing"))
        )
        yield GridTemplate(name="bad_plots", title="Bad plots", instrument="dummy",
                           columns=4, cells=cells, default=True)
        yield GridTemplate(name="bad_cycle", title="Cycle", instrument="dummy", cells=(
            CellTemplate(row=0, column=0, layers=(
                LayerTemplate(plotter="lines", params=params, **layer),)),))

@hookimpl
def livedata_configuration_adapters():
    yield AdapterSpec(name="bad_form", target="workflow:dummy/panel_0_xy/1",
                      factory="bad_work:Form")

@hookimpl
def livedata_session_widgets(session):
    for name in ("good_button", "bad_button", "cancelled_button"):
        yield WidgetSpec(name=name, title=name, place=WidgetPlace.HEADER,
                         factory=f"bad_work:{name}")

@hookimpl
def livedata_decoders():
    yield DecoderSpec(name="bd01", decode="bad_work:decode")

@hookimpl
def livedata_session_started(session):
    raise OSError("no session for you")

@hookimpl
def livedata_session_closed(session):
    sys.exit("closed")

class Odd(BaseModel):
    class Inner(BaseModel):
        value: float = Field(default_factory=lambda: 1 / 0)
    inner: Inner

class Form:
    title, description, action, model, sources = "Odd", "", "Start", Odd, ()
    def __init__(self, base): ...
    def initial(self): return {}
    def apply(self, values, sources): ...

def good_button(session):
    import panel
    return panel.widgets.Button(label="Good")

def bad_button(session):
    from panel.viewable import Viewer
    class Bad(Viewer):
        def __panel__(self): raise LookupError("no picture")
    return Bad()

def cancelled_button(session):
    raise asyncio.CancelledError("no patience")

class Mute(Exception):
    def __str__(self): raise ValueError("no words")

class raises:
    def compute(self, inputs, params, view): raise ZeroDivisionError("no data")
    def draw(self, frame): ...
class exits(raises):
    def compute(self, inputs, params, view): sys.exit("no more plots")
class cancels(raises):
    def compute(self, inputs, params, view): raise asyncio.CancelledError("no time")
class mute(raises):
    def compute(self, inputs, params, view): raise Mute
class nonsense(raises):
    def compute(self, inputs, params, view): return object()
    def draw(self, frame): return frame.nothing
class undrawable(nonsense):
    def draw(self, frame): sys.exit("cannot draw")
class slow(nonsense):
    def compute(self, inputs, params, view): threading.Event().wait(30)

class unmakeable:
    def __init__(self, context): raise ValueError("no calibration")
class processing:
    def __init__(self, context): ...
    def accumulate(self, batch): raise MemoryError("too many events")
    def finalize(self): return {}
    def reset(self): ...
class finalizing(processing):
    def accumulate(self, batch): ...
    def finalize(self): raise RuntimeError("no result")
class leaving(processing):
    def accumulate(self, batch): sys.exit("off for lunch")
class cancelling(processing):
    def accumulate(self, batch): raise asyncio.CancelledError("no time")
class muttering(finalizing):
    def finalize(self): raise Mute
class hoarding(finalizing):
    def __init__(self, context): self.kept = []
    def accumulate(self, batch): self.kept.append(b"x" * (128 * 2**20))
    def finalize(self): return {}

def decode(wire):
    raise asyncio.CancelledError("no bytes please")
"""

PLOTTERS = {
    "bad_raises": "ZeroDivisionError: no data",
    "bad_exits": "SystemExit: no more plots",
    "bad_cancels": "CancelledError: no time",
    "bad_mute": "Mute: <no text>",
    "bad_nonsense": "AttributeError",
    "bad_undrawable": "SystemExit: cannot draw",
    "bad_missing": "cannot import 'bad_work:missing'",
}
WORKFLOWS = {
    "bad_lacking": "No module named 'a_reduction_that_nobody_has'",
    "bad_unmakeable": "ValueError: no calibration",
    "bad_processing": "MemoryError: too many events",
    "bad_finalizing": "RuntimeError: no result",
    "bad_leaving": "SystemExit: off for lunch",
    "bad_cancelling": "CancelledError: no time",
    "bad_muttering": "Mute: <no text>",
    "bad_hoarding": "Start Hoarding (bad_work 1.2.3) again with less to keep",
}

UNREADABLE = b"\0\0\0\0bd01 and more"
"""A message whose decoder, of a bad plugin, always fails."""

SITECUSTOMIZE = f"""
import threading, time
import livedata_cli.embedded as embedded
import livedata_core.plots.compute_thread as compute
import livedata_core.plugins.collecting as collecting

collecting.HOOK_TIMEOUT_S = 0.5
compute.FIRST_PATIENCE_S = 3.0

def send(sink):
    while True:
        for topic in ("dummy_detector", "dummy_livedata_data"):
            sink.publish(topic, {UNREADABLE!r})
        time.sleep(0.5)

def start(self, start=embedded.EmbeddedBackend.start):
    start(self)
    threading.Thread(target=send, args=[self._transport.sink()], daemon=True).start()

embedded.EmbeddedBackend.start = start
"""
"""Of a process: short waits, for nobody learns more from longer ones, and messages
that cannot be read."""


def install_bad_plugins(site: Site) -> list[str]:
    """Install all of them; return the folders that are to be on the path, in order."""
    for name, source in AT_LOADING.items():
        site.install(name, source)
    site.entry_points(
        "bad_nowhere-1.2.3.dist-info", {"bad_nowhere": "bad_nowhere:gone"}
    )
    site.install("bad_metadata", "", metadata=b"Name: \xff\xfe")
    site.install("bad_everywhere", IN_EVERY_HOOK)
    site.install("bad_work", AT_WORK)
    site.write("bad_heavy.py", "import a_reduction_that_nobody_has")
    older = Site(site.folder / "older")
    older.install("bad_work", "raise AssertionError('shadowed')", version="0.1")
    return [str(site.folder), str(older.folder)]

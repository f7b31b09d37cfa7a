"""A plugin that tests edit while it is in use: a plotter and a workflow."""

from __future__ import annotations

from tests.support.plugins import Site

__all__ = ["EditedPlugin"]

PLUGIN = """
from pydantic import BaseModel
from livedata_core.contract import *
from edited.watching import livedata_session_started

class Params(BaseModel):
    pass

@hookimpl
def livedata_plotters():
    yield PlotterSpec(name="edited_plot", title="Edited plot", params=Params,
                      accepts=Accepts(ndim=(0, 1)), factory="edited.parts:Plot")

@hookimpl
def livedata_workflows(instrument):
    if instrument.name == "dummy":
        yield WorkflowSpec(name="edited_flow", id=WorkflowId("dummy", "edited_flow", 1),
                           title="Edited flow", sources=("panel_0",),
                           outputs=(OutputSpec(name="out", title="Out"),),
                           factory="edited.parts:Flow")

@hookimpl
def livedata_decoders():
    yield DecoderSpec(name="ed01", decode="edited.decoding:decode")

@hookimpl
def livedata_grid_templates(instrument):
    layer = dict(workflow="dummy/edited_flow/1", sources=("panel_0",), output="out")
    if instrument.name == "dummy":
        yield GridTemplate(
            name="edited", title="Edited", instrument="dummy", default=True, rows=1,
            columns=1,
            cells=(CellTemplate(row=0, column=0, title="Edited cell", layers=(
                LayerTemplate(plotter="edited_plot", **layer),)),))
"""

PARTS = """
import scipp as sc

class Plot:
    def compute(self, inputs, params, view):
        value = float(inputs[0].data.values)
        return $compute

    def draw(self, frame):
        import holoviews as hv
        return hv.Text(0.5, 0.5, frame).opts(title=frame)

class Flow:
    def __init__(self, context): ...
    def accumulate(self, batch): ...
    def reset(self): ...
    def finalize(self):
        return {"out": sc.DataArray(sc.scalar($value))}
"""

WATCHING = """
from livedata_core.contract import hookimpl

@hookimpl
def livedata_session_started(session): ...
"""

INFO = "livedata_edited-1.2.3.dist-info"


class EditedPlugin:
    """Files of an installed package; each `edit` writes them anew.

    What the plot's frame is, and what the workflow gives, are expressions.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.folder = site.folder / "edited"
        site.write("edited/__init__.py", "")
        site.write("edited/plugin.py", PLUGIN)
        site.write(
            f"{INFO}/METADATA",
            "Metadata-Version: 2.1\nName: livedata-edited\nVersion: 1.2.3\n"
            "Requires-Dist: livedata-core\n",
        )
        site.entry_points(INFO, {"edited": "edited.plugin"})
        site.write("edited/watching.py", WATCHING)
        site.write("edited/decoding.py", "def decode(wire): ...\n")
        self.edit()

    def edit(self, compute: str = "f'one {value:g}'", value: str = "1.0") -> None:
        """Write the plotter and the workflow."""
        text = PARTS.replace("$compute", compute).replace("$value", value)
        self._site.write("edited/parts.py", text)

    def touch(self, name: str) -> None:
        """Add a line to another of its files."""
        text = (self.folder / name).read_text()
        self._site.write(f"edited/{name}", text + "# edited\n")

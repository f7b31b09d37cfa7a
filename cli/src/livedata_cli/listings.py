"""The commands that list what plugins register: instruments, workflows, plotters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from livedata_cli.as_json import record_as_json
from livedata_cli.context import (
    LivedataContext,
    debug_option,
    json_option,
    pass_livedata,
)
from livedata_cli.lookup import complete_instrument, find_instrument
from livedata_cli.output import print_json, print_table
from livedata_core.contract import Instrument, PlotterSpec, Record, WorkflowSpec

__all__ = ["instruments", "plotters", "workflows"]

_WHY = "`livedata plugins` tells what is installed and why something is missing."


@click.command()
@json_option
@debug_option
@pass_livedata
def instruments(livedata: LivedataContext, as_json: bool) -> None:
    """List the instruments that can be served.

    Serve one with `livedata serve --instrument NAME`.
    """
    found = livedata.plugins.registry.instruments.values()
    _show(
        found,
        ("Name", "Title", "Has", "Description", "From"),
        [(i.name, i.title, _equipment(i), i.description, str(i.origin)) for i in found],
        as_json,
        "No instrument is installed. Install one, e.g. `pip install livedata-dummy`. "
        + _WHY,
    )


@click.command()
@click.option(
    "--instrument",
    "-i",
    metavar="NAME",
    shell_complete=complete_instrument,
    help="Only those of this instrument.",
)
@json_option
@debug_option
@pass_livedata
def workflows(livedata: LivedataContext, instrument: str | None, as_json: bool) -> None:
    """List what can be computed, for one instrument or for all."""
    registry = livedata.all_plugins().registry
    chosen = (
        (find_instrument(registry, instrument),)
        if instrument
        else registry.instruments.values()
    )
    found = [spec for item in chosen for spec in registry.workflows(item).values()]
    scope = f"for instrument {instrument!r}" if instrument else "for any instrument"
    _show(
        found,
        ("Id", "Title", "Group", "Sources", "Outputs", "From"),
        [_workflow_row(spec) for spec in found],
        as_json,
        f"No workflow is installed {scope}. Install the package of the instrument's "
        f"team, or `pip install livedata-workflows`. {_WHY}",
    )


@click.command()
@json_option
@debug_option
@pass_livedata
def plotters(livedata: LivedataContext, as_json: bool) -> None:
    """List the ways to show results."""
    found = livedata.plugins.registry.plotters.values()
    _show(
        found,
        ("Name", "Title", "Shows", "Description", "From"),
        [(p.name, p.title, _accepted(p), p.description, str(p.origin)) for p in found],
        as_json,
        "No plotter is installed. Install the standard ones: "
        f"`pip install livedata-plotters`. {_WHY}",
    )


def _show(
    records: Iterable[Record],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    as_json: bool,
    if_empty: str,
) -> None:
    if as_json:
        print_json([record_as_json(record) for record in records])
    elif rows:
        print_table(columns, rows)
    else:
        click.echo(if_empty)


def _equipment(instrument: Instrument) -> str:
    counts = {
        "detector": len(instrument.detectors),
        "area detector": len(instrument.area_detectors),
        "monitor": len(instrument.monitors),
        "log": len(instrument.logs),
    }
    return ", ".join(
        f"{count} {noun}" if count == 1 else f"{count} {noun}s"
        for noun, count in counts.items()
        if count
    )


def _workflow_row(spec: WorkflowSpec) -> tuple[str, ...]:
    return (
        str(spec.id),
        spec.title,
        spec.group.value,
        ", ".join(spec.sources),
        ", ".join(output.name for output in spec.outputs),
        str(spec.origin),
    )


def _accepted(plotter: PlotterSpec) -> str:
    """Return what data a plotter takes, e.g. ``1-D, 2-D series``."""
    accepts = plotter.accepts
    parts = [", ".join("numbers" if n == 0 else f"{n}-D" for n in accepts.ndim)]
    if accepts.temporality:
        parts.append("/".join(kind.value for kind in accepts.temporality))
    parts.extend(f"of {name}" for name in accepts.workflows or ())
    return " ".join(parts)

"""What ``livedata plugins`` prints for people: the list, and one plugin's page."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from livedata_cli.as_json import name_of
from livedata_cli.output import console, print_table, styled
from livedata_core.contract import Record
from livedata_core.plugins import OBSERVING, PluginReport, PluginState

if TYPE_CHECKING:
    from rich.text import Text

    from livedata_cli.doctor import Diagnosis

__all__ = ["print_diagnoses", "print_list", "print_page"]

_STYLES = {
    PluginState.LOADED: "green",
    PluginState.FAILED: "bold red",
    PluginState.DISABLED: "dim",
}


def print_list(reports: Sequence[PluginReport], notes: Sequence[str]) -> None:
    """Print a line for each plugin, and below them what is wrong."""
    if not reports:
        click.echo("No plugin is installed, not even the core's own: reinstall it.")
        return
    print_table(
        ("Plugin", "Version", "Distribution", "Status", "Registers"),
        [
            (
                report.name,
                report.version,
                report.distribution,
                _status(report),
                "\n".join(_registered(report)),
            )
            for report in reports
        ],
    )
    out = console()
    for report in reports:
        for problem in report.problems:
            out.print(styled(f"{report.name}:", "bold"), styled(problem.message))
    if any(report.problems for report in reports):
        out.print(styled("More with `livedata plugins show NAME`.", "dim"))
    for note in notes:
        out.print(styled(note, "yellow"))


def print_page(report: PluginReport) -> None:
    """Print all that is known of one plugin."""
    out = console()
    out.print(styled(report.name, "bold"), styled(f"({report.origin})", "dim"))
    if report.summary:
        out.print(styled(report.summary))
    facts = {
        "Status": _status(report),
        "Module": styled(report.module),
        "Load time": styled(_load_time(report)),
        "Hooks": styled(", ".join(report.hooks) or "none"),
    }
    for heading, text in facts.items():
        out.print(styled(f"{heading:<10}", "dim"), text)
    for kind, records in report.records.items():
        print_table(
            (_noun(kind, 2).capitalize(), "Title"),
            [(name_of(record), _title(record)) for record in records],
        )
    for problem in report.problems:
        out.print(styled(f"\nProblem: {problem.kind.value}", "bold red"))
        out.print(styled(problem.message))
        if problem.traceback:
            out.print(styled(problem.traceback, "dim"))


def print_diagnoses(found: Sequence[Diagnosis], plugins: int) -> None:
    """Print where livedata runs, and what is wrong with each plugin and mends it."""
    out = console()
    core = importlib.metadata.version("livedata-core")
    python = ".".join(map(str, sys.version_info[:3]))
    out.print(styled(f"livedata-core {core}, Python {python} in {sys.prefix}", "dim"))
    for item in found:
        out.print(styled(item.plugin or "environment", "bold"), styled(item.cause))
        out.print(styled("    mend:", "dim"), styled(item.remedy))
    if not found:
        noun = "plugin" if plugins == 1 else "plugins"
        out.print(styled(f"{plugins} {noun}: nothing to mend.", "green"))


def _status(report: PluginReport) -> Text:
    count = len(report.problems)
    if report.state is PluginState.LOADED and count:
        noun = "problem" if count == 1 else "problems"
        return styled(f"loaded, {count} {noun}", "yellow")
    return styled(report.state.value, _STYLES[report.state])


def _registered(report: PluginReport) -> Iterator[str]:
    """Yield a line for each kind of record: how many and which."""
    for kind, records in report.records.items():
        names = ", ".join(name_of(record) for record in records)
        yield f"{len(records)} {_noun(kind, len(records))}: {names}"
    observed = sorted(OBSERVING.intersection(report.hooks))
    if observed:
        yield f"observes {', '.join(observed)}"


def _noun(kind: str, count: int) -> str:
    words = kind.replace("_", " ")
    return words if count != 1 else words.removesuffix("s")


def _title(record: Record) -> str:
    return str(getattr(record, "title", getattr(record, "summary", "")))


def _load_time(report: PluginReport) -> str:
    if report.load_time_s is None:
        return "not imported"
    return f"{report.load_time_s * 1e3:.1f} ms"

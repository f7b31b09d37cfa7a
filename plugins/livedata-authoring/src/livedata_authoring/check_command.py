"""``livedata check``: what is to be mended in plugins."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livedata_authoring.check import Finding
    from livedata_core.contract import Origin
    from livedata_core.plugins import PluginManager, PluginReport

__all__ = ["check"]

FOUND = 1

EXAMPLES = """\b
Examples:
  livedata check acme         one plugin, by its name or its distribution's
  livedata check              every plugin that is not livedata's own
  livedata check --all        those as well
  livedata check acme --json  for other programs

\b
Exit codes: 0 nothing to mend, 1 errors (with --strict also warnings), 3 no such plugin.
"""


class NotFound(click.ClickException):
    """No such plugin; the exit code is the one that `livedata` documents."""

    exit_code = 3


@click.command(epilog=EXAMPLES)
@click.argument("names", nargs=-1, metavar="[PLUGIN]...")
@click.option("--all", "everything", is_flag=True, help="Livedata's own plugins too.")
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
@click.pass_context
def check(
    ctx: click.Context,
    names: tuple[str, ...],
    everything: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Check whether plugins keep to the contract: try all that they register.

    Workflows run on simulated messages, plotters draw, decoders read damaged bytes, and
    all is imported with what workers and what dashboards have.
    Each finding says what, where, why it matters and how to mend it.
    """
    from livedata_authoring.check import Level, check_plugin

    plugins: PluginManager = ctx.obj.all_plugins()
    chosen = _chosen(plugins, names, everything)
    with redirect_stdout(sys.stderr):  # what plugins print is no finding
        found = {report.origin: check_plugin(plugins, report) for report in chosen}
    if as_json:
        click.echo(json.dumps(_as_json(chosen, found), indent=2, ensure_ascii=False))
    else:
        for report in chosen:
            _print(report, found[report.origin])
        if not chosen:
            click.echo("No plugin but livedata's own is installed; --all checks these.")
    bad = {Level.ERROR, Level.WARNING} if strict else {Level.ERROR}
    if any(finding.level in bad for findings in found.values() for finding in findings):
        ctx.exit(FOUND)


def _chosen(
    plugins: PluginManager, names: tuple[str, ...], everything: bool
) -> list[PluginReport]:
    from livedata_core.plugins import PluginState, is_first_party

    reports = plugins.reports
    for name in names:
        if not any(name in (r.name, r.distribution) for r in reports):
            known = ", ".join(report.name for report in reports)
            raise NotFound(f"no plugin {name!r}; there are: {known}")
    return [
        report
        for report in reports
        if report.state is not PluginState.DISABLED
        and (
            report.name in names
            or report.distribution in names
            or everything
            or not (names or is_first_party(report.distribution))
        )
    ]


def _print(report: PluginReport, findings: tuple[Finding, ...]) -> None:
    if not findings:
        text = f"{report.name} ({report.origin}): nothing to mend"
        click.secho(text, fg="green")
        return
    errors = sum(finding.level == "error" for finding in findings)
    counts = [f"{errors} error{'s' * (errors != 1)}"] if errors else []
    if warnings := len(findings) - errors:
        counts.append(f"{warnings} warning{'s' * (warnings != 1)}")
    click.secho(f"{report.name} ({report.origin}): {', '.join(counts)}", bold=True)
    for finding in findings:
        colour = "red" if finding.level == "error" else "yellow"
        level = click.style(finding.level.value, fg=colour)
        click.echo(f"\n  {level} [{finding.rule}] {finding.where}: {finding.what}")
        click.echo(f"    why:  {finding.why}")
        click.echo(f"    mend: {finding.mend}")


def _as_json(
    chosen: list[PluginReport], found: Mapping[Origin, tuple[Finding, ...]]
) -> list[dict[str, Any]]:
    return [
        {
            "name": report.name,
            "distribution": report.distribution,
            "version": report.version,
            "findings": [asdict(finding) for finding in found[report.origin]],
        }
        for report in chosen
    ]

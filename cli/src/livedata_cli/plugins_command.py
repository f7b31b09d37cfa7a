"""``livedata plugins``: list, show, disable and enable plugins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

import click

from livedata_cli.as_json import report_as_json
from livedata_cli.context import (
    LivedataContext,
    debug_option,
    json_option,
    pass_livedata,
)
from livedata_cli.doctor import environment, examine
from livedata_cli.errors import CliError
from livedata_cli.exit_codes import ExitCode
from livedata_cli.lookup import did_you_mean
from livedata_cli.output import print_json
from livedata_cli.plugin_pages import print_diagnoses, print_list, print_page
from livedata_core.plugins import (
    DisabledListError,
    PluginManager,
    PluginReport,
    disable,
    disabled_file,
    enable,
    is_essential,
    read_disabled,
)

__all__ = ["plugins"]


EXAMPLES = """\b
Examples:
  livedata plugins                  what is installed and whether it works
  livedata plugins show dummy       its records, hooks, load time and problems
  livedata plugins doctor           why something does not load, and what mends it
  livedata plugins disable acme     do not load it any more
  livedata --disable-plugin acme serve
                                    do not load it this time
"""


@click.group(invoke_without_command=True, epilog=EXAMPLES)
@json_option
@debug_option
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """List plugins, show one, disable or enable it."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_plugins, as_json=as_json)


@plugins.command("list")
@json_option
@debug_option
@pass_livedata
def list_plugins(livedata: LivedataContext, as_json: bool) -> None:
    """List all plugins with version, status and what they register."""
    manager = livedata.all_plugins()
    if as_json:
        print_json([report_as_json(report) for report in manager.reports])
    else:
        print_list(manager.reports, manager.notes)


def _complete_plugin(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[str]:
    livedata = ctx.find_object(LivedataContext) or LivedataContext()
    names = (report.name for report in livedata.plugins.reports)
    return [name for name in names if name.startswith(incomplete)]


_name = click.argument("name", shell_complete=_complete_plugin)


@plugins.command()
@_name
@json_option
@debug_option
@pass_livedata
def show(livedata: LivedataContext, name: str, as_json: bool) -> None:
    """Show one plugin: records, hooks, load time and problems.

    NAME is that of the plugin or of its distribution.
    """
    report = _the_one(name, _matching(livedata.all_plugins(), name))
    if as_json:
        print_json(report_as_json(report, details=True))
    else:
        print_page(report)


@plugins.command()
@click.argument("name", required=False, shell_complete=_complete_plugin)
@json_option
@debug_option
@pass_livedata
@click.pass_context
def doctor(
    ctx: click.Context, livedata: LivedataContext, name: str | None, as_json: bool
) -> None:
    """Explain why plugins do not load, and what would mend it.

    Looks at Python and its environment, versions, requirements and conflicts; at one
    plugin, or at all. Ends with 5 if something is to be mended.
    """
    manager = livedata.all_plugins()
    reports = _matching(manager, name) if name else manager.reports
    found = [*environment(), *(item for report in reports for item in examine(report))]
    if as_json:
        print_json([asdict(item) for item in found])
    else:
        print_diagnoses(found, len(reports))
    if any(item.plugin for item in found):
        ctx.exit(int(ExitCode.PLUGIN_PROBLEM))


@plugins.command("disable")
@_name
@debug_option
@pass_livedata
def disable_plugin(livedata: LivedataContext, name: str) -> None:
    """Do not load a plugin from now on.

    NAME is that of the plugin or of its distribution. Disabled plugins are not
    imported; everything else works on.
    """
    matching = _matching(livedata.plugins, name)
    if any(is_essential(report.distribution) for report in matching):
        raise CliError(
            f"plugin {name!r} belongs to livedata itself and cannot be disabled",
            ExitCode.USAGE,
        )
    with _list_usable():
        fresh = disable(name)
    if fresh:
        click.echo(f"Disabled {_named(matching)}, from the next start on.")
        click.echo(f"Take it back with `livedata plugins enable {name}`.")
    else:
        click.echo(f"{name!r} was disabled already.")


@plugins.command("enable")
@_name
@debug_option
@pass_livedata
def enable_plugin(livedata: LivedataContext, name: str) -> None:
    """Load a plugin again that was disabled."""
    with _list_usable():
        enabled = [name] if enable(name) else _enable_by_other_name(livedata, name)
    if enabled:
        click.echo(f"Enabled {', '.join(map(repr, enabled))}, from the next start on.")
    else:
        click.echo(f"{name!r} is not disabled in {disabled_file()}.")


def _enable_by_other_name(livedata: LivedataContext, name: str) -> list[str]:
    """Enable a plugin that the list has under its own or its distribution's name."""
    return [
        other
        for report in _matching(livedata.plugins, name, read_disabled())
        for other in (report.name, report.distribution)
        if enable(other)
    ]


@contextmanager
def _list_usable() -> Iterator[None]:
    """Turn trouble with the file into one clear line."""
    try:
        yield
    except DisabledListError as error:
        raise CliError(str(error), ExitCode.CANNOT_START) from error


def _matching(
    manager: PluginManager, name: str, also: Sequence[str] = ()
) -> tuple[PluginReport, ...]:
    """Return the plugins that a name means.

    Raises
    ------
    CliError
        With exit code 3 if there is none.
    """
    reports = manager.reports
    matching = tuple(
        report for report in reports if name in (report.name, report.distribution)
    )
    if not matching:
        known = {report.name for report in reports} | set(also)
        known |= {report.distribution for report in reports}
        hint = did_you_mean(name, known)
        raise CliError(
            f"no plugin {name!r}; {hint} (`livedata plugins` lists them)",
            ExitCode.NOT_FOUND,
        )
    return matching


def _the_one(name: str, reports: Sequence[PluginReport]) -> PluginReport:
    if len(reports) > 1:
        raise CliError(
            f"{name!r} means {_named(reports)}; give one of "
            f"{_choices(name, reports)} instead",
            ExitCode.USAGE,
        )
    return reports[0]


def _choices(name: str, reports: Sequence[PluginReport]) -> str:
    """Return names that tell the plugins apart."""
    same = {report.name for report in reports} == {name}
    return ", ".join(report.distribution if same else report.name for report in reports)


def _named(reports: Sequence[PluginReport]) -> str:
    return " and ".join(f"{report.name} ({report.origin})" for report in reports)

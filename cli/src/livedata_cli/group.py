"""The command group whose subcommands come from plugins.

A subcommand's module is imported when it is run. Listing and completing them needs
their records alone.
"""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from livedata_cli.broker_options import with_broker_options
from livedata_cli.context import LivedataContext
from livedata_cli.errors import CliError, guard
from livedata_cli.exit_codes import EXPLANATIONS, ExitCode
from livedata_cli.lookup import did_you_mean
from livedata_core.contract import RefError, SubcommandSpec, resolve
from livedata_core.plugins import PluginState, is_first_party

__all__ = ["PluginGroup"]

_EXAMPLES = (
    ("livedata serve", "the simulated instrument, live in the browser"),
    ("livedata serve --instrument sans2d", "another instrument"),
    ("livedata plugins", "what is installed and whether it works"),
    ("livedata workflows --instrument dummy", "what can be computed"),
)


class PluginGroup(click.Group):
    """The subcommands that plugins register."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Give every run its own `LivedataContext`."""
        livedata = LivedataContext()
        extra["obj"] = livedata
        with guard(lambda: livedata.debug):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; whatever it raises becomes one clear line."""
        with guard(lambda: _livedata(ctx).debug):
            result: object = super().invoke(ctx)
            return result

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the subcommands."""
        return list(_subcommands(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a subcommand.

        Raises
        ------
        CliError
            With exit code 5 if the plugin that registers it cannot be imported.
        """
        registry = _livedata(ctx).plugins.registry
        spec = registry.subcommands.get(cmd_name)
        if spec is None:
            return None
        command = _import(spec)
        if spec.broker:
            return with_broker_options(command, registry.transports.values())
        return command

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem]:
        """Complete names of subcommands, without importing them."""
        names = [
            CompletionItem(name, help=spec.summary)
            for name, spec in _subcommands(ctx).items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand, with a suggestion where there is none."""
        name = args[0]
        known = _subcommands(ctx)
        if name not in known and not name.startswith("-") and known:
            raise click.UsageError(
                f"no command {name!r}; {did_you_mean(name, known)}", ctx
            )
        if name != "plugins" and "--json" not in args and not ctx.resilient_parsing:
            _warn_of_problems(_livedata(ctx))
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the subcommands in sections, from their records."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, spec in _subcommands(ctx).items():
            sections.setdefault(spec.section, []).append((name, _summary(spec)))
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show examples and exit codes."""
        with formatter.section("Examples"):
            formatter.write_dl(_EXAMPLES, col_max=44)
        with formatter.section("Exit codes"):
            rows = [(str(int(code)), EXPLANATIONS[code]) for code in ExitCode]
            formatter.write_dl(rows)
        _warn_of_problems(_livedata(ctx))


def _livedata(ctx: click.Context) -> LivedataContext:
    return ctx.ensure_object(LivedataContext)


def _subcommands(ctx: click.Context) -> dict[str, SubcommandSpec]:
    return dict(_livedata(ctx).plugins.registry.subcommands)


def _summary(spec: SubcommandSpec) -> str:
    """Return the summary, with the distribution where it is a third party's."""
    if spec.origin is None or is_first_party(spec.origin.distribution):
        return spec.summary
    return f"{spec.summary} [{spec.origin.distribution}]"


def _import(spec: SubcommandSpec) -> click.Command:
    try:
        command = resolve(spec.command)
    except RefError as error:
        raise CliError(
            f"the command {spec.name!r} of {spec.origin} does not work: {error}; "
            "update that plugin",
            ExitCode.PLUGIN_PROBLEM,
        ) from error
    if not isinstance(command, click.Command):
        raise CliError(
            f"the command {spec.name!r} of {spec.origin} is no click command but "
            f"{type(command).__name__}; update that plugin",
            ExitCode.PLUGIN_PROBLEM,
        )
    return command


def _warn_of_problems(livedata: LivedataContext) -> None:
    """Say on standard error how many plugins do not work, if any."""
    reports = livedata.plugins.reports
    failed = sum(report.state is PluginState.FAILED for report in reports)
    faulty = sum(bool(report.problems) for report in reports) - failed
    for count, what in ((failed, "failed to load"), (faulty, "partly unusable")):
        if count:
            noun = "plugin" if count == 1 else "plugins"
            click.secho(
                f"{count} {noun} {what}; see `livedata plugins`", fg="yellow", err=True
            )
    for note in livedata.plugins.notes:
        click.secho(note, fg="yellow", err=True)

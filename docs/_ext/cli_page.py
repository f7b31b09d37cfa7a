"""The reference page of the command line: the help of every command."""

from __future__ import annotations

from collections.abc import Iterator

import click

from livedata_cli.main import cli
from livedata_core.plugins import is_first_party, load_plugins

__all__ = ["cli_page"]

_WIDTH = 80


def cli_page() -> str:
    """Return the Markdown of the help of ``livedata`` and all its own subcommands."""
    own = {
        name
        for name, spec in load_plugins().registry.subcommands.items()
        if spec.origin is not None and is_first_party(spec.origin.distribution)
    }
    context = cli.make_context("livedata", [], resilient_parsing=True)
    parts = ["# Command help"]
    with context:
        parts += _described(cli, context)
        for name in sorted(own):
            parts += _tree(name, cli, context)
    return "\n\n".join(parts) + "\n"


def _tree(name: str, group: click.Group, parent: click.Context) -> Iterator[str]:
    command = group.get_command(parent, name)
    if command is None or command.hidden:
        return
    context = click.Context(command, info_name=name, parent=parent)
    with context:
        yield from _described(command, context)
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                yield from _tree(below, command, context)


def _described(command: click.Command, context: click.Context) -> Iterator[str]:
    context.terminal_width = context.max_content_width = _WIDTH
    yield f"## {context.command_path}"
    yield f"```text\n{command.get_help(context)}\n```"

"""``livedata completion``: the script that lets a shell complete our commands."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from livedata_cli.context import debug_option

__all__ = ["completion"]


INSTALLATION = """\b
Install it once, for new shells:
  bash   livedata completion bash >> ~/.bashrc
  zsh    livedata completion zsh >> ~/.zshrc
  fish   livedata completion fish > ~/.config/fish/completions/livedata.fish
"""


@click.command(epilog=INSTALLATION)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@debug_option
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and names in SHELL."""
    kind = get_completion_class(shell)
    assert kind is not None, "click knows the shells that Choice allows"
    completer = kind(ctx.find_root().command, {}, "livedata", "_LIVEDATA_COMPLETE")
    # The subclasses' source() first runs the shell to learn its version.
    click.echo(ShellComplete.source(completer))

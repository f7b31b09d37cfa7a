"""``livedata gallery``: pages of what is installed, with pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from livedata_core.plugins import PluginManager

__all__ = ["gallery"]


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to write the pages; `index.html` is the first.",
)
@click.pass_context
def gallery(ctx: click.Context, output: Path) -> None:
    """Write pages of all instruments, workflows and plotters that are installed.

    Each plotter is drawn with sample data and its default parameters. The pages need
    no server and no network: open `index.html`, or publish the folder.
    """
    from livedata_authoring.gallery import write_gallery

    plugins: PluginManager = ctx.obj.all_plugins()
    lacking = write_gallery(plugins, output)
    registry = plugins.registry
    for name, why in lacking.items():
        if registry.plotters[name].over:
            continue
        click.echo(f"no picture of {name} ({registry.plotters[name].origin}): {why}")
    click.echo(
        f"{len(registry.plotters)} plotters and {len(registry.instruments)} "
        f"instruments: {output / 'index.html'}"
    )

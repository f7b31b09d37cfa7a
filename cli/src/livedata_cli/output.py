"""How commands print: tables for people, JSON for programs.

rich is imported when a table is printed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["console", "print_json", "print_table", "styled"]

PIPE_WIDTH = 200
"""Columns where output goes to a file or pipe, so that lines can be searched."""


def print_json(value: object) -> None:
    """Print as JSON; what JSON has no form for, as text."""
    click.echo(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def console() -> Console:
    """Return a console on standard output."""
    from rich.console import Console

    fixed = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(width=fixed, highlight=False)


def styled(text: str, style: str = "") -> Text:
    """Return text that is printed as it is, whatever brackets it holds."""
    from rich.text import Text

    return Text(text, style=style)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str | Text]], title: str = ""
) -> None:
    """Print a table; the first column is emphasised.

    Parameters
    ----------
    columns:
        Headings.
    rows:
        Cells; plain strings are printed as they are.
    """
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False
    )
    for number, heading in enumerate(columns):
        table.add_column(heading, style="bold" if number == 0 else "", overflow="fold")
    for row in rows:
        table.add_row(
            *(styled(cell) if isinstance(cell, str) else cell for cell in row)
        )
    console().print(table)

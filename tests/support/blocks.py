"""Code blocks of the documentation, as they are printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DOCS", "Block", "blocks"]

DOCS = Path(__file__).resolve().parents[2] / "docs"

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?:\{code-block\} )?(?P<language>\w+)\n"
    r"(?P<options>(?: *:\w+:[^\n]*\n)*)(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
_CAPTION = re.compile(r":caption: (?P<file>\S+?)(?:, (?P<what>before|after|add))?\n")


@dataclass(frozen=True)
class Block:
    """A block: its text without the indent of a list.

    Attributes
    ----------
    language:
        E.g. ``console`` or ``python``.
    file:
        Which file it shows, relative to the author's folder; "" if none.
    what:
        Of a file: ``before`` and ``after`` for a part that is changed, ``add`` for one
        that is added at its end, "" for the whole file.
    """

    language: str
    text: str
    file: str = ""
    what: str = ""

    @property
    def commands(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Commands of a ``console`` block, each with the lines that it prints.

        In a block without a prompt every line is a command.
        """
        found: list[tuple[str, list[str]]] = []
        lines = self.text.replace("\\\n", " ").splitlines()
        prompts = any(line.startswith("$ ") for line in lines)
        for line in filter(str.strip, lines):
            if line.startswith("$ ") or not prompts:
                together = line.removeprefix("$ ").split(" && ")
                found += [(" ".join(command.split()), []) for command in together]
            else:
                found[-1][1].append(line.strip())
        return tuple((command, tuple(printed)) for command, printed in found)


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page in their order."""
    found = []
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        caption = _CAPTION.search(match["options"])
        file, what = caption.group("file", "what") if caption else ("", "")
        lines = match["text"].lstrip("\n").splitlines(keepends=True)
        text = "".join(line.removeprefix(match["indent"]) for line in lines)
        found.append(Block(match["language"], text, file, what or ""))
    return found

"""Run one benchmark by name: ``python -m tests.benchmarks NAME [arguments]``.

Each benchmark is a module of this folder with ``main(argv) -> int | None``; this one
only finds it and hands over the arguments.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

NOT_BENCHMARKS = {"machine"}


def benchmarks() -> dict[str, str]:
    """Return the names of the benchmarks with the first line of their docstrings.

    A module counts where it defines ``main``; it is parsed, not imported.
    """
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem.startswith("_") or path.stem in NOT_BENCHMARKS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if "main" in names:
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Dispatch to the benchmark that the first argument names."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Run one benchmark."
    )
    known = benchmarks()
    parser.add_argument("--list", action="store_true", help="list the benchmarks")
    parser.add_argument("name", nargs="?", help=", ".join(known))
    # What follows the name belongs to the benchmark, its --help included.
    parsed = parser.parse_args(arguments[:1])
    if parsed.list or parsed.name is None:
        for name, summary in known.items():
            print(f"{name:<12} {summary}")
        return 0
    if parsed.name not in known:
        parser.error(f"no benchmark {parsed.name!r}; there are: {', '.join(known)}")
    module = importlib.import_module(f"tests.benchmarks.{parsed.name}")
    return int(module.main(arguments[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main())

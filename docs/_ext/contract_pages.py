"""Reference pages of the contract, one for each of its modules.

Read from the source without importing it: signatures, fields with their types and
defaults as written, docstrings. What a module exports is what its page shows.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy_docstring

__all__ = ["CONTRACT", "PAGES", "contract_pages", "signature"]

CONTRACT = Path(__file__).resolve().parents[2] / "livedata_core" / "contract"
PAGES = {
    "hookspecs": "Hooks",
    "records": "Records",
    "protocols": "Protocols",
    "messages": "Messages",
    "control": "Commands and status",
    "identities": "Identities",
    "topics": "Topics",
    "administration": "Topics on a broker",
    "views": "Views",
    "windows": "Time windows",
    "regions": "Regions of interest",
    "regions_wire": "Regions on the wire",
    "refs": "Import strings",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A class, function or constant of a module with its docstring."""

    name: str
    node: ast.stmt
    docstring: str


def contract_pages() -> dict[str, str]:
    """Return the Markdown of each page by the name of its module."""
    modules = {name: _parsed(CONTRACT / name) for name in PAGES}
    links = {
        name: f"contract-{name}"
        for tree in modules.values()
        for name in _exported(tree)
    }
    return {name: _page(PAGES[name], tree, links) for name, tree in modules.items()}


def signature(function: ast.FunctionDef) -> str:
    """Return the signature as written, without ``self``.

    Examples
    --------
    >>> signature(ast.parse("def f(self, x: int) -> str: ...").body[0])
    'f(x: int) -> str'
    """
    arguments = function.args
    if arguments.args and arguments.args[0].arg in ("self", "cls"):
        arguments = ast.arguments(**{**vars(arguments), "args": arguments.args[1:]})
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"{function.name}({ast.unparse(arguments)}){returns}"


def _parsed(path: Path) -> ast.Module:
    """Return a module; of a package, the text of all its modules after its own."""
    if not path.is_dir():
        return ast.parse(path.with_suffix(".py").read_text(encoding="utf-8"))
    package = ast.parse((path / "__init__.py").read_text(encoding="utf-8"))
    parts = [node for node in package.body if isinstance(node, ast.ImportFrom)]
    for part in parts:
        package.body += _parsed(path / str(part.module).rpartition(".")[2]).body
    return package


def _exported(tree: ast.Module) -> tuple[str, ...]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return tuple(ast.literal_eval(node.value))
    return ()


def _definitions(body: list[ast.stmt]) -> Iterator[Definition]:
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield Definition(node.name, node, ast.get_docstring(node) or "")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield Definition(ast.unparse(target), node, _text(after))


def _text(node: ast.stmt | None) -> str:
    """Return the string that stands below an assignment, or nothing."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return ""


def _page(title: str, tree: ast.Module, links: dict[str, str]) -> str:
    exported = _exported(tree)
    definitions = {item.name: item for item in _definitions(tree.body)}
    parts = [f"# {title}", numpy_docstring.render(ast.get_docstring(tree) or "", links)]
    for name, item in definitions.items():
        if name in exported:
            parts += [f"({links[name]})=", f"## {name}"]
            parts += _described(item, definitions, links)
    return "\n\n".join(part for part in parts if part) + "\n"


def _described(
    item: Definition, definitions: dict[str, Definition], links: dict[str, str]
) -> Iterator[str]:
    if isinstance(item.node, ast.ClassDef):
        yield from _class(item, definitions, links)
        return
    if isinstance(item.node, ast.FunctionDef):
        yield f"```python\ndef {signature(item.node)}\n```"
    else:
        yield f"```python\n{ast.unparse(item.node)}\n```"
    yield numpy_docstring.render(item.docstring, links)


def _class(
    item: Definition, definitions: dict[str, Definition], links: dict[str, str]
) -> Iterator[str]:
    lineage = list(_lineage(item, definitions))
    yield _kind(lineage)
    yield numpy_docstring.render(item.docstring, links, without="Attributes")
    members: dict[str, Definition] = {}
    for ancestor in reversed(lineage):
        assert isinstance(ancestor.node, ast.ClassDef)
        members |= {member.name: member for member in _definitions(ancestor.node.body)}
    public = [m for name, m in members.items() if _is_public(name)]
    about: dict[str, str] = {}
    for ancestor in reversed(lineage):
        about |= numpy_docstring.attributes(ancestor.docstring)
    yield from _fields(public, about, links)
    for member in public:
        if isinstance(member.node, ast.FunctionDef):
            yield f"### {member.name}"
            yield f"```python\n{_method(member.node)}\n```"
            yield numpy_docstring.render(member.docstring, links)


def _lineage(
    item: Definition, definitions: dict[str, Definition]
) -> Iterator[Definition]:
    """Yield the class and those of its bases that the same module defines."""
    yield item
    assert isinstance(item.node, ast.ClassDef)
    for base in item.node.bases:
        known = definitions.get(ast.unparse(base).partition("[")[0])
        if known is not None:
            yield from _lineage(known, definitions)


def _kind(lineage: list[Definition]) -> str:
    """Say in a word what kind of class it is."""
    nodes = [item.node for item in lineage if isinstance(item.node, ast.ClassDef)]
    bases = {
        ast.unparse(base).partition("[")[0] for node in nodes for base in node.bases
    }
    if "Record" in bases:
        return "*Record, yielded by a hook.*"
    if "Protocol" in bases:
        return "*Protocol: any class with these members fulfils it.*"
    if "StrEnum" in bases:
        return "*Enumeration of strings.*"
    return ""


def _is_public(name: str) -> bool:
    return not name.startswith("_") and name != "model_config"


def _method(node: ast.FunctionDef) -> str:
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    if decorators & {"property", "cached_property"}:
        returns = f": {ast.unparse(node.returns)}" if node.returns else ""
        return f"{node.name}{returns}  # property"
    if "classmethod" in decorators:
        return f"{signature(node)}  # class method"
    return f"def {signature(node)}"


def _fields(
    members: list[Definition], about: dict[str, str], links: dict[str, str]
) -> Iterator[str]:
    rows = [
        _row(member, about.get(member.name, member.docstring), links)
        for member in members
        if isinstance(member.node, ast.AnnAssign | ast.Assign)
    ]
    if not rows:
        return
    heads = ["field", "type", "default", "meaning"]
    shown = [i for i in range(len(heads)) if any(row[i] for row in rows)]
    lines = [heads, ["---"] * len(heads), *rows]
    yield "\n".join(f"| {' | '.join(line[i] for i in shown)} |" for line in lines)


def _row(member: Definition, meaning: str, links: dict[str, str]) -> list[str]:
    node = member.node
    assert isinstance(node, ast.AnnAssign | ast.Assign)
    annotation = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
    default = _default(node.value) if node.value else ""
    text = " ".join(numpy_docstring.linked(meaning, links).split())
    return [f"`{member.name}`", _code(annotation), _code(default), text]


def _default(value: ast.expr) -> str:
    """Return the default that a value or a call of ``Field`` stands for."""
    if isinstance(value, ast.Call) and ast.unparse(value.func).lower() == "field":
        given = {word.arg: ast.unparse(word.value) for word in value.keywords}
        if "default_factory" in given:
            factory = given["default_factory"]
            made = factory.removeprefix("lambda: ")
            return made if made != factory else f"{factory}()"
        return ast.unparse(value.args[0]) if value.args else given.get("default", "")
    return ast.unparse(value)


def _code(text: str) -> str:
    # A bar would end the table's cell.
    return f"`{text}`".replace("|", r"\|") if text else ""

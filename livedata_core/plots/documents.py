"""The stored form of a layout: read with care, written so that nothing is lost.

Where and when it is written is `PlotOrchestrator`'s and the settings writer's business.
What this version does not know (a plugin's entries, fields of a newer version) is
written back as it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from livedata_core.config.migrations import Migration, migrated
from livedata_core.plots.arrangement import settled
from livedata_core.plots.layout import Cell, Grid, Layer, Layout, Original, new_id

__all__ = ["SCHEMA_VERSION", "from_document", "to_document"]

SCHEMA_VERSION = 1

MIGRATIONS: Mapping[int, Migration] = {}
"""By schema version, what makes a document of the next one."""

_Model = TypeVar("_Model", Grid, Cell, Layer)


class UnreadableError(ValueError):
    """An entry cannot be read; the message says where and why."""


def to_document(layout: Layout) -> dict[str, Any]:
    """Return the stored form of a layout."""
    version = layout.head.get("schema_version")
    newer = isinstance(version, int) and version > SCHEMA_VERSION
    return {
        **layout.head,
        "schema_version": version if newer else SCHEMA_VERSION,
        "grids": [
            *(_grid_entry(grid, layout.originals) for grid in layout.grids),
            *layout.unreadable,
        ],
    }


def from_document(
    document: Mapping[str, Any],
    migrations: Mapping[int, Migration] = MIGRATIONS,
    to: int = SCHEMA_VERSION,
) -> tuple[Layout, tuple[str, ...]]:
    """Read the stored form; one bad entry never costs the others.

    Returns
    -------
    :
        The layout, and a sentence for each grid with something that could not be read.
    """
    try:
        document = migrated(document, "the stored layout", migrations, to)
    except ValueError as error:
        return Layout(), (str(error),)
    entries = document.get("grids", [])
    if not isinstance(entries, list):
        return Layout(), ("the stored layout has no list of grids; it was left aside",)
    reader = _Reader()
    for number, entry in enumerate(entries, start=1):
        reader.read(number, entry)
    head = {key: value for key, value in document.items() if key != "grids"}
    layout = Layout(
        grids=tuple(reader.grids),
        unreadable=tuple(reader.unreadable),
        head=head if reader.grids or reader.unreadable else {},
        originals=reader.originals,
    )
    return layout, tuple(reader.problems)


class _Reader:
    """Collects what can be read, and sentences about the rest."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.unreadable: list[Any] = []
        self.problems: list[str] = []
        self.originals: dict[str, Original] = {}

    def read(self, number: int, entry: Any) -> None:
        """Take in the entry of a grid."""
        try:
            grid = _read(Grid, entry, {"cells"})
            cells = _list(entry, "cells")
        except UnreadableError as error:
            self.problems.append(
                f"grid {number} of the stored layout cannot be read ({error}); it is "
                "kept in the file but not shown"
            )
            self.unreadable.append(entry)
            return
        grid = self._known(entry, grid)
        grid = self._with_cells(grid, cells)
        self.grids.append(grid)

    def _with_cells(self, grid: Grid, entries: Iterable[Any]) -> Grid:
        troubles: list[str] = []
        unreadable: list[Any] = []
        for entry in entries:
            try:
                cell = self._cell(entry)
                grid = settled(grid, cell)
            except ValueError as error:
                troubles.append(str(error))
                unreadable.append(entry)
                continue
            where = grid.cells[-1]
            if cell.problem:
                troubles.append(cell.problem)
            elif not _same_place(cell, where):
                name = cell.title or "a plot"
                troubles.append(f"{name}: its place was taken, it was moved")
        if troubles:
            self.problems.append(
                f"{len(troubles)} plots of the stored grid “{grid.title}” are not as "
                f"they should be ({troubles[0]}); what cannot be shown is kept"
            )
        return grid.model_copy(update={"unreadable": tuple(unreadable)})

    def _cell(self, entry: Any) -> Cell:
        cell = _read(Cell, entry, {"layers", "problem"})
        problem, layers = "", []
        try:
            layers = _list(entry, "layers")
        except UnreadableError as error:
            problem = str(error)
        read: list[tuple[Any, Layer]] = []
        for number, layer in enumerate(layers, start=1):
            try:
                read.append((layer, _read(Layer, layer, set())))
            except UnreadableError as error:
                problem = problem or f"layer {number}: {error}"
        if problem:
            name = cell.title or cell.id
            cell = cell.model_copy(update={"problem": f"plot {name!r}: {problem}"})
            return self._known(entry, cell)
        cell = self._known(entry, cell)
        own = tuple(self._known(raw, layer) for raw, layer in read)
        return cell.model_copy(update={"layers": own})

    def _known(self, entry: Mapping[str, Any], model: _Model) -> _Model:
        """Remember what was read; an identifier that is taken is replaced."""
        if model.id in self.originals:
            model = model.model_copy(update={"id": new_id()})
        self.originals[model.id] = Original(entry, model)
        return model


def _read(model: Callable[..., _Model], entry: Any, without: set[str]) -> _Model:
    if not isinstance(entry, Mapping):
        raise UnreadableError(f"expected names and values, found {entry!r:.60}")
    fields = model.model_fields.keys() - without  # type: ignore[attr-defined]
    try:
        return model(**{key: entry[key] for key in entry if key in fields})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnreadableError(f"{where}: {first['msg']}") from error


def _list(entry: Mapping[str, Any], key: str) -> list[Any]:
    found = entry.get(key, [])
    if not isinstance(found, list):
        raise UnreadableError(f"{key}: not a list")
    return found


def _same_place(one: Cell, other: Cell) -> bool:
    return (one.row, one.column, one.rows, one.columns) == (
        other.row,
        other.column,
        other.rows,
        other.columns,
    )


# --- Writing ------------------------------------------------------------------


def _grid_entry(grid: Grid, originals: Mapping[str, Original]) -> dict[str, Any]:
    cells = [_cell_entry(cell, originals) for cell in grid.cells]
    return _entry(grid, originals, "cells", [*cells, *grid.unreadable])


def _cell_entry(cell: Cell, originals: Mapping[str, Original]) -> dict[str, Any]:
    if cell.problem:
        return _entry(cell, originals, None, None)
    layers = [_entry(layer, originals, None, None) for layer in cell.layers]
    return _entry(cell, originals, "layers", layers)


def _entry(
    model: Grid | Cell | Layer,
    originals: Mapping[str, Original],
    inner: str | None,
    parts: list[Any] | None,
) -> dict[str, Any]:
    """Return what is stored of a model: as it was read, but for what has changed."""
    values = model.model_dump(mode="json", exclude={inner} if inner else None)
    if inner is not None:
        values[inner] = parts
    original = originals.get(model.id)
    if original is None:
        return values
    entry = dict(original.entry)
    for key, value in values.items():
        if key == inner:
            if parts or key in entry:
                entry[key] = parts
        elif isinstance(model, Cell) and model.problem and key in ("id", "layers"):
            continue
        elif getattr(model, key) != getattr(original.model, key) or (
            key == "id" and entry.get(key) != value
        ):
            entry[key] = value
    return entry

"""**RegionService**: regions of interest that operators draw, for all sessions.

What is wanted is kept by workflow and source, survives restarts, and is sent to every
new job. A job that says it has none of a kind although some are wanted gets them again.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError
from pydantic import model_validator as validator

from livedata_core.contract import (
    REGION_INDICES,
    ArrayData,
    DataKey,
    Message,
    Polygon,
    Rectangle,
    Region,
    RegionKind,
    Topics,
    WorkflowId,
    WorkflowIdField,
    regions_from_wire,
    regions_to_wire,
)
from livedata_core.data.service import DataService
from livedata_core.jobs.active import ActiveJobRegistry, Place
from livedata_core.transport import MessageSink

__all__ = ["DOCUMENT", "NamedRegion", "RegionService", "regions_of"]

DOCUMENT = "regions"
SCHEMA_VERSION = 1
PLACES_LIMIT = 500
REMOVED_KEPT = 20
RETRY_NS = 5_000_000_000
KINDS: tuple[RegionKind, ...] = ("rectangle", "polygon")
MOST_DRAWN = 200
"""Vertices of what is drawn by hand."""


class NamedRegion(BaseModel):
    """A region in the coordinates of its image.

    A rectangle has two limits along each axis, a polygon its vertices. Without a unit,
    coordinates count pixels, the middle of the first at 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: int = Field(ge=0, le=7)
    kind: RegionKind
    name: str = Field(max_length=100)
    x: tuple[FiniteFloat, ...] = Field(max_length=MOST_DRAWN)
    y: tuple[FiniteFloat, ...] = Field(max_length=MOST_DRAWN)
    x_unit: str | None = None
    y_unit: str | None = None

    @validator(mode="after")
    def _is_a_region(self) -> Self:
        if self.index not in REGION_INDICES[self.kind]:
            raise ValueError(f"index {self.index} is none of a {self.kind}")
        if len(self.x) != len(self.y):
            raise ValueError("a region has as many x as y")
        if self.kind == "rectangle":
            if len(self.x) != 2 or not (
                self.x[0] < self.x[1] and self.y[0] < self.y[1]
            ):
                raise ValueError("a rectangle has a width and a height")
        elif len(self.x) < 3:
            raise ValueError("a polygon has three corners at least")
        return self

    def on_wire(self) -> Region:
        """Return the region as workers take it.

        Limits of a rectangle in pixels count from the outer edge of the first.
        """
        if self.kind == "polygon":
            return Polygon(self.x, self.y, self.x_unit, self.y_unit)
        (left, right), (low, high) = self.x, self.y
        dx = 0.5 if self.x_unit is None else 0.0
        dy = 0.5 if self.y_unit is None else 0.0
        return Rectangle(
            (left + dx, right + dx), (low + dy, high + dy), self.x_unit, self.y_unit
        )


class _Stored(BaseModel):
    """The regions of one workflow on one source, as they are stored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    workflow: WorkflowIdField
    source: str
    regions: tuple[NamedRegion, ...]


Regions = tuple[NamedRegion, ...]


def regions_of(document: Mapping[str, Any]) -> tuple[dict[Place, Regions], list[str]]:
    """Return stored regions, and a sentence for each entry that cannot be read."""
    found: dict[Place, Regions] = {}
    problems: list[str] = []
    entries = document.get("regions", [])
    for entry in entries if isinstance(entries, list) else []:
        try:
            stored = _Stored.model_validate(entry)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            problems.append(f"stored regions cannot be read ({where}: {first['msg']})")
            continue
        found[(stored.workflow, stored.source)] = stored.regions
    return found, problems


class RegionService:
    """Keeps, stores and sends regions. Any thread; nothing blocks.

    Parameters
    ----------
    active:
        Which job runs where.
    data:
        Where jobs say what they use.
    sink, topics:
        Where regions are sent.
    save:
        Takes the stored form after each change; must not block.
    changed:
        Called without arguments after each change: look now.
    stored:
        What to begin with.
    """

    def __init__(
        self,
        active: ActiveJobRegistry,
        data: DataService,
        sink: MessageSink,
        topics: Topics,
        *,
        save: Callable[[Mapping[str, Any]], None] = lambda document: None,
        changed: Callable[[], None] = lambda: None,
        stored: Mapping[Place, Regions] = MappingProxyType({}),
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._active = active
        self._data = data
        self._sink = sink
        self._topic = topics.roi
        self._save = save
        self._changed = changed
        self._clock = clock
        self._lock = threading.Lock()
        self._regions: Mapping[Place, Regions] = dict(stored)
        self._sent: dict[tuple[Place, RegionKind], tuple[uuid.UUID, int]] = {}
        self._removed: OrderedDict[str, tuple[Place, NamedRegion]] = OrderedDict()
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with each change."""
        return self._version

    def of(self, workflow: WorkflowId, source: str) -> Regions:
        """Return the regions of an image, by index."""
        return self._regions.get((workflow, source), ())

    def units(
        self, workflow: WorkflowId, source: str, output: str
    ) -> tuple[str | None, str | None]:
        """Return the units of the horizontal and vertical axis; None: pixels.

        Raises
        ------
        ValueError
            If there is no image yet.
        """
        key = DataKey(workflow, source, output)
        entry = self._data.snapshot().entries.get(key)
        signal = None if entry is None else entry.data.get("signal")
        if entry is None or signal is None or len(signal.dims) != 2:
            raise ValueError("there is no image yet to draw on")
        vertical, horizontal = (entry.data.get(dim) for dim in signal.dims)
        return (
            None if horizontal is None else horizontal.unit,
            None if vertical is None else vertical.unit,
        )

    def add(
        self,
        workflow: WorkflowId,
        source: str,
        kind: RegionKind,
        x: tuple[float, ...],
        y: tuple[float, ...],
        units: tuple[str | None, str | None] = (None, None),
    ) -> int:
        """Add a region and return its index.

        Raises
        ------
        ValueError
            If it is none, or there are as many of its kind as a worker takes.
        """
        place = (workflow, source)
        with self._lock:
            index = _free_index(self._regions.get(place, ()), kind)
            region = _made(
                index=index,
                kind=kind,
                name=f"Region {index + 1}",
                x=x,
                y=y,
                x_unit=units[0],
                y_unit=units[1],
            )
            self._replace(place, (*self._regions.get(place, ()), region), kind)
        self._changed()
        return index

    def reshape(
        self,
        workflow: WorkflowId,
        source: str,
        index: int,
        x: tuple[float, ...],
        y: tuple[float, ...],
    ) -> None:
        """Move a region or give it another shape.

        Raises
        ------
        KeyError
            If it is gone.
        ValueError
            If it is none any more.
        """
        self._update(workflow, source, index, {"x": x, "y": y})

    def rename(self, workflow: WorkflowId, source: str, index: int, name: str) -> None:
        """Give a region another name; without one, it gets its number.

        Raises
        ------
        KeyError
            If it is gone.
        """
        name = name.strip()[:100] or f"Region {index + 1}"
        self._update(workflow, source, index, {"name": name})

    def remove(self, workflow: WorkflowId, source: str, index: int) -> str:
        """Delete a region; what is returned undoes it by `restore`.

        One that is gone already is no error; then what is returned is empty.
        """
        place = (workflow, source)
        with self._lock:
            regions = self._regions.get(place, ())
            gone = next((r for r in regions if r.index == index), None)
            if gone is None:
                return ""
            kept = tuple(region for region in regions if region is not gone)
            self._replace(place, kept, gone.kind)
            item_id = uuid.uuid4().hex
            self._removed[item_id] = (place, gone)
            while len(self._removed) > REMOVED_KEPT:
                self._removed.popitem(last=False)
        self._changed()
        return item_id

    def removed(self) -> frozenset[str]:
        """Return the ids of what was deleted of late and can be put back."""
        with self._lock:
            return frozenset(self._removed)

    def restore(self, item_id: str) -> None:
        """Put a deleted region back, with another index where its own is taken.

        Raises
        ------
        KeyError
            If it was put back already.
        ValueError
            If there are as many of its kind as a worker takes.
        """
        with self._lock:
            if item_id not in self._removed:
                raise KeyError("the region was put back already")
            place, region = self._removed[item_id]
            others = self._regions.get(place, ())
            index = _free_index(others, region.kind, region.index)
            back = region.model_copy(update={"index": index})
            self._replace(place, (*others, back), region.kind)
            del self._removed[item_id]
        self._changed()

    def _update(
        self, workflow: WorkflowId, source: str, index: int, update: dict[str, Any]
    ) -> None:
        place = (workflow, source)
        with self._lock:
            regions = self._regions.get(place, ())
            old = next((r for r in regions if r.index == index), None)
            if old is None:
                raise KeyError(
                    "this region is gone; another session may have deleted it"
                )
            new = _made(**{**old.model_dump(), **update})
            changed = tuple(new if region is old else region for region in regions)
            self._replace(place, changed, None if "name" in update else old.kind)
        self._changed()

    def _replace(self, place: Place, regions: Regions, kind: RegionKind | None) -> None:
        """Take in, store and, if a kind is named, send. With the lock held."""
        if place not in self._regions and len(self._regions) >= PLACES_LIMIT:
            raise ValueError("regions are drawn on too many images; delete some")
        ordered = tuple(sorted(regions, key=lambda region: region.index))
        if kind is not None:
            _payload(ordered, kind)  # refuses what cannot be sent
        merged = {**self._regions, place: ordered}
        self._regions = {key: value for key, value in merged.items() if value}
        self._version += 1
        self._save(self._document())
        number = self._active.generation(*place)
        if kind is not None and number is not None:
            with suppress(RuntimeError):  # `look` tries again, and it is told then
                self._send(place, kind, number)

    def _document(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "regions": [
                _Stored(workflow=workflow, source=source, regions=regions).model_dump(
                    mode="json"
                )
                for (workflow, source), regions in self._regions.items()
            ],
        }

    # --- Jobs ------------------------------------------------------------------

    def look(self) -> None:
        """Send what new jobs lack and what others have lost. Once a second or so."""
        with self._lock:
            for place, regions in self._regions.items():
                number = self._active.generation(*place)
                for kind in KINDS if number is not None else ():
                    if any(region.kind == kind for region in regions):
                        self._send_if_lacking(place, kind, number)

    def _send_if_lacking(
        self, place: Place, kind: RegionKind, number: uuid.UUID | None
    ) -> None:
        assert number is not None
        sent = self._sent.get((place, kind))
        if sent is not None and sent[0] == number:
            waited = self._clock() - sent[1] > RETRY_NS
            if not (waited and self._has_none(place, kind)):
                return
        self._send(place, kind, number)

    def _has_none(self, place: Place, kind: RegionKind) -> bool:
        """Return whether a job says that it uses no region of a kind."""
        key = DataKey(*place, f"roi_{kind}")
        entry = self._data.snapshot().entries.get(key)
        if entry is None:
            return False
        try:
            return not regions_from_wire(entry.data, kind)
        except ValueError:
            return False

    def _send(self, place: Place, kind: RegionKind, number: uuid.UUID) -> None:
        source = f"{place[1]}/{number}/roi_{kind}"
        payload = _payload(self._regions.get(place, ()), kind)
        self._sink.send(Message(self._topic, source, 0, payload))
        self._sent[(place, kind)] = (number, self._clock())


def _free_index(regions: Regions, kind: RegionKind, wish: int | None = None) -> int:
    """Return an index that no region has: the one wished for, else the lowest.

    Raises
    ------
    ValueError
        If there are as many of the kind as a worker takes.
    """
    taken = {region.index for region in regions}
    free = [index for index in REGION_INDICES[kind] if index not in taken]
    if not free:
        most = len(REGION_INDICES[kind])
        raise ValueError(f"there are {most} {kind}s already; delete one first")
    return wish if wish in free else free[0]


def _payload(regions: Regions, kind: RegionKind) -> ArrayData:
    """Return all regions of a kind as they travel.

    Raises
    ------
    ValueError
        If their units differ.
    """
    wanted = {r.index: r.on_wire() for r in regions if r.kind == kind}
    return regions_to_wire(kind, wanted)


def _made(**fields: Any) -> NamedRegion:
    """Return a region.

    Raises
    ------
    ValueError
        With a sentence for the operator if it is none.
    """
    try:
        return NamedRegion(**fields)
    except ValidationError as error:
        text = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ValueError(f"this region cannot be used: {text}") from error

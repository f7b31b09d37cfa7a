"""What a NeXus file tells of an instrument: banks, pixel positions, monitors, logs.

Topics are not in such files: they are named after the instrument, to be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from livedata_authoring.equipment import PULSE_RATE_HZ, Bank, Equipment, Stream
from livedata_authoring.names import Names

__all__ = ["Layout", "NexusError", "read_equipment", "write_positions"]

Layout = tuple[tuple[int, ...], int]
"""Shape, and the id of the first pixel."""
Floats = npt.NDArray[np.float64]

_DIMS = {1: ("pixel",), 2: ("y", "x"), 3: ("layer", "y", "x")}
_SAY_NOTHING = ("value_log", "value", "log")
"""Names of groups that are named by the group around them."""
_PART = 10_000_000
_LENGTHS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6}


class NexusError(ValueError):
    """A file that tells nothing of an instrument; the message says why."""


def read_equipment(file: Path, names: Names, layout: Layout | None = None) -> Equipment:
    """Return what the groups NXdetector, NXmonitor and NXlog of a file describe.

    Events that belong to no detector make a bank of their own, since some files hold
    nothing else.

    Parameters
    ----------
    layout:
        How the pixels of such a bank lie; by default in one row, from the lowest id
        among the events to the highest.

    Raises
    ------
    NexusError
        If it cannot be read, has no detector whose pixel ids are known and no events,
        or has events outside the layout.
    """
    try:
        with h5py.File(file) as nexus:
            found = _Found(names)
            nexus.visititems(found.take)
            found.take_events(nexus, layout)
    except OSError as error:
        raise NexusError(f"cannot read {file} as NeXus: {error}") from error
    if not found.banks:
        raise NexusError(
            f"{file} has no NXdetector with contiguous ids in `detector_number` and no "
            "events; begin without --from-nexus and write the banks into instrument.py"
        )
    return Equipment(
        description=f"Banks and streams of {file.name}; topics are to be corrected.",
        detectors=tuple(found.banks.values()),
        monitors=tuple(found.placed_monitors()),
        logs=tuple(found.logs.values()),
        nexus_events=found.events,
        pulse_rate_hz=found.pulse_rate_hz or PULSE_RATE_HZ,
        primary_flight_path_m=found.flight_path_m(np.zeros(3)),
        left_out=tuple(found.left_out),
    )


def write_positions(equipment: Equipment, package: Path, names: Names) -> None:
    """Write the positions of all banks, and the module that gives them."""
    placed = [bank for bank in equipment.detectors if bank.positions is not None]
    if not placed:
        return
    np.savez_compressed(
        package / "positions.npz", **{bank.name: bank.positions for bank in placed}
    )
    functions = "".join(
        f'\n\ndef {bank.name}():\n    return positions("{bank.name}")\n'
        for bank in placed
    )
    (package / "geometry.py").write_text(
        f'"""Where the pixels of {names.title} are, from its NeXus file."""\n\n'
        "from pathlib import Path\n\nimport numpy as np\n\n\n"
        "def positions(bank):\n"
        '    """Return float64 [pixel, 3] in m from the sample, ordered by id."""\n'
        '    with np.load(Path(__file__).with_name("positions.npz")) as banks:\n'
        "        return banks[bank]\n" + functions,
        encoding="utf-8",
    )


class _Found:
    """What has been found in a file so far, by name."""

    def __init__(self, names: Names) -> None:
        self._prefix = names.name
        self._taken: dict[str, str] = {}
        self.banks: dict[str, Bank] = {}
        self.monitors: dict[str, Stream] = {}
        self.logs: dict[str, Stream] = {}
        self.events: dict[str, Bank | Stream] = {}
        self.left_out: list[str] = []
        self.pulse_rate_hz: float | None = None
        self._lone: list[str] = []
        self._source: Floats | None = None
        self._places: dict[str, Floats | None] = {}

    def take(self, path: str, item: h5py.Group | h5py.Dataset) -> None:
        """Take in a group; what describes nothing is passed over."""
        kind = _text(item, "NX_class")
        if kind == "NXdetector":
            self._bank(path, item)
        elif kind == "NXmonitor":
            stream = self._stream(path, "beam_monitor")
            self.monitors[stream.name] = stream
            self._places[stream.name] = _place(item)
            self._play(path, item, stream)
        elif kind == "NXlog" and "value" in item and item["value"].ndim <= 1:
            stream = self._stream(path, "motion", _text(item["value"], "units"))
            self.logs[stream.name] = stream
        elif kind in ("NXsource", "NXmoderator"):
            place = _place(item)
            self._source = self._source if place is None else place
        elif kind == "NXevent_data":
            self.pulse_rate_hz = self.pulse_rate_hz or pulse_rate_hz(item)
            if path not in self.events:
                self._lone.append(path)

    def take_events(self, nexus: h5py.File, layout: Layout | None) -> None:
        """Make banks of events that belong to nothing."""
        for path in self._lone:
            range_ = id_range(nexus[path])
            if range_ is None:
                self.left_out.append(f"{path}: it has no events")
                continue
            shape, first = layout or ((range_[1] - range_[0] + 1,), range_[0])
            last = first + int(np.prod(shape)) - 1
            if range_[0] < first or range_[1] > last:
                raise NexusError(
                    f"the events of {path} have the ids {range_[0]} to {range_[1]}, "
                    f"but the layout has {first} to {last}"
                )
            self._add(path, shape, first, None)
            self.events[path] = self.banks[self._taken[path]]

    def flight_path_m(self, place: Floats | None) -> float | None:
        """Return the way from the source to a place, in m; None where unknown."""
        if place is None or self._source is None:
            return None
        way = float(np.linalg.norm(place - self._source))
        return round(way, 4) or None

    def placed_monitors(self) -> Iterator[Stream]:
        """Yield the monitors with their flight paths."""
        for name, stream in self.monitors.items():
            way = self.flight_path_m(self._places[name])
            yield replace(stream, flight_path_m=way)

    def _bank(self, path: str, group: h5py.Group) -> None:
        ids = (
            np.asarray(group["detector_number"]) if "detector_number" in group else None
        )
        if ids is None or ids.size == 0 or ids.ndim not in _DIMS:
            self.left_out.append(f"{path}: it has no ids in `detector_number`")
            return
        first = int(ids.flat[0])
        if not np.array_equal(ids.ravel(), first + np.arange(ids.size)):
            self.left_out.append(f"{path}: its ids in `detector_number` have gaps")
            return
        self._add(path, ids.shape, first, _positions(group, ids.shape))
        self._play(path, group, self.banks[self._taken[path]])

    def _add(
        self, path: str, shape: tuple[int, ...], first: int, positions: Floats | None
    ) -> None:
        stream = self._stream(path, "detector")
        self.banks[stream.name] = Bank(
            stream.name,
            stream.title,
            stream.topic,
            stream.source_name,
            _DIMS[len(shape)],
            shape,
            first,
            positions,
        )

    def _play(self, path: str, group: h5py.Group, source: Bank | Stream) -> None:
        for name, child in group.items():
            if _text(child, "NX_class") == "NXevent_data":
                self.events[f"{path}/{name}"] = source

    def _stream(self, path: str, topic: str, unit: str = "") -> Stream:
        parts = [part for part in path.split("/") if part.lower() not in _SAY_NOTHING]
        source = (parts or [path])[-1]
        name = _name(source)
        if name in self._taken.values():
            name = _name("_".join(parts[-2:]))
        while name in self._taken.values():
            name += "_2"
        self._taken[path] = name
        title = name.replace("_", " ").capitalize()
        return Stream(name, title, f"{self._prefix}_{topic}", source, unit or "one")


def id_range(events: h5py.Group) -> tuple[int, int] | None:
    """Return the lowest and the highest pixel id of events; None if there are none."""
    ids: Any = events.get("event_id", ())
    parts: list[Any] = [ids[at : at + _PART] for at in range(0, len(ids), _PART)]
    if not parts:
        return None
    return min(int(part.min()) for part in parts), max(int(p.max()) for p in parts)


def pulse_rate_hz(events: h5py.Group) -> float | None:
    """Return the pulses per second, from the times of pulses; None if not told."""
    if "event_time_zero" not in events or len(events["event_time_zero"]) < 3:
        return None
    times = events["event_time_zero"]
    scale = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3}.get(_text(times, "units"), 1.0)
    step = float(np.median(np.diff(times[:1000].astype(np.float64)))) * scale
    return round(1.0 / step, 3) if step > 0 else None


def _name(text: str) -> str:
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()
    return name if name[:1].isalpha() else f"n{name}"


def _place(group: h5py.Group) -> Floats | None:
    """Return where something is, [3] in m from the sample; None where not told."""
    if "depends_on" not in group:
        return None
    place: Floats = _transformed(np.zeros((1, 3)), group)[0]
    return place


def _positions(group: h5py.Group, shape: tuple[int, ...]) -> Floats | None:
    """Return the centres of the pixels [pixel, 3] in m; None where not told."""
    offsets = [
        _lengths(group[name], shape) if name in group else np.zeros(shape)
        for name in ("x_pixel_offset", "y_pixel_offset", "z_pixel_offset")
    ]
    if "x_pixel_offset" not in group:
        return None
    points: Floats = np.stack([offset.ravel() for offset in offsets], axis=1)
    return _transformed(points, group)


def _transformed(points: Floats, group: h5py.Group) -> Floats:
    """Return points after all transformations that a group depends on."""
    place: Any = group
    while (target := _target(place)) is not None:
        place = target
        points = _moved(points, place)
    return points


def _lengths(dataset: h5py.Dataset, shape: tuple[int, ...]) -> Floats:
    values = np.asarray(dataset, dtype=np.float64)
    # One offset for each row where there is but one for each column is the NeXus way.
    if values.ndim == 1 and len(shape) == 2 and "y_pixel" in dataset.name:
        values = values[:, np.newaxis]
    scaled: Floats = np.broadcast_to(values, shape) * _scale(dataset)
    return scaled


def _scale(dataset: h5py.Dataset) -> float:
    return _LENGTHS.get(_text(dataset, "units"), 1.0)


def _target(place: Any) -> Any:
    """Return the transformation that comes next; None at the end of the chain."""
    if isinstance(place, h5py.Group):
        raw = place["depends_on"][()] if "depends_on" in place else b"."
    else:
        raw = place.attrs.get("depends_on", b".")
    path = raw.decode() if isinstance(raw, bytes) else str(raw)
    parent = place if isinstance(place, h5py.Group) else place.parent
    return None if path in (".", "") else parent[path]


def _moved(points: Floats, transformation: Any) -> Floats:
    """Return points after a translation or rotation; of a log, its last value."""
    values = transformation["value"] if "value" in _keys(transformation) else None
    dataset = transformation if values is None else values
    value = float(np.ravel(dataset)[-1])
    vector = np.asarray(transformation.attrs["vector"], dtype=np.float64)
    vector = vector / np.linalg.norm(vector)
    if _text(transformation, "transformation_type") == "translation":
        moved: Floats = points + vector * value * _scale(dataset)
        return moved
    angle = value if _text(dataset, "units") == "rad" else np.deg2rad(value)
    along = np.outer(points @ vector, vector)
    turned: Floats = (
        along
        + (points - along) * np.cos(angle)
        + np.cross(vector, points) * np.sin(angle)
    )
    return turned


def _keys(item: Any) -> Any:
    return item.keys() if isinstance(item, h5py.Group) else ()


def _text(item: Any, name: str) -> str:
    raw = item.attrs.get(name, "")
    return raw.decode() if isinstance(raw, bytes) else str(raw)

"""What a NeXus file tells of an instrument: banks, pixel positions, monitors, logs.

Topics are not in such files: they are named after the instrument, to be corrected.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from livedata_authoring.equipment import Bank, Equipment, Stream
from livedata_authoring.names import Names

__all__ = ["NexusError", "read_equipment", "write_positions"]

Floats = npt.NDArray[np.float64]

_DIMS = {1: ("pixel",), 2: ("y", "x"), 3: ("layer", "y", "x")}
_LENGTHS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6}


class NexusError(ValueError):
    """A file that tells nothing of an instrument; the message says why."""


def read_equipment(file: Path, names: Names) -> Equipment:
    """Return what the groups NXdetector, NXmonitor and NXlog of a file describe.

    Raises
    ------
    NexusError
        If it cannot be read or has no detector whose pixel ids are known.
    """
    try:
        with h5py.File(file) as nexus:
            found = _Found(names)
            nexus.visititems(found.take)
    except OSError as error:
        raise NexusError(f"cannot read {file} as NeXus: {error}") from error
    if not found.banks:
        raise NexusError(
            f"{file} has no NXdetector with contiguous ids in `detector_number`; begin "
            "without --from-nexus and write the banks into instrument.py"
        )
    return Equipment(
        description=f"Banks and streams of {file.name}; topics are to be corrected.",
        detectors=tuple(found.banks.values()),
        monitors=tuple(found.monitors.values()),
        logs=tuple(found.logs.values()),
        nexus_events=found.events,
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
        self.banks: dict[str, Bank] = {}
        self.monitors: dict[str, Stream] = {}
        self.logs: dict[str, Stream] = {}
        self.events: dict[str, Bank | Stream] = {}

    def take(self, path: str, item: h5py.Group | h5py.Dataset) -> None:
        kind = item.attrs.get("NX_class", b"")
        kind = kind.decode() if isinstance(kind, bytes) else str(kind)
        if kind == "NXdetector":
            self._bank(path, item)
        elif kind == "NXmonitor":
            stream = self._stream(path, "beam_monitor")
            self.monitors[stream.name] = stream
            self._play(path, item, stream)
        elif kind == "NXlog" and "value" in item and item["value"].ndim <= 1:
            stream = self._stream(path, "motion", _text(item["value"], "units"))
            self.logs.setdefault(stream.name, stream)

    def _bank(self, path: str, group: h5py.Group) -> None:
        ids = (
            np.asarray(group["detector_number"]) if "detector_number" in group else None
        )
        if ids is None or ids.size == 0 or ids.ndim not in _DIMS:
            return
        first = int(ids.flat[0])
        if not np.array_equal(ids.ravel(), first + np.arange(ids.size)):
            return
        stream = self._stream(path, "detector")
        bank = Bank(
            stream.name,
            stream.title,
            stream.topic,
            stream.source_name,
            _DIMS[ids.ndim],
            ids.shape,
            first,
            _positions(group, ids.shape),
        )
        self.banks[bank.name] = bank
        self._play(path, group, bank)

    def _play(self, path: str, group: h5py.Group, source: Bank | Stream) -> None:
        for name, child in group.items():
            if _text(child, "NX_class") == "NXevent_data":
                self.events[f"{path}/{name}"] = source

    def _stream(self, path: str, topic: str, unit: str = "") -> Stream:
        source = path.rpartition("/")[2]
        name = re.sub(r"\W+", "_", source).strip("_").lower()
        name = name if name[:1].isalpha() else f"n{name}"
        title = name.replace("_", " ").capitalize()
        return Stream(name, title, f"{self._prefix}_{topic}", source, unit or "one")


def _positions(group: h5py.Group, shape: tuple[int, ...]) -> Floats | None:
    """Return the centres of the pixels [pixel, 3] in m; None where not told."""
    offsets = [
        _lengths(group[name], shape) if name in group else np.zeros(shape)
        for name in ("x_pixel_offset", "y_pixel_offset", "z_pixel_offset")
    ]
    if "x_pixel_offset" not in group:
        return None
    points: Floats = np.stack([offset.ravel() for offset in offsets], axis=1)
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

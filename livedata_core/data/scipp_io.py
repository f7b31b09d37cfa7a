"""Between the arrays of a da00 message and scipp, both ways.

The rules are those of ``docs/reference/wire.md``. The only module of the core that
knows how a data array looks on the wire; it imports scipp, so import it when data are
asked for, not before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import ArrayData, Variable

__all__ = ["from_scipp", "to_scipp", "to_variable"]

SIGNAL = "signal"
ERRORS = "errors"

_DATETIME = re.compile(r"datetime64\[(ns|us|µs|ms|s)\]")
# dtypes that scipp has no arrays of, and the next larger one that it has
_WIDER = {
    "int8": "int32",
    "int16": "int32",
    "uint8": "int32",
    "uint16": "int32",
    "uint32": "int64",
    "uint64": "int64",
    "float16": "float32",
}
# By name, since scipp compares its dtypes slowly.
_TRAVELS = frozenset({"float64", "float32", "int64", "int32", "bool", "datetime64"})

Values = npt.NDArray[np.generic]


def to_scipp(data: ArrayData) -> sc.DataArray:
    """Make a data array, which owns its values, of the arrays of a message.

    ``errors`` become variances. Coords of dims that the signal does not have are left
    out. The label of the signal becomes the name.

    Raises
    ------
    ValueError
        If there is no ``signal``, a unit is not known, or shapes do not fit.
    """
    signal = data.get(SIGNAL)
    if signal is None:
        names = ", ".join(variable.name for variable in data.variables)
        raise ValueError(f"a result without 'signal'; there are {names or 'none'}")
    sizes = dict(zip(signal.dims, signal.values.shape, strict=True))
    coords = {
        variable.name: _coord(variable, sizes)
        for variable in data.variables
        if variable.name not in (SIGNAL, ERRORS) and sizes.keys() >= set(variable.dims)
    }
    return sc.DataArray(
        _with_variances(signal, data.get(ERRORS)),
        coords=coords,
        name=signal.label or "",
    )


def to_variable(
    name: str,
    dims: tuple[str, ...],
    values: Values,
    unit: str | None,
    variances: Values | None = None,
) -> sc.Variable:
    """Make a variable of an array and the unit's text; `name` is for messages.

    ``datetime64[ns]`` as unit makes points in time of integers since the epoch.

    Raises
    ------
    ValueError
        If scipp knows no such unit or type.
    """
    if values.dtype.kind not in "iufU":
        raise ValueError(f"{name!r} has dtype {values.dtype}, which cannot be shown")
    if values.dtype.kind == "U":
        return sc.array(dims=dims, values=values) if dims else sc.scalar(str(values))
    values = _known_dtype(name, values)
    datetime = _DATETIME.fullmatch(unit or "")
    if datetime is not None:
        if values.dtype.kind != "i":
            raise ValueError(f"{name!r} gives points in time as {values.dtype}")
        precision = datetime[1].replace("µ", "u")
        values = values.astype(np.int64).view(f"datetime64[{precision}]")
        return _variable(dims, values, precision)
    return _variable(dims, values, _unit(name, unit), variances)


def from_scipp(data: sc.DataArray, title: str | None = None) -> ArrayData:
    """Take a data array apart into what travels; arrays may be views of its values.

    Masked values become NaN, and integers float64 with them. Coords that are neither
    numbers nor points in time do not travel.

    Parameters
    ----------
    data:
        A dense data array.
    title:
        What people call it; without one, its name.

    Raises
    ------
    ValueError
        If the data are binned or not numbers, which da00 cannot carry.
    """
    if not _travels(data.data):
        raise ValueError(
            f"binned data or dtype {data.dtype} cannot be sent; histogram it first"
        )
    masked = _masked(data)
    variables = [_wire_variable(SIGNAL, data.data, title or data.name or None, masked)]
    if data.variances is not None:
        errors = sc.stddevs(data.data)
        variables.append(_wire_variable(ERRORS, errors, None, masked))
    variables += [
        _wire_variable(name, coord)
        for name, coord in _items(data.coords)
        if _travels(coord)
    ]
    return ArrayData(tuple(variables))


def _with_variances(signal: Variable, errors: Variable | None) -> sc.Variable:
    if errors is None:
        return to_variable(SIGNAL, signal.dims, signal.values, signal.unit)
    if (errors.dims, errors.values.shape) != (signal.dims, signal.values.shape):
        raise ValueError(
            f"errors of dims {errors.dims} and shape {errors.values.shape} do not fit "
            f"the signal's {signal.dims} and {signal.values.shape}"
        )
    values = signal.values
    if values.dtype != np.float32:
        values = values.astype(np.float64)  # scipp has variances of floats only
    deviations = errors.values.astype(values.dtype)
    variances = deviations * deviations
    return to_variable(SIGNAL, signal.dims, values, signal.unit, variances)


def _coord(variable: Variable, sizes: Mapping[str, int]) -> sc.Variable:
    excess = [
        length - sizes[dim]
        for dim, length in zip(variable.dims, variable.values.shape, strict=True)
    ]
    if any(n not in (0, 1) for n in excess) or sum(excess) > 1:
        raise ValueError(
            f"coord {variable.name!r} of dims {variable.dims} and shape "
            f"{variable.values.shape} does not fit the signal's {dict(sizes)}"
        )
    return to_variable(variable.name, variable.dims, variable.values, variable.unit)


def _known_dtype(name: str, values: Values) -> Values:
    wider = _WIDER.get(values.dtype.name)
    if wider is None:
        return values
    if values.dtype.name == "uint64" and values.size and values.max() > 2**63 - 1:
        raise ValueError(f"{name!r} holds integers larger than 64 bits with sign")
    return values.astype(wider)


def _variable(
    dims: tuple[str, ...],
    values: Values,
    unit: sc.Unit | str | None,
    variances: Values | None = None,
) -> sc.Variable:
    if dims:
        return sc.array(dims=dims, values=values, variances=variances, unit=unit)
    variance = None if variances is None else variances[()]
    return sc.scalar(values[()], variance=variance, unit=unit)


def _unit(name: str, unit: str | None) -> sc.Unit | None:
    if unit is None:
        return None
    try:
        return _parsed_unit(unit)
    except (sc.UnitError, ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{name!r} has the unit {unit!r}, which is unknown") from error


@lru_cache(maxsize=256)
def _unit_text(unit: sc.Unit) -> str:
    return str(unit)


@lru_cache(maxsize=256)
def _parsed_unit(unit: str) -> sc.Unit:
    return sc.Unit(unit)


def _items(coords: Mapping[str, sc.Variable]) -> Iterator[tuple[str, sc.Variable]]:
    """Iterate over coords; scipp takes 40 µs to tell an iteration that it is over."""
    return islice(coords.items(), len(coords))


def _travels(variable: sc.Variable) -> bool:
    return str(variable.dtype) in _TRAVELS and variable.bins is None


def _masked(data: sc.DataArray) -> npt.NDArray[np.bool_] | None:
    """Return where any mask holds, in the shape of the data; None without masks."""
    if not data.masks:
        return None
    return _any(data.masks.values(), data.data)


def _any(masks: Iterable[sc.Variable], like: sc.Variable) -> npt.NDArray[np.bool_]:
    result = np.zeros(like.shape, dtype=bool)
    for mask in masks:
        result |= mask.broadcast(sizes=like.sizes).values
    return result


def _wire_variable(
    name: str,
    variable: sc.Variable,
    label: str | None = None,
    masked: npt.NDArray[np.bool_] | None = None,
) -> Variable:
    if str(variable.dtype) == "datetime64":
        values = np.asarray(variable.to(unit="ns").values).astype(np.int64)
        return Variable(name, tuple(variable.dims), values, "datetime64[ns]", label)
    unit = None if variable.unit is None else _unit_text(variable.unit)
    values = np.asarray(variable.values)
    if masked is not None:
        kept = values if values.dtype.kind == "f" else values.astype(np.float64)
        values = np.where(masked, np.asarray(math.nan, kept.dtype), kept)
    return Variable(name, tuple(variable.dims), values, unit, label)

"""What da00, ad00 and f144 make of dtypes, shapes and axes."""

from __future__ import annotations

import numpy as np
import pytest
from streaming_data_types import deserialise_da00, serialise_da00, serialise_f144
from streaming_data_types.dataarray_da00 import Variable as ReferenceVariable

from livedata_core.contract import (
    ArrayData,
    DecodeError,
    EventData,
    ImageData,
    LogData,
    Message,
    Variable,
    WireMessage,
)
from tests.support.codecs import decode, encode, through_wire

NUMBERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]


def array(*variables: Variable) -> Message[ArrayData]:
    return Message("t", "s", 1, ArrayData(variables))


def sent(values: np.ndarray, *dims: str) -> np.ndarray:
    received = through_wire(array(Variable("signal", dims, values)))
    return received.payload.variables[0].values


@pytest.mark.parametrize("dtype", NUMBERS)
def test_da00_keeps_every_dtype(dtype: str) -> None:
    values = np.array([[0, 1, 2], [3, 4, 100]], dtype)
    np.testing.assert_array_equal(sent(values, "y", "x"), values, strict=True)


@pytest.mark.parametrize("dtype", NUMBERS)
def test_ad00_and_f144_keep_every_dtype(dtype: str) -> None:
    for values in (np.array([[0, 1], [2, 3]], dtype), np.ones(3, dtype)):
        received = through_wire(Message("t", "s", 1, ImageData(values)))
        np.testing.assert_array_equal(received.payload.values, values, strict=True)
    for value in (np.array(7, dtype), np.array(0, dtype), np.arange(3).astype(dtype)):
        received = through_wire(Message("t", "s", 1, LogData(value)))
        np.testing.assert_array_equal(received.payload.value, value, strict=True)


@pytest.mark.parametrize(
    "values",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12, dtype=">i4").reshape(4, 3),
        np.arange(24.0)[::2].reshape(4, 3),
        np.zeros((0, 3)),
    ],
    ids=["transposed", "big-endian", "strided", "empty"],
)
def test_da00_keeps_values_whatever_their_layout(values: np.ndarray) -> None:
    received = sent(values, "y", "x")
    np.testing.assert_array_equal(received, values)
    assert received.shape == values.shape


def test_booleans_travel_as_integers() -> None:
    np.testing.assert_array_equal(sent(np.array([True, False]), "x"), [1, 0])
    reading = through_wire(Message("t", "s", 1, LogData(np.array(True))))
    assert reading.payload.value == 1


def test_arrays_of_a_message_are_aligned_views() -> None:
    message = array(
        Variable("a", ("x",), np.ones(3, np.uint8)), Variable("bc", (), np.array(2.0))
    )
    for variable in through_wire(message).payload.variables:
        assert variable.values.flags.aligned


def test_absent_and_empty_texts_stay_apart() -> None:
    message = array(
        Variable("a", (), np.array(1)), Variable("b", (), np.array(1), "", "")
    )
    bare, empty = through_wire(message).payload.variables
    assert (bare.unit, bare.label) == (None, None)
    assert (empty.unit, empty.label) == ("", "")


def test_numbers_without_axes_get_dims_of_their_own() -> None:
    data = serialise_da00("s", 1, [ReferenceVariable("signal", np.ones((2, 3)))])
    (variable,) = decode(WireMessage("t", data)).payload.variables
    assert variable.dims == ("dim_0", "dim_1")


def test_python_numbers_of_the_reference_are_scalars() -> None:
    values = [ReferenceVariable("a", 5), ReferenceVariable("b", 0.5)]
    a, b = decode(WireMessage("t", serialise_da00("s", 1, values))).payload.variables
    assert (a.values[()], a.values.dtype) == (5, np.int64)
    assert (b.values[()], b.values.dtype) == (0.5, np.float64)


def test_reference_reads_our_text() -> None:
    data = encode(array(Variable("note", (), np.array("hi ↑"))))
    assert deserialise_da00(data).data[0].data == "hi ↑"


@pytest.mark.parametrize(
    ("values", "dims"),
    [
        (np.ones(2, np.complex128), ("x",)),
        (np.array(["a", "b"]), ("x",)),
        (np.ones(2, "M8[ns]"), ("x",)),
        (np.ones(2), ()),
        (np.ones(2, np.float16), ("x",)),
    ],
    ids=["complex", "texts", "datetime", "no dims", "half"],
)
def test_da00_refuses_what_it_cannot_carry(
    values: np.ndarray, dims: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match="variable 'signal'"):
        encode(array(Variable("signal", dims, values)))


def test_a_message_without_variables_is_refused_both_ways() -> None:
    with pytest.raises(ValueError, match="needs a variable"):
        encode(array())


@pytest.mark.parametrize("value", [np.array("on"), np.ones((2, 2)), np.array(1j)])
def test_f144_refuses_what_it_cannot_carry(value: np.ndarray) -> None:
    with pytest.raises(ValueError, match="f144 cannot carry"):
        encode(Message("t", "pv", 1, LogData(value)))


def test_a_wrong_shape_is_named() -> None:
    variable = ReferenceVariable("signal", np.arange(7.0), axes=["x"])
    data = serialise_da00("s", 1, [variable])
    bad = data.replace((7).to_bytes(8, "little"), (9).to_bytes(8, "little"))
    with pytest.raises(DecodeError, match=r"'signal': shape \(9,\) does not fit 7"):
        decode(WireMessage("t", bad))


@pytest.mark.parametrize(
    ("times", "index", "events", "pixels", "reason"),
    [
        ([1, 2], [0], 1, 1, "2 pulse times but 1 pulse indices"),
        ([1], [0], 2, 1, "2 times of flight but 1 pixels"),
        ([1], [3], 2, 2, "do not ascend"),
        ([1], [-1], 2, 2, "do not ascend"),
        ([1, 2], [1, 0], 2, 2, "do not ascend"),
        ([], [], 2, 2, "belong to no pulse"),
    ],
)
def test_events_whose_arrays_do_not_fit_are_refused(
    times: list[int], index: list[int], events: int, pixels: int, reason: str
) -> None:
    payload = EventData(
        np.array(times, np.int64),
        np.array(index, np.int32),
        np.zeros(events, np.int32),
        np.zeros(pixels, np.int32),
    )
    with pytest.raises(DecodeError, match=reason):
        through_wire(Message("t", "s", 0, payload))


def test_events_of_a_monitor_need_no_pixels() -> None:
    payload = EventData(
        np.array([5]), np.array([0], np.int32), np.array([1, 2], np.int32), None
    )
    received = through_wire(Message("t", "s", 0, payload))
    assert received.timestamp_ns == 5
    assert received.payload.pixel_id.size == 0


def test_events_without_a_pulse_have_no_time() -> None:
    payload = EventData(*(np.zeros(0, kind) for kind in ("i8", "i4", "i4", "i4")))
    assert through_wire(Message("t", "s", 9, payload)).timestamp_ns == 0


def test_f144_array_without_elements() -> None:
    data = serialise_f144("pv", np.zeros(0), 3)
    assert decode(WireMessage("t", data)).payload.value.shape == (0,)

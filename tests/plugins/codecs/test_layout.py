"""Messages joined from a kept layout equal those that the builder makes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from livedata_codecs import da00
from livedata_core.contract import ArrayData, Message, Variable, WireMessage

TEXTS = st.one_of(st.none(), st.text(max_size=9))
NAMES = st.text("abc", min_size=1, max_size=5)
DTYPES = st.sampled_from(["<f8", "<f4", "<i8", "<i4", ">i4", "<u2", "u1", "bool"])


@st.composite
def variables(draw: st.DrawFn) -> Variable:
    shape = draw(stn.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
    values = draw(stn.arrays(draw(DTYPES), shape))
    dims = tuple(f"d{number}" for number in range(values.ndim))
    return Variable(draw(NAMES), dims, values, draw(TEXTS), draw(TEXTS))


@settings(deadline=None)
@given(
    st.lists(variables(), min_size=1, max_size=4),
    st.integers(-(2**63), 2**63 - 1),
    st.text(max_size=20),
)
def test_a_second_message_of_one_shape_has_its_own_numbers(
    parts: list[Variable], timestamp: int, source: str
) -> None:
    for variant in (parts, [changed(part) for part in parts]):
        message = Message("t", source, timestamp, ArrayData(tuple(variant)))
        back = da00.decode(WireMessage("t", da00.encode(message)))
        assert (back.source_name, back.timestamp_ns) == (source, timestamp)
        for sent, found in zip(variant, back.payload.variables, strict=True):
            assert (sent.name, sent.unit, sent.label) == (
                found.name,
                found.unit,
                found.label,
            )
            assert found.values.shape == sent.values.shape
            np.testing.assert_array_equal(
                found.values, sent.values.astype(found.values.dtype)
            )


def changed(variable: Variable) -> Variable:
    """Return a variable of the same shape with other numbers."""
    values = variable.values.copy()
    values[...] = np.zeros((), values.dtype) if values.size and values.flat[0] else 1
    return Variable(variable.name, variable.dims, values, variable.unit, variable.label)


def test_joined_bytes_are_those_of_the_builder() -> None:
    image = np.arange(12, dtype=np.float64).reshape(3, 4)
    parts = (
        Variable("signal", ("y", "x"), image, "counts", "Image"),
        Variable("time", (), np.array(7, dtype=np.int64), "ns"),
    )
    message = Message("t", "source", 5, ArrayData(parts))
    built = da00._built("source", 5, [da00._wired(part) for part in parts])
    assert da00.encode(message) == built
    assert da00.encode(message) == built

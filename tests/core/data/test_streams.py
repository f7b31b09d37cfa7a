from __future__ import annotations

import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import Aggregation, ArrayData, ResultKey
from livedata_core.data import partial_sums
from livedata_core.data.service import DataService
from livedata_core.data.streams import StreamManager
from tests.support.results import SECOND, result_key, series, window

A, B = result_key("a"), result_key("b")


@pytest.fixture
def data() -> DataService:
    return DataService()


def put(data: DataService, key: ResultKey, array: ArrayData) -> None:
    with data.transaction() as transaction:
        transaction.put(key, array, 0)


def test_a_stream_reads_what_there_is_in_the_order_asked(data: DataService) -> None:
    stream = StreamManager(data).open([B.data_key, A.data_key])
    assert (stream.version, stream.read(), stream.entries()) == (0, {}, {})
    put(data, A, window(1.0, 0, 1))
    put(data, B, window(2.0, 0, 1))
    assert list(stream.read()) == [B.data_key, A.data_key]
    assert stream.read()[A.data_key].value == 1.0
    assert stream.version == 2


def test_the_version_follows_its_own_streams(data: DataService) -> None:
    stream = StreamManager(data).open([A.data_key])
    put(data, A, window(1.0, 0, 1))
    put(data, B, window(1.0, 0, 1))
    assert stream.version == 1
    with data.transaction() as transaction:
        transaction.drop(A.data_key)
    assert (stream.version, stream.read()) == (3, {})


def test_what_has_not_changed_is_not_made_again(data: DataService) -> None:
    stream = StreamManager(data).open([A.data_key, B.data_key])
    put(data, A, window(1.0, 0, 1))
    put(data, B, window(1.0, 0, 1))
    before = stream.read()
    put(data, B, window(2.0, 1, 2))
    after = stream.read()
    assert after[A.data_key] is before[A.data_key]
    assert after[B.data_key].value == 2.0


def test_a_history_grows_from_when_it_is_opened(data: DataService) -> None:
    put(data, A, window(1.0, 0, SECOND))
    put(data, A, window(2.0, SECOND, 2 * SECOND))
    stream = StreamManager(data).open([A.data_key], history=True)
    put(data, A, window(3.0, 2 * SECOND, 3 * SECOND))
    assert stream.read()[A.data_key].values.tolist() == [2.0, 3.0]
    coverage = stream.coverage(A.data_key)
    assert coverage is not None
    assert coverage.entries == 2
    stream.close()
    assert data.history_bytes == 0


def test_claims_keep_a_history_while_no_stream_reads_it(data: DataService) -> None:
    streams = StreamManager(data)
    claims = streams.keep_history([A.data_key], 60)
    for n in range(1, 4):
        put(data, A, window(float(n), 0, n * SECOND))
    stream = streams.open([A.data_key], history=True, seconds=60)
    assert stream.read()[A.data_key].sizes == {"time": 3}
    stream.close()
    for claim in claims:
        claim.close()
    assert data.history_bytes == 0


def test_a_series_is_read_whole_without_asking(data: DataService) -> None:
    put(data, A, series([1.0], [1]))
    put(data, A, series([2.0], [2]))
    stream = StreamManager(data).open([A.data_key])
    assert stream.read()[A.data_key].values.tolist() == [1.0, 2.0]


def test_subscribers_are_woken_until_the_stream_is_closed(data: DataService) -> None:
    stream = StreamManager(data).open([A.data_key])
    seen: list[int] = []
    stream.subscribe(lambda: seen.append(stream.version))
    put(data, A, window(1.0, 0, 1))
    stream.close()
    put(data, A, window(1.0, 1, 2))
    assert seen == [1]


def test_data_that_cannot_be_shown_are_named(data: DataService) -> None:
    stream = StreamManager(data).open([A.data_key])
    put(data, A, window(1.0, 0, 1, unit="bananas"))
    with pytest.raises(ValueError, match=r"a of panel_0: 'signal' has the unit 'ban"):
        stream.read()


def test_what_is_read_equals_what_scipp_computes(data: DataService) -> None:
    rng = np.random.default_rng(1)
    parts = [rng.poisson(100, 50).astype(float) for _ in range(5)]
    stream = StreamManager(data).open([A.data_key], history=True)
    for n, part in enumerate(parts, start=1):
        put(data, A, window(part, (n - 1) * SECOND, n * SECOND))
    expected = sc.array(dims=["time", "x"], values=np.array(parts), unit="counts")
    total = stream.read()[A.data_key].data.sum("time")
    assert sc.identical(total, expected.sum("time"))


def test_sums_over_a_window_share_the_memory_of_histories(monkeypatch) -> None:
    monkeypatch.setattr(partial_sums, "RUN", 4)
    size, limit = 1000, 100_000
    data = DataService(history_limit_bytes=limit)
    stream = StreamManager(data).open(
        [A.data_key], history=True, seconds=100, aggregation=Aggregation.SUM
    )
    for n in range(11):
        span = n * SECOND, (n + 1) * SECOND
        put(data, A, window(np.ones(size), *span))
        before = data.history_bytes
        total = stream.read()[A.data_key]
        if n == 3:
            assert data.history_bytes == before + 8 * size
        assert data.history_bytes <= limit
    # Eleven updates of 8 kB have room, but not with the sums of two runs.
    coverage = stream.coverage(A.data_key)
    assert coverage is not None
    assert coverage.cut
    assert total.values[0] == coverage.entries < 11
    stream.close()
    assert data.history_bytes == 0

from __future__ import annotations

from livedata_core.transport import NullTransport
from livedata_core.transport.null import create


def test_there_is_never_any_data() -> None:
    transport = NullTransport()
    source, sink = transport.source(["t"]), transport.sink()
    sink.publish("t", b"lost")
    sink.close()
    assert source.poll(0) == ()
    assert not transport.status().connected


def test_close_ends_waiting_polls() -> None:
    transport = create({})
    source = transport.source(["t"])
    transport.close()
    assert source.poll(3600) == ()

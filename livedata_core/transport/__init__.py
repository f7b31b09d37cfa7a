"""How bytes reach the dashboard and leave it: brokers, codecs and counters.

Kafka is a plugin; here live the embedded broker, the transport without data, and
what turns any transport's bytes into messages.
"""

from livedata_core.transport.broker import InProcessBroker
from livedata_core.transport.codecs import CodecTable, EncodeError
from livedata_core.transport.counters import StreamArrivals, StreamCounters
from livedata_core.transport.inprocess import InProcessTransport
from livedata_core.transport.null import NullTransport
from livedata_core.transport.resources import (
    DashboardResources,
    DecodingSource,
    EncodingSink,
    MessageSink,
    MessageSource,
)

__all__ = [
    "CodecTable",
    "DashboardResources",
    "DecodingSource",
    "EncodeError",
    "EncodingSink",
    "InProcessBroker",
    "InProcessTransport",
    "MessageSink",
    "MessageSource",
    "NullTransport",
    "StreamArrivals",
    "StreamCounters",
]

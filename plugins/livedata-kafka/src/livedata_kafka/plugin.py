"""What this distribution registers; light, as every start of livedata imports it."""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import TransportOption, TransportSpec, hookimpl

__all__ = ["livedata_transports"]


@hookimpl
def livedata_transports() -> Iterable[TransportSpec]:
    """Offer Kafka, chosen with ``--kafka``."""
    yield TransportSpec(
        name="kafka",
        title="Kafka",
        factory="livedata_kafka.transport:create",
        dashboard="livedata_kafka.transport:create_dashboard",
        option=TransportOption(
            name="kafka",
            metavar="HOST:PORT[,…]",
            setting="bootstrap.servers",
            help="Addresses of Kafka brokers; one that answers is enough.",
        ),
    )

"""The table of topics with retention and largest message, from the contract."""

from __future__ import annotations

from livedata_cli.quantities import duration, size
from livedata_core.contract import (
    AreaDetector,
    Detector,
    Instrument,
    Log,
    Monitor,
    needed_topics,
)

__all__ = ["topics_table"]

_NAME = "instrument"


def topics_table() -> str:
    """Return the Markdown of the topics of an instrument that has one of each kind."""
    rows = [
        f"| `{topic.name.replace(_NAME, '…', 1)}` | {topic.carries} | {topic.writer} "
        f"| {topic.reader} | {duration(topic.retention_s)} "
        f"| {size(topic.max_message_bytes)} |"
        for topic in needed_topics(_instrument())
    ]
    heading = "| topic | carries | written by | read by | kept for | largest message |"
    return "\n".join([heading, "|---|---|---|---|---|---|", *rows]) + "\n"


def _instrument() -> Instrument:
    def place(kind: str) -> dict[str, str]:
        topic = f"{_NAME}_{kind}"
        return {"name": kind, "title": kind, "topic": topic, "source_name": kind}

    return Instrument(
        name=_NAME,
        title="Any",
        detectors=(Detector(**place("detector"), dims=("y", "x"), shape=(1, 1)),),
        area_detectors=(AreaDetector(**place("area_detector"), shape=(1, 1)),),
        monitors=(Monitor(**place("beam_monitor")),),
        logs=(Log(**place("motion")),),
    )

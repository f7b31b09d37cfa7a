from __future__ import annotations

from livedata_core.contract import Detector, Instrument, Log, Monitor, needed_topics

DETECTOR = Detector(
    name="bank",
    title="Bank",
    topic="raw",
    source_name="bank",
    dims=("y",),
    shape=(4,),
)


def test_sources_that_share_a_topic_need_it_once_with_the_most_of_each() -> None:
    instrument = Instrument(
        name="acme",
        title="ACME",
        detectors=(DETECTOR,),
        monitors=(Monitor(name="m", title="M", topic="raw", source_name="m"),),
        logs=(Log(name="l", title="L", topic="raw", source_name="l"),),
    )
    (raw,) = (topic for topic in needed_topics(instrument) if topic.name == "raw")
    assert raw.carries == "ev44, da00, f144, al00, ep01"
    assert raw.retention_s == 30
    assert raw.max_message_bytes == 100 << 20


def test_a_kind_of_source_derived_by_a_plugin_counts_as_its_base() -> None:
    class Camera(Detector):
        pass

    instrument = Instrument(
        name="acme", title="ACME", detectors=(Camera(**DETECTOR.model_dump()),)
    )
    assert needed_topics(instrument)[-1].carries == "ev44"

"""Requests for regions of interest: whose they are, kept until their job is there.

A request has no answer on the wire. What the workflow took comes back as an output of
its own, and what it could not take becomes its job's warning.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from livedata_core.contract import (
    ArrayData,
    IdentityError,
    JobId,
    Message,
    Region,
    RegionKind,
    regions_from_wire,
)

__all__ = ["RegionRequest", "RegionRequests", "region_request"]

log = logging.getLogger(__name__)

KEPT = 200
_KINDS: Mapping[str, RegionKind] = {
    "roi_rectangle": "rectangle",
    "roi_polygon": "polygon",
}

RegionRequest = tuple[JobId, RegionKind, Mapping[int, Region] | ValueError]
"""A job, a kind and its regions, or why they cannot be read."""


def region_request(message: Message[Any]) -> RegionRequest | None:
    """Return what a message asks for; None, and a line in the log, if nothing."""
    job, _, output = message.source_name.rpartition("/")
    kind = _KINDS.get(output)
    if kind is None or not isinstance(message.payload, ArrayData):
        log.info("no request for regions: %.200r", message.source_name)
        return None
    try:
        job_id = JobId.parse(job)
    except IdentityError as error:
        log.info("no request for regions: %s", error)
        return None
    try:
        return job_id, kind, regions_from_wire(message.payload, kind)
    except ValueError as error:
        return job_id, kind, error


class RegionRequests:
    """The last request of each kind for jobs that are not there yet. One thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[JobId, RegionKind], RegionRequest] = OrderedDict()

    def keep(self, request: RegionRequest) -> None:
        """Keep a request in place of the one before; the oldest give way."""
        key = request[:2]
        self._kept.pop(key, None)
        self._kept[key] = request
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def take(self, job_id: JobId) -> Iterator[RegionRequest]:
        """Give away what was kept for a job."""
        for key in [key for key in self._kept if key[0] == job_id]:
            yield self._kept.pop(key)

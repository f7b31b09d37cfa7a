"""Which workflows and sources a worker was asked to run, by the names a user typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from livedata_core.contract import Instrument, WorkflowId, WorkflowSpec

__all__ = ["ChoiceError", "chosen_sources", "chosen_specs"]


class ChoiceError(ValueError):
    """A name that nothing has; says what there is."""


def chosen_specs(
    instrument: Instrument,
    specs: Mapping[WorkflowId, WorkflowSpec],
    services: Sequence[str],
) -> Mapping[WorkflowId, WorkflowSpec]:
    """Return the workflows of those services; of all if none is named.

    Raises
    ------
    ChoiceError
        If no workflow of the instrument is of such a service, or it has none at all.
    """
    known = sorted({spec.service for spec in specs.values()})
    if not known:
        raise ChoiceError(
            f"{instrument.name} has no workflows; install a plugin that registers some"
        )
    for name in services:
        if name not in known:
            raise ChoiceError(
                f"no workflow of {instrument.name} is of the service {name!r}; there "
                f"are: {', '.join(known)}"
            )
    return {
        key: spec
        for key, spec in specs.items()
        if not services or spec.service in services
    }


def chosen_sources(
    instrument: Instrument, specs: Iterable[WorkflowSpec], sources: Sequence[str]
) -> frozenset[str] | None:
    """Return the sources to run workflows on; None, all, if none is named.

    Raises
    ------
    ChoiceError
        If none of the workflows runs on such a source.
    """
    known = {name for spec in specs for name in spec.sources}
    for name in sources:
        if name not in known:
            raise ChoiceError(
                f"no workflow here runs on the source {name!r} of {instrument.name}; "
                f"there are: {', '.join(sorted(known))}"
            )
    return frozenset(sources) or None

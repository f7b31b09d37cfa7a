"""What a form or a start begins with: what is prepared, runs or ran last. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from livedata_core.contract import WorkflowSpec
from livedata_core.jobs.staging import JobSettings, validated
from livedata_core.jobs.views import SourceView

__all__ = ["initial_of", "initial_shared", "used_settings"]


def used_settings(
    params: Mapping[str, Mapping[str, Any]], aux: Mapping[str, Mapping[str, str]]
) -> dict[str, JobSettings]:
    """Return what each source was started with last, from what is stored."""
    return {name: JobSettings(own, aux.get(name, {})) for name, own in params.items()}


def initial_shared(
    spec: WorkflowSpec,
    sources: Sequence[SourceView],
    used: Mapping[str, JobSettings],
) -> JobSettings:
    """Return the settings that all sources begin with, unless they have their own.

    The first that fit of what is staged, runs, or was used last on any source; else
    the defaults.
    """
    staged = [found for source in sources for found in _staged(source)]
    running = [found for source in sources for found in _running(source)]
    last = [used[name] for name in spec.sources if name in used]
    return _first_fitting(spec, (*staged, *running, *last)) or JobSettings({})


def initial_of(
    spec: WorkflowSpec,
    name: str,
    sources: Sequence[SourceView],
    used: Mapping[str, JobSettings],
) -> JobSettings:
    """Return the settings that one source begins with: its own before others'."""
    own = [
        found
        for source in sources
        if source.name == name
        for found in (*_staged(source), *_running(source))
    ]
    if name in used:
        own.append(used[name])
    return _first_fitting(spec, own) or initial_shared(spec, sources, used)


def _staged(source: SourceView) -> Iterator[JobSettings]:
    if source.staged is not None:
        yield JobSettings(source.staged, source.staged_aux_sources or {})


def _running(source: SourceView) -> Iterator[JobSettings]:
    if source.runs and source.params:
        yield JobSettings(source.params, source.aux_sources)


def _first_fitting(
    spec: WorkflowSpec, found: Iterable[JobSettings]
) -> JobSettings | None:
    for settings in found:
        try:
            params = validated(spec, dict(settings.params))
        except ValueError:
            continue  # of an older or newer version of the workflow
        known = {
            name: source
            for name, source in settings.aux_sources.items()
            if name in spec.aux_sources
        }
        return JobSettings(params, known)
    return None

"""All rules, and running them on one plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from livedata_authoring.check.codecs import codecs
from livedata_authoring.check.environments import environments
from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.forms import adapters
from livedata_authoring.check.layouts import templates
from livedata_authoring.check.loading import (
    contract_version,
    documents,
    load_problems,
)
from livedata_authoring.check.plotters import plotters
from livedata_authoring.check.records import factories, parameters, texts, units
from livedata_authoring.check.subject import Subject, name_of_error
from livedata_authoring.check.workflows import workflows
from livedata_core.plugins import PluginManager, PluginReport
from livedata_core.plugins.isolation import iterate

__all__ = ["RULES", "check_plugin"]

RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    load_problems,
    contract_version,
    environments,
    documents,
    texts,
    units,
    parameters,
    factories,
    templates,
    adapters,
    workflows,
    plotters,
    codecs,
)


def check_plugin(plugins: PluginManager, report: PluginReport) -> tuple[Finding, ...]:
    """Return what is to be mended in a plugin, in the order of the rules, each once.

    Parameters
    ----------
    plugins:
        All that are loaded; instruments are opened here.
    report:
        The plugin's.
    """
    plugins.open_all_instruments()
    current = next(r for r in plugins.reports if r.origin == report.origin)
    subject = Subject(current, plugins.registry)
    found = (finding for rule in RULES for finding in _found(rule, subject))
    return tuple(dict.fromkeys(found))


def _found(
    rule: Callable[[Subject], Iterator[Finding]], subject: Subject
) -> Iterator[Finding]:
    """Yield what a rule finds, or that the plugin breaks the rule itself."""
    for outcome in iterate(rule(subject)):
        if isinstance(outcome.value, Finding):
            yield outcome.value
        if outcome.error is not None:
            yield Finding(
                "unchecked",
                Level.ERROR,
                f"trying its {rule.__name__.replace('_', ' ')} raised "
                f"{name_of_error(outcome.error)}",
                subject.report.module,
                "nobody knows what else is wrong there",
                "mend what raises that; nothing that livedata reads may",
            )

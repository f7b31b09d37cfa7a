"""All rules, and running them on one plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from livedata_authoring.check.codecs import codecs
from livedata_authoring.check.environments import environments
from livedata_authoring.check.findings import Finding
from livedata_authoring.check.forms import adapters
from livedata_authoring.check.layouts import templates
from livedata_authoring.check.loading import (
    contract_version,
    documents,
    load_problems,
)
from livedata_authoring.check.plotters import plotters
from livedata_authoring.check.records import factories, parameters, texts, units
from livedata_authoring.check.subject import Subject
from livedata_authoring.check.workflows import workflows
from livedata_core.plugins import PluginManager, PluginReport

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
    found = (finding for rule in RULES for finding in rule(subject))
    return tuple(dict.fromkeys(found))

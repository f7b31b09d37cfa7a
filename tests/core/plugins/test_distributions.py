"""Distributions that do not fit or are damaged: reported, and nothing else is hurt."""

from __future__ import annotations

import pytest

from livedata_core.plugins import PluginState, ProblemKind
from tests.core.plugins.conftest import Load
from tests.support.plugins import Site, assert_explains, only_problem, report_of


@pytest.mark.parametrize(
    "requirement",
    [
        "livedata-core>=99",
        "livedata_core (<0.0.1)",
        "LiveData.Core==99 ; python_version > '3'",
    ],
)
def test_unmet_requirement_on_the_core(
    site: Site, load: Load, requirement: str
) -> None:
    site.install(
        "other_core", "raise AssertionError('imported')", requires=[requirement]
    )
    manager = load()
    assert_explains(
        only_problem(manager, "other_core"),
        ProblemKind.REQUIREMENT,
        "plugin 'other_core' (other_core 1.2.3)",
        requirement,
        "is installed",
        "install a version of other_core made for this core",
    )
    report = report_of(manager, "other_core")
    assert report.state is PluginState.FAILED
    assert report.load_time_s is None


def test_requirements_that_do_not_apply_or_are_met(site: Site, load: Load) -> None:
    site.install(
        "fits",
        "",
        requires=[
            "livedata-core>=0.0.1",
            "livedata-core>=99 ; extra == 'future'",
            "livedata-core-extras>=99",
            "numpy>=99",
        ],
    )
    assert report_of(load(), "fits").problems == ()


def test_requirement_that_cannot_be_read(site: Site, load: Load) -> None:
    site.install("garbled", "", requires=["livedata-core >>> 3"])
    assert_explains(
        only_problem(load(), "garbled"), ProblemKind.REQUIREMENT, "cannot be read"
    )


@pytest.mark.parametrize(
    "metadata",
    ["", "Metadata-Version: 2.1\n", "Name: damaged\n", b"Name: \xff\xfe damaged"],
    ids=["missing", "empty", "without version", "not text"],
)
def test_broken_metadata(site: Site, load: Load, metadata: str | bytes) -> None:
    site.install("damaged", "", metadata=metadata)
    manager = load()
    assert_explains(
        only_problem(manager, "damaged"),
        ProblemKind.METADATA,
        "plugin 'damaged' (damaged unknown) is damaged",
        "pip install --force-reinstall damaged",
    )
    assert report_of(manager, "damaged").state is PluginState.FAILED


def test_entry_points_that_are_no_text(site: Site, load: Load) -> None:
    site.install("no_text", "")
    site.write("no_text-1.2.3.dist-info/entry_points.txt", b"[livedata]\n\xff\xfe")
    assert_explains(
        only_problem(load(), "no_text"),
        ProblemKind.METADATA,
        "(no_text 1.2.3)",
        "entry_points.txt cannot be read",
    )

"""Every distribution of the workspace can be published on its own."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]


def read(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def members() -> list[Path]:
    patterns = read(ROOT)["tool"]["hatch"]["envs"]["default"]["workspace"]["members"]
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return [ROOT, *(path for path in found if (path / "pyproject.toml").is_file())]


VERSIONS = {
    read(folder)["project"]["name"]: Version(read(folder)["project"]["version"])
    for folder in members()
}


@pytest.fixture(params=members(), ids=lambda folder: folder.name)
def member(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


@pytest.fixture
def project(member: Path) -> dict[str, Any]:
    table: dict[str, Any] = read(member)["project"]
    return table


@pytest.fixture
def package(member: Path) -> Path:
    (path,) = read(member)["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return member / path


def test_metadata_is_static_and_complete(project: dict[str, Any]) -> None:
    assert "dynamic" not in project
    assert project["description"]
    assert project["requires-python"] == ">=3.11"
    assert project["license"] == "BSD-3-Clause"
    assert "Typing :: Typed" in project["classifiers"]


def test_licence_and_readme_are_shipped(member: Path, project: dict[str, Any]) -> None:
    assert project["license-files"] == ["LICENSE"]
    licence = (member / "LICENSE").read_text(encoding="utf-8")
    assert licence == (ROOT / "LICENSE").read_text(encoding="utf-8")
    readme = (member / project["readme"]).read_text(encoding="utf-8")
    assert len(readme.splitlines()) > 5, "says nothing beyond its name"


def test_package_is_typed(package: Path) -> None:
    assert (package / "__init__.py").is_file()
    assert (package / "py.typed").is_file()


def test_build_backend_is_hatchling(member: Path) -> None:
    assert read(member)["build-system"]["build-backend"] == "hatchling.build"


def test_is_a_plugin_whose_module_exists(
    member: Path, package: Path, project: dict[str, Any]
) -> None:
    # A tool for tests is no plugin of livedata but one of pytest.
    group = "pytest11" if project["name"] == "livedata-testing" else "livedata"
    (module,) = project["entry-points"][group].values()
    first, _, rest = module.partition(".")
    assert first == package.name
    assert (package / f"{rest.replace('.', '/')}.py").is_file()


def test_siblings_are_asked_for_in_a_version_that_exists(
    project: dict[str, Any],
) -> None:
    siblings = [
        requirement
        for requirement in map(Requirement, project["dependencies"])
        if requirement.name in VERSIONS
    ]
    for requirement in siblings:
        assert requirement.specifier, f"{requirement.name} in any version"
        assert VERSIONS[requirement.name] in requirement.specifier
    if project["name"] != "livedata-core":
        assert "livedata-core" in {requirement.name for requirement in siblings}


def test_all_versions_are_equal() -> None:
    assert len(set(VERSIONS.values())) == 1, VERSIONS


def test_version_has_a_place_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (version,) = set(VERSIONS.values())
    assert re.search(rf"^## \[(Unreleased|{version})\]", changelog, re.MULTILINE)


def test_entry_point_names_are_unique() -> None:
    names = [
        name
        for folder in members()
        for name in read(folder)["project"]["entry-points"].get("livedata", {})
    ]
    assert sorted(names) == sorted(set(names))


def test_every_package_is_type_checked_and_layered() -> None:
    tools = read(ROOT)["tool"]
    packages = {
        Path(path).name: (folder / path).relative_to(ROOT)
        for folder in members()
        for path in read(folder)["tool"]["hatch"]["build"]["targets"]["wheel"][
            "packages"
        ]
    }
    checked = {Path(path) for path in tools["mypy"]["files"]}
    for name, path in packages.items():
        assert path in checked or path.parent in checked, f"mypy does not see {name}"
    assert set(tools["importlinter"]["root_packages"]) == set(packages)

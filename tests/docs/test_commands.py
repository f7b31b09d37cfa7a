"""The commands that README, CONTRIBUTING and CI name are those that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRST = "python3 -m pip install hatch && python3 -m hatch run"


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def scripts() -> set[str]:
    settings = tomllib.loads(text("pyproject.toml"))
    return set(settings["tool"]["hatch"]["envs"]["default"]["scripts"])


def test_readme_begins_with_the_two_commands() -> None:
    blocks = re.findall(r"^```\w+\n(.*?)^```$", text("README.md"), re.M | re.S)
    assert blocks[:2] == [f"{FIRST} serve\n", f"{FIRST} test\n"]


def test_ci_finds_the_readme_test_command() -> None:
    (pattern,) = re.findall(r"grep -E '(\^.* run test\$)' README\.md", text(".ci/run"))
    found = re.findall(pattern, text("README.md"), re.M)
    assert found == [f"{FIRST} test"]


def test_contributing_lists_every_script() -> None:
    listed = set(re.findall(r"^\| `hatch run (\w+)", text("CONTRIBUTING.md"), re.M))
    assert listed == scripts()


def test_named_scripts_exist() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "docs/tutorial/first-live-plot.md"):
        for command in re.findall(r"hatch run ([a-z]\w*)", text(name)):
            assert command in scripts() | {"livedata"}, (name, command)


def test_links_of_readme_and_contributing_lead_somewhere() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\[[^\]]*\]\(([^)#]+)\)", text(name)):
            if target != "docs/_static/overview.png":
                assert (ROOT / target).exists(), (name, target)


def test_exit_codes_are_documented() -> None:
    from livedata_cli.exit_codes import EXPLANATIONS

    page = text("docs/reference/cli.md")
    rows = re.findall(r"^\| (\d+) \| (.*?)(?:;.*)? \|$", page, re.M)
    assert {int(code): means for code, means in rows} == {
        int(code): means for code, means in EXPLANATIONS.items()
    }

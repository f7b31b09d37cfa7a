"""The generated reference says what the contract is."""

from __future__ import annotations

import inspect
from pathlib import Path

import contract_pages
import pytest

import livedata_core.contract as contract
from livedata_core.contract import LivedataHooks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "contract.md"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    written: dict[str, str] = contract_pages.contract_pages()
    return written


def hooks() -> list[str]:
    return [name for name in vars(LivedataHooks) if name.startswith("livedata_")]


@pytest.mark.parametrize("name", hooks())
def test_hook_has_a_section_with_its_signature_and_example(
    pages: dict[str, str], name: str
) -> None:
    section = pages["hookspecs"].partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    signature = inspect.signature(getattr(LivedataHooks, name))
    arguments = [
        f"{parameter.name}: {parameter.annotation}"
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    returns = signature.return_annotation
    assert f"def {name}({', '.join(arguments)}) -> {returns}" in section
    assert "```pycon\n>>> " in section


def test_everything_that_the_contract_exports_is_shown(pages: dict[str, str]) -> None:
    text = "\n".join(pages.values())
    missing = [name for name in contract.__all__ if f"\n## {name}\n" not in text]
    assert missing == []


def test_fields_of_a_record_include_inherited_ones(pages: dict[str, str]) -> None:
    section = pages["records"].partition("\n## Detector\n")[2].partition("\n## ")[0]
    assert "| `name` | `Name` |" in section
    assert "| `first_pixel_id` | `int` | `1` |" in section


def test_reference_is_complete_in_the_table_of_contents() -> None:
    listed = PAGE.read_text(encoding="utf-8")
    for name in contract_pages.PAGES:
        assert f"\ngenerated/{name}\n" in listed

import pytest
from pydantic import BaseModel

from livedata_core.jobs.staging import Staging, checked_sources, validated
from tests.support.job_parts import SPECS, TOTAL, VIEW, Edges, ViewParams


def test_parameters_are_completed_and_in_json_form() -> None:
    expected = {"edges": {"start": 0.0, "stop": 71.0, "num_bins": 5}}
    assert validated(SPECS[VIEW], {"edges": {"num_bins": 5}}) == expected
    assert validated(SPECS[VIEW], ViewParams(edges=Edges(num_bins=5))) == expected


def test_a_form_of_another_model_is_checked_too() -> None:
    class Other(BaseModel):
        edges: dict[str, int] = {"num_bins": 7}

    assert validated(SPECS[VIEW], Other())["edges"]["num_bins"] == 7


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="Detector view") as caught:
        validated(SPECS[VIEW], {"edges": {"num_bins": -5}, "colour": "red"})
    message = str(caught.value)
    assert "edges.num_bins: Input should be greater than or equal to 1" in message
    assert "colour: Extra inputs are not permitted" in message
    assert "\n" not in message


def test_a_workflow_without_parameters_takes_none() -> None:
    assert validated(SPECS[TOTAL], {}) == {}
    with pytest.raises(ValueError, match="has no parameters, but got bins"):
        validated(SPECS[TOTAL], {"bins": 1})


def test_sources_are_checked() -> None:
    spec = SPECS[VIEW]
    assert checked_sources(spec, ["bank_b", "bank_b"]) == ("bank_b",)
    with pytest.raises(ValueError, match="does not run on moon; it runs on bank_a"):
        checked_sources(spec, ["bank_a", "moon"])
    with pytest.raises(ValueError, match="at least one source of bank_a, bank_b"):
        checked_sources(spec, [])


def test_a_commit_consumes_what_it_used() -> None:
    staging = Staging()
    staging.put(VIEW, "bank_a", {"n": 1})
    before = staging.get(VIEW)
    staging.put(VIEW, "bank_b", {"n": 2})
    staging.consume(VIEW, ["bank_a", "bank_c"])
    assert staging.get(VIEW) == {"bank_b": {"n": 2}}
    staging.consume(VIEW, ["bank_b"])
    assert staging.get(VIEW) == {}
    assert before == {"bank_a": {"n": 1}}

import uuid

import pytest

from livedata_core.contract import IdentityError, JobId, ResultKey, WorkflowId


@pytest.mark.parametrize(
    "value",
    ["dummy/panel_0_xy/1", {"instrument": "dummy", "name": "panel_0_xy", "version": 1}],
)
def test_workflow_id_reads_both_forms(value: object) -> None:
    assert WorkflowId.parse(value) == WorkflowId("dummy", "panel_0_xy", 1)


@pytest.mark.parametrize(
    "value", ["", "a/b", "a/b/c", "a//1", "a/b/-1", None, 3, {}, {"instrument": 1}, []]
)
def test_workflow_id_names_what_it_cannot_read(value: object) -> None:
    with pytest.raises(IdentityError, match="workflow id"):
        WorkflowId.parse(value)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "null", '{"output_name": 1}', "[" * 100_000, "1e999999"]
)
def test_result_key_rejects_other_text(text: str) -> None:
    with pytest.raises(IdentityError):
        ResultKey.parse(text)


def test_result_key_is_one_line_without_spaces() -> None:
    key = ResultKey(WorkflowId("i", "n"), JobId("s", uuid.UUID(int=1)), "out")
    assert " " not in key.to_wire()
    assert ResultKey.parse(key.to_wire()) == key

"""Forms are made from pydantic models, with errors where they belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, FiniteFloat, model_validator

from livedata_core.api import resolve_adapter
from livedata_core.contract import (
    AdapterSpec,
    AuxChoice,
    ConfigurationAdapter,
    Origin,
    SourceChoice,
    SourceSettings,
)
from livedata_panel.configuration import ConfigurationWidget, can_be_shown
from livedata_panel.forms import Kind, check, form_of, raw_values


class Unit(StrEnum):
    MS = "ms"
    US = "us"


class Edges(BaseModel):
    """Bins along an axis."""

    start: FiniteFloat = Field(0.0, title="First edge", description="Included.")
    stop: FiniteFloat = 10.0
    bins: int = Field(100, ge=1, le=1000)
    unit: Unit = Unit.MS

    @model_validator(mode="after")
    def ordered(self) -> Edges:
        if self.start >= self.stop:
            raise ValueError("start must be less than stop")
        return self


class Params(BaseModel):
    edges: Edges = Edges()
    low: float | None = Field(None, gt=0, json_schema_extra={"unit": "counts"})
    mode: Literal["fast", "exact"] = "fast"
    weighted: bool = False
    label: str = ""
    note: str | None = None
    names: list[str] = Field(default_factory=list)
    scale: Annotated[float | None, Field(ge=0)] = None


class Adapter:
    title = "Total counts"
    description = "Counts everything."
    action = "Start"
    model: type[BaseModel] = Params

    def __init__(
        self, initial: Mapping[str, Any] | None = None, refuse: str = ""
    ) -> None:
        self.applied: list[tuple[BaseModel, Sequence[str]]] = []
        self._initial = initial or {}
        self._refuse = refuse
        self.sources = (
            SourceChoice("a", "Bank A", selected=True),
            SourceChoice("b", "Bank B"),
        )

    def initial(self) -> Mapping[str, Any]:
        return self._initial

    def apply(self, values: BaseModel, sources: Sequence[str]) -> None:
        if self._refuse:
            raise ValueError(self._refuse)
        self.applied.append((values, list(sources)))


def field(widget: ConfigurationWidget, *path: str) -> dict[str, Any]:
    group = widget.view()["group"]
    for name in path[:-1]:
        group = next(g for g in group["groups"] if g["path"][-1] == name)
    found: dict[str, Any] = next(f for f in group["fields"] if f["path"] == list(path))
    return found


def test_every_kind_of_field_is_recognised() -> None:
    form = form_of(Params)
    kinds = {f.path[-1]: f.kind for f in form.all_fields()}
    assert kinds == {
        "start": Kind.NUMBER,
        "stop": Kind.NUMBER,
        "bins": Kind.INTEGER,
        "unit": Kind.SELECT,
        "low": Kind.NUMBER,
        "mode": Kind.SELECT,
        "weighted": Kind.BOOL,
        "label": Kind.TEXT,
        "note": Kind.TEXT,
        "names": Kind.JSON,
        "scale": Kind.NUMBER,
    }
    assert [group.title for group in form.groups] == ["Edges"]
    assert form.groups[0].description == "Bins along an axis."


def test_untouched_form_gives_the_models_defaults() -> None:
    form = form_of(Params)
    checked = check(form, Params, raw_values(form, {}))
    assert checked.model == Params()


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Unusual(BaseModel):
    """What a browser's text holds less well than a number."""

    since_ns: int = 1_800_000_000_000_000_001
    raw: bytes = b"abc"
    numbers: set[int] = {1, 2}
    fixed: frozenset[int] = frozenset({3})
    colours: list[Colour] = [Colour.RED]
    of_colour: dict[Colour, float] = {Colour.BLUE: 2.0}
    at: datetime = datetime(2026, 7, 1, 12, tzinfo=UTC)
    exact: Decimal = Decimal("0.1000000000000000000001")
    aliased: int = Field(5, alias="shown")


def test_unusual_values_come_back_as_they_were() -> None:
    form = form_of(Unusual)
    for model in (Unusual(), Unusual(since_ns=-(2**60) - 1, shown=6)):
        values = model.model_dump(mode="json", by_alias=True)
        checked = check(form, Unusual, raw_values(form, values))
        assert checked.model == model, checked.errors
    assert check(form, Unusual, raw_values(form, {})).model == Unusual()


def test_initial_values_are_shown_and_marked() -> None:
    widget = ConfigurationWidget(Adapter({"edges": {"bins": 50, "unit": "us"}}))
    bins = field(widget, "edges", "bins")
    assert (bins["value"], bins["changed"], bins["default"]) == ("50", True, "100")
    unit = field(widget, "edges", "unit")
    assert unit["choices"][int(unit["value"])] == "us"
    assert not field(widget, "edges", "start")["changed"]


class Chosen(BaseModel):
    scale: Literal["linear", "log"] = "log"
    joined: Literal["auto", "sum", "max", "min"] = "auto"
    unit: Literal["mm", "ms", "\u00c5", "K", "T", "min", "deg"] = "mm"
    number: Literal[2, 16] = 2
    mode: Literal["toa", "wavelength"] = Field(
        "toa", json_schema_extra={"labels": {"toa": "Time of arrival"}}
    )


def test_choices_are_words_or_symbols_of_units() -> None:
    labels = {f.path[0]: [c.label for c in f.choices] for f in form_of(Chosen).fields}
    assert labels == {
        "scale": ["Linear", "Log"],
        "joined": ["Auto", "Sum", "Max", "Min"],
        "unit": ["mm", "ms", "\u00c5", "K", "T", "min", "deg"],
        "number": ["2", "16"],
        "mode": ["Time of arrival", "Wavelength"],
    }


def test_limits_units_and_meaning_are_beside_the_field() -> None:
    widget = ConfigurationWidget(Adapter())
    assert field(widget, "edges", "bins")["limits"] == "1 to 1000"
    assert field(widget, "low")["limits"] == "> 0"
    assert field(widget, "low")["unit"] == "counts"
    assert field(widget, "edges", "start")["description"] == "Included."


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("edges", "bins"), "", "Enter a number."),
        (("edges", "bins"), "2.5", "Enter a whole number."),
        (("edges", "bins"), "many", "“many” is not a number."),
        (("edges", "bins"), "0", "Input should be greater than or equal to 1."),
        (("edges", "start"), "inf", "Enter a finite number."),
        (("edges", "start"), "nan", "Enter a finite number."),
        (("low",), "-1", "Input should be greater than 0."),
        (("mode",), "7", "Choose one."),
        (("names",), "[", "This is no JSON"),
    ],
)
def test_error_is_under_its_field(
    path: tuple[str, ...], value: str, sentence: str
) -> None:
    adapter = Adapter()
    widget = ConfigurationWidget(adapter)
    widget.change(path, value)
    assert field(widget, *path)["error"].startswith(sentence)
    assert not widget.apply()
    assert adapter.applied == []


def test_error_of_a_model_is_at_its_group() -> None:
    widget = ConfigurationWidget(Adapter())
    widget.change(("edges", "start"), "20")
    (group,) = widget.view()["group"]["groups"]
    assert group["error"] == "Start must be less than stop."


def test_error_of_a_group_marks_the_fields_that_it_names() -> None:
    widget = ConfigurationWidget(Adapter())
    widget.change(("label",), "x")
    widget.change(("edges", "stop"), "-1")
    view = widget.view()
    (group,) = view["group"]["groups"]
    blamed = [f["path"][-1] for f in group["fields"] if f["blamed"]]
    assert blamed == ["stop"]  # "start" has another title
    assert view["problem"] == {
        "scope": "",
        "path": ["edges", "stop"],
        "where": "Edges",
        "text": "Start must be less than stop.",
    }
    assert view["waiting"] == ["Label"]
    widget.change(("edges", "bins"), "0")
    view = widget.view()
    assert view["problem"]["where"] == "Edges, Bins"
    assert view["problem"]["path"] == ["edges", "bins"]
    widget.reset()
    assert (widget.view()["problem"], widget.view()["valid"]) == (None, True)


def test_problem_of_another_source_is_told_with_its_name() -> None:
    widget = ConfigurationWidget(EachAdapter())
    widget.choose_scope("c")
    widget.change(BINS, "0")
    widget.choose_scope("")
    problem = widget.view()["problem"]
    assert (problem["scope"], problem["where"]) == ("c", "Bank C, Edges, Bins")


class Limits(BaseModel):
    low: float = Field(0.0, title="Lower limit [K]")
    high: float = Field(1.0, title="Upper limit [K]")
    to: str = Field("", title="To")

    @model_validator(mode="after")
    def ordered(self) -> Limits:
        if self.low >= self.high:
            raise ValueError("the lower limit has to be below the upper limit")
        return self


def test_error_of_the_whole_form_is_at_the_fields_that_it_names() -> None:
    adapter = Adapter()
    adapter.model = Limits
    widget = ConfigurationWidget(adapter)
    widget.change(("to",), "night")
    widget.change(("low",), "2")
    view = widget.view()
    blamed = {f["path"][0]: f["blamed"] for f in view["group"]["fields"]}
    assert blamed == {"low": True, "high": True, "to": False}
    assert (view["problem"]["where"], view["problem"]["path"]) == ("", ["low"])
    assert view["waiting"] == ["To"]


class Odd(BaseModel):
    first: int = 0
    second: int = 0

    @model_validator(mode="after")
    def fits(self) -> Odd:
        if self.second:
            raise ValueError("this does not fit")
        return self


def test_error_that_names_no_field_leads_to_what_was_entered() -> None:
    adapter = Adapter()
    adapter.model = Odd
    widget = ConfigurationWidget(adapter)
    widget.change(("second",), "2")
    assert widget.view()["problem"]["path"] == ["second"]


def test_apply_hands_over_the_model_and_the_sources() -> None:
    adapter = Adapter()
    widget = ConfigurationWidget(adapter)
    widget.change(("edges", "bins"), "7")
    widget.change(("low",), "1.5")
    widget.change(("weighted",), True)
    widget.choose("b", selected=True)
    assert widget.apply()
    ((values, sources),) = adapter.applied
    assert values == Params(edges=Edges(bins=7), low=1.5, weighted=True)
    assert sources == ["a", "b"]


def test_refusal_is_shown_and_goes_with_the_next_change() -> None:
    widget = ConfigurationWidget(Adapter(refuse="No worker runs."))
    assert not widget.apply()
    assert widget.view()["refusal"] == "No worker runs."
    widget.change(("label",), "x")
    assert widget.view()["refusal"] == ""


def test_reset_goes_back_to_the_default() -> None:
    widget = ConfigurationWidget(Adapter({"edges": {"bins": 5, "stop": 3.0}}))
    widget.reset(("edges", "bins"))
    assert field(widget, "edges", "bins")["value"] == "100"
    assert field(widget, "edges", "stop")["value"] == "3.0"
    widget.reset()
    assert not field(widget, "edges", "stop")["changed"]


def test_unknown_paths_and_sources_are_ignored() -> None:
    widget = ConfigurationWidget(Adapter())
    before = widget.view()
    widget.change(("nothing",), "1")
    widget.choose("nobody", selected=True)
    assert widget.view() == before


class Tree(BaseModel):
    value: float = 0.0
    left: Tree | None = None


def test_a_model_within_itself_is_entered_as_json() -> None:
    (_, left) = form_of(Tree).fields
    assert (left.path, left.kind) == (("left",), Kind.JSON)
    raw = {("value",): "1", ("left",): '{"value": 2}'}
    assert check(form_of(Tree), Tree, raw).model == Tree(value=1, left=Tree(value=2))


class NoForm(BaseModel):
    class Inner(BaseModel):
        value: float = Field(default_factory=lambda: 1 / 0)

    inner: Inner


class PluginsForm(Adapter):
    model = NoForm

    def __init__(self, base: ConfigurationAdapter) -> None:
        super().__init__()


def test_an_adapter_whose_model_becomes_no_form_gives_way_and_is_named() -> None:
    base = Adapter()
    spec = AdapterSpec(
        name="odd",
        target="plotter:lines",
        factory=f"{__name__}:PluginsForm",
        origin=Origin(plugin="acme", distribution="livedata-acme", version="1.4.2"),
    )
    resolved = resolve_adapter(spec, base, can_be_shown)
    assert resolved.adapter is base
    assert resolved.problem is not None
    for words in ("'odd' of livedata-acme 1.4.2", "ZeroDivisionError", "update"):
        assert words in resolved.problem


class Outer(BaseModel):
    edges: Edges = Edges(stop=3.0, bins=7)


def test_default_of_a_nested_model_is_that_of_the_outer_one() -> None:
    form = form_of(Outer)
    assert check(form, Outer, raw_values(form, {})).model == Outer()
    adapter = Adapter()
    adapter.model = Outer
    widget = ConfigurationWidget(adapter)
    assert not field(widget, "edges", "bins")["changed"]
    widget.change(("edges", "bins"), "8")
    widget.reset(("edges", "bins"))
    assert field(widget, "edges", "bins")["value"] == "7"


class EachAdapter(Adapter):
    """Takes values of each source; one had fewer bins and another monitor."""

    def __init__(self) -> None:
        super().__init__()
        self.each: list[Mapping[str, SourceSettings]] = []
        self.sources = tuple(
            SourceChoice(name, f"Bank {name.upper()}", selected=True) for name in "abc"
        )

    def aux_choices(self) -> Sequence[AuxChoice]:
        choices = (SourceChoice("m1", "Near"), SourceChoice("m2", "Far"))
        return (AuxChoice("incident_monitor", "m1", choices),)

    def initial_of(self, source: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        if source == "b":
            return {"edges": {"bins": 50}}, {"incident_monitor": "m2"}
        return {}, {}

    def apply_each(self, settings: Mapping[str, SourceSettings]) -> None:
        self.each.append(settings)


AUX = ("auxiliary sources", "incident_monitor")
BINS = ("edges", "bins")


def test_sources_have_values_and_auxiliary_sources_of_their_own() -> None:
    adapter = EachAdapter()
    widget = ConfigurationWidget(adapter)
    assert [s["own"] for s in widget.view()["scopes"]] == [0, 0, 2, 0]
    assert field(widget, *BINS)["others"] == ["Bank B: 50"]
    widget.change(("label",), "night")
    widget.choose_scope("c")
    widget.change(AUX, "1")
    widget.change(BINS, "0")
    assert field(widget, *BINS)["changed"]
    assert not widget.view()["valid"]
    widget.choose_scope("a")
    assert not widget.apply()
    assert widget.view()["scope"] == "c"
    assert field(widget, *BINS)["error"]
    widget.reset(BINS)
    assert field(widget, *BINS)["value"] == "100"
    widget.choose_scope("b")
    assert field(widget, *BINS)["default"] == "100"
    widget.choose("a", selected=False)
    assert widget.apply()
    assert adapter.each == [
        {
            "b": SourceSettings(
                Params(edges=Edges(bins=50), label="night"), {"incident_monitor": "m2"}
            ),
            "c": SourceSettings(Params(label="night"), {"incident_monitor": "m2"}),
        }
    ]
    widget.choose("b", selected=False)
    assert widget.view()["scopes"] == []
    assert widget.view()["scope"] == ""


def test_draft_has_what_was_entered_and_no_more() -> None:
    widget = ConfigurationWidget(EachAdapter())
    assert not widget.draft()
    widget.change(("label",), "night")
    widget.choose("a", selected=False)
    widget.choose_scope("b")
    widget.reset(BINS)
    widget.choose_scope("c")
    widget.change(AUX, "1")
    again = ConfigurationWidget(EachAdapter())
    again.take(widget.draft())
    assert again.draft() == widget.draft()
    assert again.settings() == widget.settings()
    assert again.chosen == ["b", "c"]
    assert again.view()["drafted"]
    assert again.apply()
    assert not again.draft()


def test_reset_of_all_forgets_what_sources_had_of_their_own() -> None:
    widget = ConfigurationWidget(EachAdapter())
    widget.reset()
    assert [s["own"] for s in widget.view()["scopes"]] == [0, 0, 0, 0]


class Loose(BaseModel):
    """What may be left open."""

    veto: bool | None = None
    edges: Edges | None = None
    inner: Edges | None = Field(default_factory=Edges)
    chopper: float = Field(2.0, alias="chopper.delay")


def test_what_may_be_left_open_is_left_open() -> None:
    form = form_of(Loose)
    assert check(form, Loose, raw_values(form, {})).model == Loose()
    stored = Loose(**{"chopper.delay": 5.0}, veto=True, edges=Edges(bins=3), inner=None)
    raw = raw_values(form, stored.model_dump(mode="json", by_alias=True))
    assert check(form, Loose, raw).model == stored
    raw[("edges", "bins")] = "many"
    assert set(check(form, Loose, raw).errors) == {("edges", "bins")}
    raw[("edges",)] = False
    closed = check(form, Loose, raw).model
    assert closed == stored.model_copy(update={"edges": None})


def test_fields_of_what_is_left_out_are_not_shown() -> None:
    adapter = Adapter()
    adapter.model = Loose
    widget = ConfigurationWidget(adapter)
    edges, _ = widget.view()["group"]["groups"]
    assert (edges["switch"]["value"], edges["fields"]) == (False, [])
    widget.change(("edges",), True)
    edges, _ = widget.view()["group"]["groups"]
    assert [f["path"][-1] for f in edges["fields"]] == ["start", "stop", "bins", "unit"]

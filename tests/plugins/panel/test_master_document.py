import gc
import weakref

from bokeh.models import ColumnDataSource, Title
from bokeh.plotting import figure

from livedata_panel.render.master_document import MasterDocument


def ids(document: MasterDocument) -> set[str]:
    return {str(model.id) for model in document.models}


def test_models_of_a_root_are_known_at_once() -> None:
    document, plot = MasterDocument(), figure()
    document.add_root(plot)
    assert ids(document) == {str(model.id) for model in plot.references()}


def test_model_that_comes_within_a_freeze_is_known_after_it() -> None:
    document, plot = MasterDocument(), figure()
    document.add_root(plot)
    title = Title(text="New")
    with document.models.freeze():
        plot.title = title
        assert str(title.id) not in ids(document)
    assert str(title.id) in ids(document)
    assert ids(document) == {str(model.id) for model in plot.references()}


def test_values_alone_keep_the_models_and_are_announced() -> None:
    document, source = MasterDocument(), ColumnDataSource({"x": [1]})
    plot = figure()
    plot.scatter("x", "x", source=source)
    document.add_root(plot)
    announced: list[object] = []
    document.on_change(announced.append)
    before = ids(document)
    with document.models.freeze():
        source.data = {"x": [2]}
    assert ids(document) == before
    assert len(announced) == 1


def test_models_that_an_update_drops_are_let_go() -> None:
    document, plot = MasterDocument(), figure()
    document.add_root(plot)
    gone = []
    for number in range(3):
        title = Title(text=str(number))
        gone.append(weakref.ref(title))
        with document.models.freeze():
            plot.title = title
    del title
    gc.collect()
    assert [ref() for ref in gone] == [None, None, plot.title]

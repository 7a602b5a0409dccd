"""What analysis says of the recipe and of the data that it names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.analysis import Analyser, Analysis, Diagnostic, analyse, training_problems
from engine.catalog import Shape
from engine.data import Field, Source
from engine.graph import Document, SetParams, SetRecipe
from engine.nodes import standard_catalog
from engine.recipe import Recipe
from tests.support.blocks import siamese
from tests.support.drawing import Drawing
from tests.support.recipes import objective
from tests.support.tiny import small_net, tiny_catalog


def errors(document: Document) -> list[Diagnostic]:
    return [each for each in analyse(document, tiny_catalog()).diagnostics if each.severity == "error"]


def classifier(outputs: int = 3, **recipe: Any) -> Document:
    drawing = Drawing(**recipe)
    drawing.add("x", "input", shape=[4])
    drawing.add("scores", "dense", "x", out_features=outputs)
    return drawing.classify("scores")


def standard(document: Document) -> Analysis:
    return analyse(document, standard_catalog())


@pytest.mark.parametrize(
    ("recipe", "param", "words"),
    [
        ({"epochs": 0}, "epochs", "epochs must be at least 1 epochs. Received: 0."),
        ({"epochs": "ten"}, "epochs", "epochs must be a whole number. Received: 'ten'."),
        ({"device": "tpu"}, "device", "device must be one of auto, cpu, cuda, mps"),
        ({"epocs": 1}, "epocs", "epocs is no parameter of Recipe"),
        ({"data": "iris"}, "data", "Received: 'iris'."),
        ({"data": {"id": "irsi"}}, "data", 'There is no data source "irsi". Did you mean "iris"?'),
        ({"data": {"id": "digits", "params": {"size": 9}}}, "data", "Digits: size must be one of 8, 28, 32"),
        ({"data": {"id": "csv"}}, "data", "No file is chosen yet."),
        ({"data": {"id": "csv", "params": {"path": "/no/such.csv"}}}, "data", "/no/such.csv"),
        ({"optimizer": {"id": "adan"}}, "optimizer", 'There is no optimizer "adan". Did you mean'),
        ({"optimizer": {"id": "sgd", "params": {"lr": -1}}}, "optimizer", "lr must be at least 0"),
        ({"schedule": {"id": "cosin"}}, "schedule", 'There is no schedule "cosin". Did you mean "cosine"?'),
        (
            {"transforms": [{"id": "crop"}, {"id": "rotat"}]},
            "transforms",
            'Number 2: There is no transform "rotat"',
        ),
        ({"transforms": [{"id": "crop", "params": {"padding": 0}}]}, "transforms", "padding must be at least 1"),
        (
            {"objectives": [{"id": "objective", "params": {"period": 0}}]},
            "objectives",
            "period must be at least 1",
        ),
        (
            {"objectives": [{"id": "objective", "params": {"optimizer": {"id": "adan"}}}]},
            "objectives",
            'objective 1: There is no optimizer "adan"',
        ),
        (
            {"objectives": [{"id": "objective", "params": {"name": "a"}}] * 2},
            "objectives",
            'Two objectives are called "a".',
        ),
    ],
)
def test_a_wrong_recipe_is_named_by_field(recipe: dict[str, Any], param: str, words: str) -> None:
    document = Document(recipe=recipe)
    (error,) = errors(document)
    assert (error.node, error.param) == ("", param)
    assert words.replace(" epochs. R", ". R") in error.message
    if error.fixes:
        document.apply(error.fixes[0].edit)
        assert errors(document) == []


def test_one_wrong_value_leaves_the_others_checked() -> None:
    document = Document(recipe={"epochs": 0, "optimizer": {"id": "nope"}})
    assert {each.param for each in errors(document)} == {"epochs", "optimizer"}
    assert analyse(document, tiny_catalog()).recipe is None


def test_a_good_recipe_is_read() -> None:
    recipe = analyse(Document(recipe={"epochs": 7}), tiny_catalog()).recipe
    assert recipe == Recipe.parse({"epochs": 7})


def test_data_that_fits_is_no_error() -> None:
    assert standard(classifier(data={"id": "iris"})).diagnostics == ()


def test_another_shape_than_the_data_has_is_told_in_words_and_can_be_set() -> None:
    document = classifier(data={"id": "wine"})
    (error,) = standard(document).diagnostics
    assert (error.code, error.node) == ("data-shape", "x")
    assert error.message == (
        'x expects N batch × 4 features, numbers. Received from the field "x" of Wine: '
        "N batch × 13 features, numbers."
    )
    document.apply(error.fixes[0].edit)
    assert document.graph()["x"].params["shape"] == [13]
    assert standard(document).diagnostics == ()


def test_the_type_of_a_target_can_be_set_as_the_data_is() -> None:
    document = classifier(data={"id": "iris"})
    document.apply(SetParams("label", {"dtype": "float32", "shape": [3]}))
    error = next(each for each in standard(document).diagnostics if each.code == "data-shape")
    assert "whole numbers" in error.message
    document.apply(error.fixes[0].edit)
    assert standard(document).diagnostics == ()


def test_a_field_that_the_data_has_not() -> None:
    document = classifier(data={"id": "iris"})
    document.apply(SetParams("x", {"field": "pixels"}))
    (error,) = standard(document).diagnostics
    assert (error.code, error.node, error.param) == ("field", "x", "field")
    assert error.message.startswith('The data Iris has no field "pixels"; it has "x", "y".')
    document.apply(error.fixes[0].edit)
    assert standard(document).diagnostics == ()


def test_scores_for_too_few_classes() -> None:
    found = standard(classifier(2, data={"id": "iris"})).diagnostics
    assert {(each.code, each.node, each.severity) for each in found} == {
        ("classes", "loss", "error"),
        ("classes", "accuracy", "error"),
    }
    assert "has 3 classes, so loss needs as many scores a sample. Received: 2." in found[0].message


def test_a_loss_says_itself_how_many_classes_it_tells_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The axis of classes is not the same for all: CTC has time in its place."""
    from engine.data.sources.iris import Iris

    letters = Field("y", Shape.batch(4, dtype="int64"), tuple("-abcdefg"))
    monkeypatch.setattr(Iris, "fields", lambda _: (Field("x", Shape.batch(5, 8)), letters))
    for size, wrong in ((8, False), (7, True)):
        drawing = Drawing(data={"id": "iris"})
        drawing.add("x", "input", shape=[5, 8])
        drawing.add("scores", "dense", "x", out_features=size)
        drawing.add("logs", "log_softmax", "scores")
        drawing.add("text", "target", shape=[4])
        drawing.add("loss", "ctc", to={"in": "logs", "target": "text"})
        assert [each.code for each in standard(drawing.document).diagnostics] == ["classes"] * wrong


def test_a_graph_that_nobody_trains_may_have_any_shape() -> None:
    drawing = Drawing(data={"id": "digits"})
    drawing.add("x", "input", shape=[5])
    drawing.add("a", "dense", "x")
    assert [each.code for each in standard(drawing.document).diagnostics] == ["no-loss"]


def _count_reads(monkeypatch: pytest.MonkeyPatch, source: type[Source]) -> Callable[[], int]:
    calls = []
    real = source.fields

    def fields(self: Source) -> Any:
        calls.append(self)
        return real(self)

    monkeypatch.setattr(source, "fields", fields)
    return lambda: len(calls)


def test_a_file_is_asked_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.data.sources.csv_file import CsvFile

    path = tmp_path / "table.csv"
    path.write_text("a,b,kind\n" + "1,2,u\n3,4,v\n" * 9)
    count = _count_reads(monkeypatch, CsvFile)
    document = classifier(data={"id": "csv", "params": {"path": str(path)}})
    analyser = Analyser(standard_catalog())
    for units in (3, 4, 5):
        document.apply(SetParams("scores", {"out_features": units}))
        assert "Received from the field" in analyser.run(document).diagnostics[0].message
    assert count() == 1
    path.write_text("a,b,c,d,kind\n" + "1,2,5,6,u\n3,4,5,6,v\n" * 9)
    os.utime(path, ns=(1, 1))
    assert analyser.run(document).diagnostics == ()
    assert count() == 2
    path.unlink()
    assert "There is nothing here" in analyser.run(document).diagnostics[0].message
    document.apply(SetRecipe({"epochs": 3}))
    assert "There is nothing here" in analyser.run(document).diagnostics[0].message
    assert count() == 3


def test_a_source_that_fails_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.data.sources.iris import Iris

    monkeypatch.setattr(Iris, "fields", lambda self: 1 / 0)
    (error,) = errors(Document(recipe={"data": {"id": "iris"}}))
    assert "The source Iris is at fault: ZeroDivisionError" in error.message


def test_the_tiny_net_does_not_fit_the_digits_by_default() -> None:
    assert {each.code for each in errors(small_net())} == {"data-shape"}


@pytest.mark.parametrize(
    ("recipe", "param", "words"),
    [
        ({"monitor": "acuracy"}, "monitor", 'Monitor names "acuracy", but what is measured is loss, accuracy.'),
        (
            {"objectives": [{"id": "objective", "params": {"losses": ["los"]}}]},
            "objectives",
            'The objective "objective 1" names the loss "los"; the losses are loss.',
        ),
    ],
)
def test_what_the_recipe_names_must_be_in_the_graph_to_be_trained(
    recipe: dict[str, Any], param: str, words: str
) -> None:
    document = classifier(data={"id": "iris"}, **recipe)
    (problem,) = training_problems(document, standard(document))
    assert problem.param == param
    assert problem.message.startswith(words)
    sound = classifier(data={"id": "iris"}, monitor="accuracy")
    assert training_problems(sound, standard(sound)) == []


def two_players(*objectives: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What is told of a painter, its judge placed twice, and a repeated block, taught by some objectives."""
    drawing = siamese()
    drawing.add("paint", "dense", "sum", out_features=6)
    drawing.add("still", "dense", "paint", out_features=6, frozen=True)
    drawing.add("loss", "mse", to={"in": "still", "target": "x"})
    drawing.document.apply(SetParams("twins", {"repeat": 2}))
    drawing.document.apply(SetRecipe({"objectives": list(objectives)}))
    found = analyse(drawing.document).diagnostics
    return [(each.node, each.param, each.message) for each in found if each.code in ("objectives", "unmoved")]


def test_weights_that_no_objective_moves_are_told() -> None:
    assert two_players() == []
    assert two_players(objective("all", [], [])) == []
    found = two_players(objective("a", [], ["paint"]), objective("b", [], ["two", "twins.1"]))
    assert [(node, param) for node, param, _ in found] == [("twins", "")]
    assert "weights of twins.0.fc1: they stay" in found[0][2]
    found = two_players(objective("a", [], ["still", "twins"]))
    assert "weights of one.fc1 and 1 more: they" in found[0][2]


def test_an_objective_of_what_is_not_there_is_told_at_once() -> None:
    found = two_players(objective("a", ["los"], ["pain", "paint", "twins.*", "two", "gen*"]))
    assert [(param, message.partition("names ")[2]) for _, param, message in found] == [
        ("objectives", 'the loss "los"; the losses are loss. Did you mean "loss"?'),
        ("objectives", '"pain", which is no node with weights. Did you mean "paint"?'),
        ("objectives", '"gen*", which is no node with weights.'),
    ]

"""The plan: network and criterion, in computing order."""

from __future__ import annotations

import pytest

from engine.analysis import Placeholder, Plan, Value, analyse, plan
from engine.catalog import Shape
from engine.errors import BuildError
from engine.graph import AddNode, Connect, Document, Node, SetParams, SetRecipe
from tests.support.tiny import small_net, tiny_catalog, wire


def planned(document: Document) -> Plan:
    catalog = tiny_catalog()
    return plan(document, analyse(document, catalog), catalog)


def test_a_net_is_split_where_targets_come_in() -> None:
    found = planned(small_net())
    assert found.network.placeholders == (Placeholder("x", "x", Shape.batch(4)),)
    assert [step.node for step in found.network.steps] == ["hidden", "out"]
    assert found.network.outputs == found.predictions == (Value("out", "out"),)
    assert found.criterion.placeholders == (Placeholder("y", "y", Shape.batch(3)),)
    (gap,) = found.criterion.steps
    assert gap.feeds == {"in": (Value("out", "out"),), "target": (Value("y", "out"),)}
    assert found.criterion.outputs == (Value("gap", "out"),)
    assert (found.losses, found.metrics) == (("gap",), ())


def test_steps_carry_kind_shapes_and_calls() -> None:
    step = planned(small_net()).network.steps[0]
    assert step.kind.values() == {"units": 8, "bias": True}
    assert step.inputs["in"] == Shape.batch(4)
    assert step.calls["out"].build == {"in_features": 4, "out_features": 8, "bias": True}  # type: ignore[union-attr]
    assert step.feeds == {"in": (Value("x", "out"),)}


def test_what_a_loss_needs_of_the_network_is_an_output_once() -> None:
    """A loss and a metric on one output, an autoencoder's input, an open end, a layer behind a target."""
    document = small_net()
    for node in (Node("score", "score"), Node("again", "gap"), Node("soft", "flat"), Node("ty", "flat")):
        document.apply(AddNode(node))
    document.apply(SetParams("y", {"shape": [4]}))
    document.apply(SetParams("out", {"units": 4}))
    for edge in (
        wire("out", "score"),
        wire("y", "ty"),
        wire("ty", "score.target"),
        wire("out", "again"),
        wire("x", "again.target"),
        wire("out", "soft"),
    ):
        document.apply(Connect(edge))
    found = planned(document)
    assert found.network.outputs == (Value("x", "out"), Value("out", "out"), Value("soft", "out"))
    assert found.predictions == (Value("out", "out"),)
    assert [step.node for step in found.criterion.steps] == ["gap", "again", "ty", "score"]
    assert found.losses == ("gap", "again")
    assert found.metrics == ("score",)
    assert found.criterion.outputs == tuple(Value(id, "out") for id in ("gap", "again", "score"))


def test_without_a_loss_the_open_ends_are_the_predictions() -> None:
    nodes = [Node("x", "feed"), Node("h", "halve"), Node("j", "join"), Node("f", "flat")]
    edges = [wire("x", "h"), wire("h.left", "f"), wire("h.right", "j", 7), wire("h.left", "j", 2)]
    document = Document.of(nodes, edges)
    found = planned(document)
    assert found.network.outputs == found.predictions == (Value("j", "out"), Value("f", "out"))
    join = next(step for step in found.network.steps if step.node == "j")
    assert join.feeds == {"in": (Value("h", "left"), Value("h", "right"))}
    assert found.criterion.steps == found.criterion.outputs == found.losses == ()


def test_placeholders_stand_in_the_order_of_the_document() -> None:
    nodes = [Node("b", "feed"), Node("a", "feed", {"field": "extra"}), Node("j", "join")]
    found = planned(Document.of(nodes, [wire("a", "j"), wire("b", "j", 1)]))
    assert [(each.node, each.field) for each in found.network.placeholders] == [("b", "x"), ("a", "extra")]


def test_the_first_error_is_raised_with_its_node() -> None:
    document = small_net()
    document.apply(SetParams("hidden", {"units": 0}))
    with pytest.raises(BuildError, match="hidden: units must be at least 1") as caught:
        planned(document)
    assert caught.value.node == "hidden"


def test_a_cycle_and_an_empty_document_are_refused() -> None:
    with pytest.raises(BuildError, match="A cycle: a wait"):
        planned(Document.of([Node("a", "flat")], [wire("a", "a")]))
    with pytest.raises(BuildError, match="has no nodes"):
        planned(Document())


def test_an_analysis_of_another_document_is_refused() -> None:
    catalog = tiny_catalog()
    old = analyse(small_net(), catalog)
    document = small_net()
    document.apply(AddNode(Node("new", "feed")))
    with pytest.raises(BuildError, match="older than the document"):
        plan(document, old, catalog)


def test_a_wrong_recipe_does_not_matter_to_the_plan() -> None:
    document = small_net()
    document.apply(SetRecipe({"epochs": -1, "data": {"id": "nothing"}}))
    assert planned(document).losses == ("gap",)

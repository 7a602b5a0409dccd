"""What analysis says of a graph as a whole: whether it can learn, and what is idle."""

from __future__ import annotations

import pytest

from engine.analysis import Diagnostic, analyse, training_problems
from engine.graph import AddNode, Connect, Disconnect, Document, Node, RemoveNode, SetParams
from tests.support.drawing import Drawing
from tests.support.tiny import small_net, tiny_catalog, wire

IRIS = {"id": "iris"}


def doubts(document: Document) -> dict[str, Diagnostic]:
    """Warnings and hints by code."""
    analysis = analyse(document, tiny_catalog())
    return {each.code: each for each in analysis.diagnostics if each.severity != "error"}


def problems(document: Document) -> list[tuple[str, str]]:
    found = training_problems(document, analyse(document, tiny_catalog()))
    return [(each.code, each.severity) for each in found]


@pytest.fixture
def net() -> Document:
    document = small_net(data=IRIS)
    document.apply(SetParams("y", {"shape": [4], "field": "x"}))
    document.apply(SetParams("out", {"units": 4}))
    return document


def test_a_sound_net_has_no_doubts_and_can_be_trained(net: Document) -> None:
    assert doubts(net) == {}
    assert problems(net) == []


def test_an_empty_document_is_fine_but_for_training() -> None:
    assert doubts(Document()) == {}
    assert problems(Document()) == [("empty", "error")]


def test_a_graph_without_a_loss_can_be_drawn_but_not_trained(net: Document) -> None:
    net.apply(RemoveNode("gap"))
    net.apply(RemoveNode("y"))
    assert set(doubts(net)) == {"no-loss"}
    assert doubts(net)["no-loss"].severity == "warning"
    assert problems(net) == [("no-loss", "error")]


def test_a_graph_without_an_input() -> None:
    document = Document.of([Node("y", "answer"), Node("a", "weigh"), Node("g", "gap")])
    for edge in (wire("y", "a"), wire("a", "g"), wire("a", "g.target")):
        document.apply(Connect(edge))
    assert "no-input" in doubts(document)
    document.apply(SetParams("y", {"field": "y", "shape": [4]}))
    analysis = analyse(document, tiny_catalog())
    found = [each.code for each in training_problems(document, analysis) if each.code != "data-shape"]
    assert found in (["no-input"], [])


def test_a_graph_without_weights_has_nothing_to_learn(net: Document) -> None:
    for id in ("hidden", "out"):
        net.apply(RemoveNode(id))
    net.apply(Connect(wire("x", "gap")))
    assert problems(net) == [("nothing-to-learn", "error")]


def test_weights_beside_the_loss_do_not_count(net: Document) -> None:
    net.apply(Disconnect(wire("out", "gap")))
    net.apply(Connect(wire("x", "gap")))
    assert set(doubts(net)) == {"untrained"}
    assert problems(net) == [("nothing-to-learn", "error")]


def test_errors_keep_from_training_first(net: Document) -> None:
    net.apply(SetParams("out", {"units": 0}))
    assert problems(net) == [("param", "error")]


def test_an_open_end_with_weights_is_never_trained(net: Document) -> None:
    net.apply(AddNode(Node("side", "weigh")))
    net.apply(Connect(wire("hidden", "side")))
    net.apply(AddNode(Node("end", "flat")))
    net.apply(Connect(wire("side", "end")))
    doubt = doubts(net)["untrained"]
    assert (doubt.node, doubt.severity) == ("end", "warning")


def test_an_open_end_without_weights_is_an_extra_output(net: Document) -> None:
    net.apply(AddNode(Node("end", "flat")))
    net.apply(Connect(wire("out", "end")))
    doubt = doubts(net)["open-end"]
    assert (doubt.node, doubt.severity) == ("end", "hint")
    assert "untrained" not in doubts(net)


def test_an_input_that_nothing_takes_can_be_removed(net: Document) -> None:
    net.apply(AddNode(Node("spare", "feed")))
    doubt = doubts(net)["unused"]
    assert doubt.message == "Nothing uses spare."
    net.apply(doubt.fixes[0].edit)
    assert doubts(net) == {}


def test_a_new_node_without_wires_is_told_its_error_only(net: Document) -> None:
    net.apply(AddNode(Node("fresh", "weigh")))
    found = analyse(net, tiny_catalog())
    assert [each.code for each in found.diagnostics] == ["missing-input"]


def test_a_loss_may_compare_with_what_no_weights_lead_to() -> None:
    drawing = Drawing("Autoencoder")
    drawing.add("x", "input", shape=[1, 8, 8])
    drawing.add("flat", "flatten", "x")
    drawing.add("net", "dense", "flat", out_features=64)
    drawing.add("ones", "constant", to={"like": "x"}, value=1.0, shape=[64])
    for place, target in enumerate(("flat", "ones", "net")):
        drawing.add(f"loss{place}", "mse", to={"in": "net", "target": target})
    found = [each.node for each in analyse(drawing.document).diagnostics if each.code == "no-target"]
    assert found == ["loss2"]


def test_a_loss_without_a_target_is_doubtful_unless_it_sees_an_input(net: Document) -> None:
    net.apply(Disconnect(wire("y", "gap.target")))
    net.apply(RemoveNode("y"))
    net.apply(SetParams("hidden", {"units": 4}))
    net.apply(Connect(wire("hidden", "gap.target")))
    assert doubts(net)["no-target"].severity == "hint"
    net.apply(Disconnect(wire("hidden", "gap.target")))
    net.apply(Connect(wire("x", "gap.target")))
    assert doubts(net) == {}


def test_a_metric_counts_as_use(net: Document) -> None:
    net.apply(AddNode(Node("side", "weigh", {"units": 4})))
    net.apply(AddNode(Node("score", "score")))
    for edge in (wire("hidden", "side"), wire("side", "score"), wire("y", "score.target")):
        net.apply(Connect(edge))
    assert doubts(net) == {}

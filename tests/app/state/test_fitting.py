"""What is added in the editor fits what it is wired to."""

from __future__ import annotations

from app.settings.library import library
from app.state import Session
from app.state.fitting import fitting, with_target
from engine.analysis import analyse
from engine.catalog import Shape
from engine.graph import AddNode, Batch, Connect, Document, Edge, Node, file
from engine.nodes import standard_catalog
from tests.support.broken import drawn

CATALOG = standard_catalog()


def test_an_input_in_an_empty_document_has_the_shape_of_the_data() -> None:
    session = Session(drawn("d dense", "", "iris"), CATALOG)
    assert fitting(session, session.catalog, Node("x", "input"), None).params == {"shape": [4]}
    assert fitting(session, session.catalog, Node("x", "input", {"shape": [2]}), None).params == {"shape": [2]}


def test_a_loss_gives_the_last_layer_an_output_for_each_class_and_takes_the_target() -> None:
    session = Session(drawn("x input shape=[4]; d dense out_features=64; y target", "x>d", "iris"), CATALOG)
    loss = Node("l", "cross_entropy")
    more = with_target(session, session.catalog, loss, "d")
    session.apply(Batch((AddNode(loss), Connect(Edge("d", "out", "l", "in")), *more)), "Add l")
    assert session.graph["d"].params == {"out_features": 3}
    assert session.graph.at("l", "target") == (Edge("y", "out", "l", "target"),)
    assert analyse(session.document, CATALOG).ok
    session.undo()
    assert session.graph["d"].params == {"out_features": 64}


def test_a_metric_beside_a_loss_leaves_the_layer_and_takes_the_target() -> None:
    layers = "x input shape=[4]; d dense out_features=3; y target; l cross_entropy"
    session = Session(drawn(layers, "x>d d>l y>l.target", "iris"), CATALOG)
    more = with_target(session, session.catalog, Node("a", "accuracy"), "d")
    assert more == [Connect(Edge("y", "out", "a", "target"))]


def test_nothing_more_is_done_for_a_layer_or_for_data_that_does_not_fit() -> None:
    session = Session(drawn("x input shape=[5]; d dense; y target", "x>d", "iris"), CATALOG)
    assert list(with_target(session, session.catalog, Node("r", "relu"), "d")) == []
    assert list(with_target(session, session.catalog, Node("l", "cross_entropy"), "d")) == []


def residual() -> Document:
    """A residual block of 64 channels after 16."""
    (block,) = [each for each in library() if each.kind.graph == "residual_basic"]
    document = file.load(block.path)
    for edit in (
        AddNode(Node("small", "input", {"shape": [16, 8, 8]})),
        AddNode(Node("r", "block:residual_basic")),
        Connect(Edge("small", "out", "r", "in")),
    ):
        document.apply(edit)
    return document


def test_a_block_takes_the_width_of_what_comes_in() -> None:
    session = Session(residual(), CATALOG)
    node = Node("new", "block:residual_basic")
    assert fitting(session, session.catalog, node, Shape.batch(16, 8, 8)).params == {"width": 16}
    assert fitting(session, session.catalog, node, Shape.batch(64, 8, 8)).params == {}
    assert fitting(session, session.catalog, node, Shape.batch(16)).params == {}


def test_a_block_of_another_width_offers_that_of_what_comes_in() -> None:
    session = Session(residual(), CATALOG)
    (wrong,) = session.analysis.of("r")
    assert wrong.fixes[0].title == "Set width to 16 on r"
    session.apply(wrong.fixes[0].edit, "Fix")
    assert session.analysis.of("r") == []
    assert str(session.analysis.shape(Edge("r", "out", "", ""))) == "N×16×8×8"

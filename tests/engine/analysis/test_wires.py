"""Whether a wire fits, while it is drawn."""

from __future__ import annotations

import pytest

from engine.analysis import analyse, fits, try_edge
from engine.catalog import Shape
from engine.graph import AddNode, Connect, Disconnect, Document, Edge, Node, SetParams
from engine.nodes import standard_catalog
from tests.support.drawing import Drawing
from tests.support.tiny import Feed, Flat, Gap, Halve, Join, Weigh, small_net, tiny_catalog, wire


def tried(document: Document, edge: Edge) -> str | None:
    catalog = tiny_catalog()
    return try_edge(document, analyse(document, catalog), edge, catalog)


@pytest.fixture
def net() -> Document:
    document = small_net()
    nodes = (Node("p", "feed", {"shape": [1, 2, 2]}), Node("new", "weigh"), Node("j", "join"), Node("odd", "qqq"))
    for node in nodes:
        document.apply(AddNode(node))
    return document


@pytest.mark.parametrize(
    ("edge", "words"),
    [
        (wire("x", "new"), None),
        (wire("x", "out"), None),  # the wire that is there gives way
        (wire("x", "hidden", 3), None),
        (wire("p", "j"), None),
        (
            wire("p", "new"),
            "Weigh needs 2 axes. Received: N batch × 1 channels × 2 height × 2 width. Insert a Flat.",
        ),
        (wire("hidden", "gap"), "Gap compares equal shapes. Received: N batch × 8 features."),
        (wire("out", "hidden"), "This wire would close a cycle: hidden → out → hidden."),
        (wire("new", "new"), "This wire would close a cycle: new → new."),
        (wire("x", "q"), 'There is no node "q".'),
        (wire("x.result", "new"), 'x (Feed) has no output "result". It has out.'),
        (wire("x", "new.inn"), 'new (Weigh) has no input "inn". It has in. Did you mean "in"?'),
        (wire("x", "p"), 'p (Feed) has no input "in". It has none.'),
        (wire("x", "odd"), 'odd is of a kind that is not installed, "qqq"'),
        (wire("new", "gap"), None),  # its shape is not known yet
    ],
)
def test_a_wire_fits_or_says_why_not(net: Document, edge: Edge, words: str | None) -> None:
    answer = tried(net, edge)
    assert (answer is None) if words is None else (answer or "").startswith(words)


def test_what_else_arrives_counts(net: Document) -> None:
    net.apply(Connect(wire("x", "j", 2)))
    assert tried(net, wire("hidden", "j", 5)) is None
    assert "Join needs the same axes" in (tried(net, wire("p", "j", 5)) or "")
    assert "Join needs the same axes" in (tried(net, wire("p", "j", 1)) or "")
    assert "Join needs the same axes" in (tried(net, wire("p", "j.extra")) or "")
    net.apply(Disconnect(wire("x", "j", 2)))
    assert tried(net, wire("p", "j", 5)) is None


def test_wrong_parameters_do_not_keep_from_wiring(net: Document) -> None:
    net.apply(SetParams("new", {"units": 0}))
    assert tried(net, wire("x", "new")) is None
    assert "Weigh needs 2 axes" in (tried(net, wire("p", "new")) or "")


def test_a_long_cycle_is_told_in_short() -> None:
    nodes = [Node(f"n{n}", "flat") for n in range(500)]
    document = Document.of(nodes, [wire(f"n{n}", f"n{n + 1}") for n in range(499)])
    answer = tried(document, wire("n499", "n0")) or ""
    assert answer.startswith("This wire would close a cycle: n0 → n1 → n2 → … → n497 → n498 → n499 → n0.")


def test_an_answer_agrees_with_the_analysis_after_the_wire_is_drawn(net: Document) -> None:
    catalog = tiny_catalog()
    analysis = analyse(net, catalog)
    for source in ("x", "p", "hidden", "y"):
        answer = try_edge(net, analysis, wire(source, "new"), catalog)
        after = net.copy()
        after.apply(Connect(wire(source, "new")))
        clash = [each for each in analyse(after, catalog).of("new") if each.code == "shape"]
        assert bool(clash) == (answer is not None)


def test_a_float_into_an_embedding_is_refused() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[5])
    drawing.add("tokens", "input", shape=[5], dtype="int64")
    drawing.add("e", "embedding", "tokens")
    catalog = standard_catalog()
    analysis = analyse(drawing.document, catalog)
    assert try_edge(drawing.document, analysis, wire("tokens", "e"), catalog) is None
    assert "int64" in (try_edge(drawing.document, analysis, wire("x", "e"), catalog) or "")


@pytest.mark.parametrize(
    ("kind", "shape", "expected"),
    [
        (Weigh, Shape.batch(4), True),
        (Weigh, Shape.batch(4, 4), False),
        (Flat, Shape.batch(4, 4), True),
        (Join, Shape.batch(4, 4), True),
        (Halve, Shape.batch(3), False),
        (Gap, Shape.batch(3), True),
        (Feed, Shape.batch(3), False),
    ],
)
def test_kinds_that_could_take_a_shape(kind: type[Weigh], shape: Shape, expected: bool) -> None:
    assert fits(kind, shape) is expected


@pytest.mark.parametrize(
    ("shape", "yes", "no"),
    [
        (
            Shape.batch(1, 28, 28),
            {"conv2d", "max_pool2d", "flatten", "dense", "relu", "add"},
            {"embedding", "lstm"},
        ),
        (Shape.batch(10), {"dense", "cross_entropy", "mse", "add"}, {"conv2d", "input", "target"}),
        (Shape.batch(9, axes="T", dtype="int64"), {"embedding"}, {"relu", "dense", "conv2d"}),
        (Shape.batch(7, 16), {"lstm", "multihead_attention", "positional_encoding"}, {"conv2d", "embedding"}),
    ],
)
def test_the_menu_of_what_fits(shape: Shape, yes: set[str], no: set[str]) -> None:
    catalog = standard_catalog()
    fitting = {kind.id for kind in catalog if fits(kind, shape)}
    assert yes <= fitting
    assert not no & fitting

"""Gestures as edits: what each does to a graph."""

from __future__ import annotations

import json

import pytest

from app.state import Session, clipboard, edits
from engine.graph import Document, Edge, Node
from tests.support.tiny import tiny_catalog, wire

CATALOG = tiny_catalog()


@pytest.fixture
def document() -> Document:
    """x → a → b → c, two wires into a join, a free node."""
    nodes = [
        Node("x", "feed"),
        Node("a", "weigh", {"units": 6}, 100, 0),
        Node("b", "weigh", {"units": 6}, 200, 0),
        Node("c", "weigh", {}, 300, 0),
        Node("join", "join", {}, 400, 0),
        Node("free", "weigh", {}, 100, 300),
    ]
    links = [wire("x", "a"), wire("a", "b"), wire("b", "c"), wire("a", "join", 0), wire("b", "join", 3)]
    return Document.of(nodes, links)


def connect(document: Document, new: Edge) -> None:
    document.apply(edits.connect(document.graph(), CATALOG, new))


def test_a_single_input_gives_its_wire_up(document: Document) -> None:
    connect(document, wire("x", "c"))
    assert document.graph().at("c", "in") == (wire("x", "c"),)


def test_an_input_that_takes_many_takes_one_more_behind_the_last(document: Document) -> None:
    connect(document, wire("x", "join"))
    assert [edge.slot for edge in document.graph().at("join", "in")] == [0, 3, 4]


def test_free_inputs_are_open_or_take_many(document: Document) -> None:
    graph = document.graph()
    assert [port.name for port in edits.free_inputs(graph, CATALOG, "free")] == ["in"]
    assert edits.free_inputs(graph, CATALOG, "a") == []
    assert [port.name for port in edits.free_inputs(graph, CATALOG, "join")] == ["in", "extra"]


def test_the_best_wire_fits_and_replaces_only_when_told(document: Document) -> None:
    drawn = Session(document, CATALOG)
    assert edits.best_edge(drawn, "b", "free") == wire("b", "free")
    assert edits.best_edge(drawn, "x", "c") is None
    assert edits.best_edge(drawn, "x", "c", replace=True) == wire("x", "c")
    assert edits.best_edge(drawn, "c", "a", replace=True) is None


def test_connecting_in_order_leaves_what_is_wired(document: Document) -> None:
    drawn = Session(document, CATALOG)
    edit = edits.connect_in_order(drawn, ["a", "b", "free"])
    assert edit is not None
    document.apply(edit)
    assert wire("b", "free") in document.graph().edges()
    assert edits.connect_in_order(drawn, ["c", "x"]) is None


def test_moving_a_wire_replaces_what_was_there(document: Document) -> None:
    old = wire("a", "b")
    edit = edits.rewire(document.graph(), CATALOG, {old: wire("a", "c")})
    assert edit is not None
    back, _ = document.apply(edit)
    edges = document.graph().edges()
    assert wire("a", "c") in edges
    assert old not in edges
    assert wire("b", "c") not in edges
    document.apply(back)
    assert {old, wire("b", "c")} <= set(document.graph().edges())


def test_moving_a_wire_to_where_it_is_changes_nothing(document: Document) -> None:
    assert edits.rewire(document.graph(), CATALOG, {wire("a", "b"): wire("a", "b")}) is None


def test_moving_all_wires_of_an_output(document: Document) -> None:
    moves = {wire("a", "b"): wire("x", "b"), wire("a", "join", 0): wire("x", "join", 0)}
    edit = edits.rewire(document.graph(), CATALOG, moves)
    assert edit is not None
    document.apply(edit)
    assert {edge.target for edge in document.graph().outgoing("x")} == {"a", "b", "join"}
    assert [edge.source for edge in document.graph().outgoing("a")] == []


def test_of_several_wires_moved_to_a_single_input_one_stays(document: Document) -> None:
    moves = {wire("a", "join", 0): wire("a", "free"), wire("b", "join", 3): wire("b", "free")}
    edit = edits.rewire(document.graph(), CATALOG, moves)
    assert edit is not None
    document.apply(edit)
    assert document.graph().at("free", "in") == (wire("a", "free"),)


@pytest.mark.parametrize(
    ("gone", "wanted"),
    [
        (["b"], {("a", "c"), ("a", "join")}),
        (["a", "b"], {("x", "c"), ("x", "join")}),
        (["x"], set()),
        (["join"], set()),
    ],
)
def test_healing_wires_across_what_goes(document: Document, gone: list[str], wanted: set[tuple[str, str]]) -> None:
    before = {(edge.source, edge.target) for edge in document.graph().edges()}
    document.apply(edits.delete_and_heal(document.graph(), gone))
    after = {(edge.source, edge.target) for edge in document.graph().edges()}
    assert not [id for id in gone if id in document.graph()]
    assert after == {pair for pair in before if not set(pair) & set(gone)} | wanted


def test_healing_in_a_circle_ends() -> None:
    document = Document.of([Node("a", "weigh"), Node("b", "weigh"), Node("c", "weigh")])
    for edge in (wire("a", "b"), wire("b", "a"), wire("b", "c")):
        connect(document, edge)
    document.apply(edits.delete_and_heal(document.graph(), ["a", "b"]))
    assert document.graph().edges() == []


def test_detaching_keeps_wires_inside(document: Document) -> None:
    edit = edits.detach(document.graph(), ["a", "b"])
    assert edit is not None
    document.apply(edit)
    edges = set(document.graph().edges())
    assert wire("a", "b") in edges
    assert wire("x", "c") in edges
    assert edits.detach(document.graph(), ["free"]) is None


def test_inserting_keeps_the_place_among_many(document: Document) -> None:
    edit = edits.insert_on_wire(document.graph(), CATALOG, "free", wire("a", "join", 0))
    assert edit is not None
    document.apply(edit)
    assert [edge.source for edge in document.graph().at("join", "in")] == ["free", "b"]
    assert wire("a", "free") in document.graph().edges()


def test_inserting_what_has_no_way_through_is_nothing(document: Document) -> None:
    feed = Node("more", "feed")
    assert edits.insert_on_wire(document.graph(), CATALOG, feed, wire("a", "b")) is None
    unknown = Node("odd", "no_such_kind")
    assert edits.insert_on_wire(document.graph(), CATALOG, unknown, wire("a", "b")) is None


@pytest.mark.parametrize(
    ("kind", "from_output", "wanted"), [("halve", True, ("c", "n")), ("halve", False, ("n", "a"))]
)
def test_adding_wired(document: Document, kind: str, from_output: bool, wanted: tuple[str, str]) -> None:
    node = Node("n", kind)
    at, port = ("c", "out") if from_output else ("a", "in")
    document.apply(edits.add_wired(document.graph(), CATALOG, node, at, port, from_output=from_output))
    assert wanted in {(edge.source, edge.target) for edge in document.graph().edges()}
    if not from_output:
        assert document.graph().at("a", "in") == (Edge("n", "left", "a", "in"),)


def test_adding_what_has_no_port_only_adds(document: Document) -> None:
    before = document.graph().edges()
    edit = edits.add_wired(document.graph(), CATALOG, Node("n", "feed"), "c", "out", from_output=True)
    document.apply(edit)
    assert "n" in document.graph()
    assert document.graph().edges() == before


def test_the_clipboard_keeps_wires_between_and_from_outside_on_request(document: Document) -> None:
    alone = clipboard.copy(document, ["b", "c"])
    pasted = clipboard.paste(document, alone, (50.0, 60.0))
    assert pasted is not None
    edit, (b, c) = pasted
    document.apply(edit)
    graph = document.graph()
    assert wire(b, c) in graph.edges()
    assert not graph.incoming(b)
    assert (graph[b].x, graph[b].y, graph[c].x) == (50, 60, 150)
    fed = clipboard.paste(document, clipboard.copy(document, ["b"], incoming=True))
    assert fed is not None
    document.apply(fed[0])
    assert wire("a", fed[1][0]) in document.graph().edges()


@pytest.mark.parametrize(
    "content",
    ["", "text", "{}", "[]", '{"neuroloom": 3}', '{"neuroloom": {"nodes": [], "edges": []}}', "[" * 5000,
     json.dumps({"neuroloom": {"nodes": [{"id": 3, "kind": "weigh"}], "edges": []}})],
)  # fmt: skip
def test_any_other_text_pastes_nothing(document: Document, content: str) -> None:
    assert clipboard.paste(document, content) is None


def test_a_pasted_id_that_breaks_the_rule_is_made_one_that_does_not(document: Document) -> None:
    content = json.dumps({"neuroloom": {"nodes": [{"id": "b", "kind": "weigh"}], "edges": []}})
    pasted = clipboard.paste(document, content)
    assert pasted is not None
    assert pasted[1] != ["b"]
    document.apply(pasted[0])

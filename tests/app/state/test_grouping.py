"""Blocks made of nodes, and dissolved again: wires, costs and undo."""

from __future__ import annotations

import contextlib
import random
from collections import Counter

import pytest

from app.state import TOP, Level, Session
from app.state.copying import duplicated
from app.state.grouping import group
from app.state.ungrouping import put_in, ungroup
from engine.analysis import analyse
from engine.analysis.steps import closing_wires
from engine.errors import EditError
from engine.graph import Batch, Connect, Disconnect, Document, Edge, MoveNodes, RenameNode, SetParams
from engine.nodes import standard_catalog
from tests.support.blocks import lstm, nested, residual
from tests.support.drawing import Drawing
from tests.support.editing import digits_net


def opened(document: Document, level: Level = TOP) -> Session:
    session = Session(document, standard_catalog())
    session.go(level)
    return session


def costs(document: Document) -> tuple[int, int]:
    analysis = analyse(document)
    assert analysis.ok, analysis.diagnostics
    return analysis.parameters, analysis.flops


def kinds(document: Document) -> Counter[str]:
    return Counter(node.kind for node in document.graph().nodes())


def test_a_chain_becomes_a_block_with_one_entry_and_one_exit() -> None:
    session = opened(digits_net())
    before = costs(session.document)
    done = group(session, ["relu", "flat", "hidden"])
    session.apply(done.edit, "Group")
    inner = session.document.graph(done.graph)
    assert {node.kind for node in inner.nodes()} >= {"block_input", "block_output", "relu", "flatten", "dense"}
    assert session.graph.incoming(done.id) == (Edge("conv", "out", done.id, "in"),)
    assert session.graph.outgoing(done.id) == (Edge(done.id, "out", "scores", "in"),)
    assert (inner["relu"].x, inner["flat"].params) == (digits_net().graph()["relu"].x, {})
    assert costs(session.document) == before


def test_each_value_has_one_port_however_often_it_is_used() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[4])
    drawing.add("y", "input", shape=[4])
    drawing.add("a", "dense", "x", out_features=4)
    drawing.add("b", "add", "x", "y", "a")
    drawing.add("one", "relu", "a")
    drawing.add("two", "relu", "a")
    drawing.add("three", "relu", "b")
    session = opened(drawing.document)
    done = group(session, ["a", "b"])
    session.apply(done.edit, "Group")
    kind = session.catalog[f"block:{done.graph}"]
    assert [port.name for port in kind.inputs] == ["x", "y"]
    assert [port.name for port in kind.outputs] == ["a", "b"]
    assert [edge.slot for edge in session.document.graph(done.graph).at("b", "in")] == [0, 1, 2]
    assert Counter(edge.output for edge in session.graph.outgoing(done.id)) == {"a": 2, "b": 1}


def test_data_and_losses_stay_outside() -> None:
    session = opened(digits_net())
    done = group(session, list(session.graph))
    assert set(done.left_out) == {"image", "label", "loss", "accuracy"}
    before = costs(session.document)
    session.apply(done.edit, "Group")
    assert costs(session.document) == before
    with pytest.raises(EditError, match="loss stays out: losses stand in the main graph"):
        group(session, ["loss"])


def test_what_lies_between_must_come_along() -> None:
    session = opened(digits_net())
    with pytest.raises(EditError, match="relu, flat lies between them"):
        group(session, ["conv", "hidden"])


def test_the_end_of_a_network_gets_an_exit() -> None:
    drawing = residual()
    session = opened(drawing.document)
    done = group(session, ["stage"])
    session.apply(done.edit, "Group")
    assert [port.name for port in session.catalog[f"block:{done.graph}"].outputs] == ["out"]


def test_formulas_inside_go_on_working_in_a_new_block() -> None:
    session = opened(residual().document, Level(("stage",)))
    before = costs(session.document)
    done = group(session, ["conv1", "relu1", "conv2"])
    session.apply(done.edit, "Group")
    assert session.graph[done.id].params == {"width": "= width", "middle": "= middle"}
    assert costs(session.document) == before
    session.apply(SetParams("stage", {"middle": 3}), "Set")
    assert session.shown.nodes[done.id].parameters == 16 * 3 * 9 + 3 + 3 * 16 * 9 + 16


def test_ungrouping_puts_in_what_the_block_was_given() -> None:
    session = opened(nested().document)
    before = costs(session.document)
    edit, ids = ungroup(session, "net")
    session.apply(edit, "Dissolve")
    assert len(ids) == 9
    assert costs(session.document) == before
    edit, ids = ungroup(session, "stage")
    session.apply(edit, "Dissolve")
    assert session.graph["conv1"].params["out_channels"] == 8
    assert session.graph["conv2"].params["out_channels"] == 16
    assert session.graph.incoming("add1")[1].source == "x"
    assert costs(session.document) == before


def test_ungrouping_inside_a_block_keeps_its_formulas() -> None:
    session = opened(nested().document, Level(("net",)))
    before = costs(session.document)
    edit, _ = ungroup(session, "first")
    session.apply(edit, "Dissolve")
    assert session.graph["conv2"].params["out_channels"] == "= channels"
    assert session.graph["conv1"].params["out_channels"] == "= (channels) // 2"
    assert costs(session.document) == before


@pytest.mark.parametrize(
    ("formula", "made"),
    [("= a", 3), ("= a * 2", 6), ("= b", "= c"), ("= a * b + 1", "= 3 * (c) + 1"), ("= word", "same")],
)
def test_names_are_replaced_by_what_they_stand_for(formula: str, made: object) -> None:
    assert put_in(formula, {"a": 3, "b": "= c", "word": "same"}, {}) == made


def test_what_would_compute_something_else_is_not_dissolved() -> None:
    session = opened(lstm().document)
    with pytest.raises(EditError, match="runs over time"):
        ungroup(session, "rnn")
    session = opened(residual(repeat=2, share_weights=True).document)
    with pytest.raises(EditError, match="share their weights"):
        ungroup(session, "stage")
    session = opened(digits_net())
    with pytest.raises(EditError, match="stands for no block"):
        ungroup(session, "conv")


def test_a_block_of_its_own_is_edited_alone() -> None:
    drawing = residual()
    drawing.add("other", "block:residual", "stage")
    session = opened(drawing.document)
    edits, name = duplicated(session.document, "residual", "other", "main")
    session.apply(Batch(tuple(edits)), "Duplicate")
    assert session.graph["other"].kind == f"block:{name}"
    title = session.document.block("residual").title or "residual"
    assert session.document.block(name).title == f"{title} 2"
    session.apply(SetParams("conv1", {"out_channels": 3}, graph=name), "Set")
    assert session.document.graph("residual")["conv1"].params["out_channels"] == "= middle"


def looped() -> Document:
    """An Elman cell drawn with a forbidden cycle: h → from_h → sum → h."""
    drawing = Drawing()
    drawing.add("x", "input", shape=[6, 5])
    drawing.add("from_x", "dense", "x", out_features=7)
    drawing.add("from_h", "dense", out_features=7)
    drawing.add("sum", "add", "from_x", "from_h")
    drawing.add("h", "tanh", "sum")
    drawing.add("read", "dense", "h", out_features=2)
    document = drawing.document
    document.apply(Connect(Edge("h", "out", "from_h", "in")))
    document.apply(MoveNodes({id: (place * 200.0, 0.0) for place, id in enumerate(document.graph())}))
    return document


def test_a_recurrent_group_breaks_a_cycle_with_a_state_of_the_right_shape() -> None:
    session = opened(looped())
    assert "cycle" in {each.code for each in session.analysis.diagnostics}
    done = group(session, ["from_x", "from_h", "sum", "h"], "recurrent")
    session.apply(done.edit, "Group")
    assert session.analysis.ok, session.analysis.diagnostics
    inner = session.document.graph(done.graph)
    state = next(node for node in inner.nodes() if node.kind == "state")
    assert state.params["shape"] == [7]
    assert inner.incoming(state.id) == (Edge("h", "out", state.id, "next"),)
    assert session.analysis.nodes[done.id].outputs["out"].sizes == ("N", 6, 7)
    assert session.analysis.nodes[done.id].parameters == 5 * 7 + 7 + 7 * 7 + 7
    session.undo()
    assert session.document == looped()


def test_a_state_in_a_sum_takes_the_shape_of_what_it_is_added_to() -> None:
    document = looped()
    document.apply(Disconnect(Edge("from_h", "out", "sum", "in", 1)))
    document.apply(Connect(Edge("h", "out", "sum", "in", 1)))
    session = opened(document)
    done = group(session, ["from_x", "sum", "h"], "recurrent")
    session.apply(done.edit, "Group")
    state = next(node for node in session.document.graph(done.graph).nodes() if node.kind == "state")
    assert state.params["shape"] == [7]


def test_wires_that_close_a_cycle_are_those_that_run_back() -> None:
    graph = looped().graph()
    assert closing_wires(graph, ["from_h", "sum", "h"]) == [Edge("h", "out", "from_h", "in")]


def scribbled(rng: random.Random) -> Document:
    """A random network in which all nodes give 6 features."""
    drawing = Drawing()
    drawing.add("x", "input", shape=[6])
    made = ["x"]
    for number in range(rng.randint(4, 14)):
        id, kind = f"n{number}", rng.choice(["dense", "relu", "add", "multiply", "identity"])
        count = 2 if kind in ("add", "multiply") else 1
        params = {"out_features": 6} if kind == "dense" else {}
        drawing.add(id, kind, *(rng.choice(made[-6:]) for _ in range(count)), **params)
        made.append(id)
    return drawing.document


def blocks(session: Session) -> list[str]:
    return [node.id for node in session.graph.nodes() if node.kind.startswith("block:")]


@pytest.mark.parametrize("seed", range(25))
def test_grouping_and_dissolving_at_random_change_no_cost(seed: int) -> None:
    rng = random.Random(seed)
    session = opened(scribbled(rng))
    start, before, parts = session.document.copy(), costs(session.document), kinds(session.document)
    for _ in range(8):
        made = blocks(session)
        if made and rng.random() < 0.4:
            session.apply(ungroup(session, rng.choice(made))[0], "Dissolve")
        else:
            nodes = [id for id in session.graph if id != "x"]
            chosen = rng.sample(nodes, rng.randint(1, max(1, len(nodes) // 2)))
            with contextlib.suppress(EditError):  # something lies between them
                session.apply(group(session, chosen).edit, "Group")
        assert costs(session.document) == before
    while made := blocks(session):
        session.apply(ungroup(session, made[0])[0], "Dissolve")
    assert costs(session.document) == before
    assert kinds(session.document) == parts
    while session.history.done:
        session.undo()
    assert session.document == start


def twins() -> Drawing:
    drawing = Drawing()
    drawing.add("x", "input", shape=[6])
    drawing.add("a", "dense", "x", out_features=6)
    drawing.add("b", "dense", "a", out_features=6, share_with="a")
    drawing.add("c", "relu", "b")
    return drawing


def test_shared_weights_go_along_or_stay() -> None:
    session = opened(twins().document)
    before = costs(session.document)
    with pytest.raises(EditError, match="b uses the weights of a"):
        group(session, ["b", "c"])
    done = group(session, ["a", "b"])
    session.apply(done.edit, "Group")
    assert costs(session.document) == before
    session.apply(RenameNode(done.id, "a"), "Rename")
    edit, _ = ungroup(session, "a")
    session.apply(edit, "Dissolve")
    assert costs(session.document) == before

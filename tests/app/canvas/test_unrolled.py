"""A recurrent group over time."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.canvas.unrolled import unrolled
from app.state import Session
from engine.graph import Batch, Connect, Disconnect, Edge, SetParams
from engine.nodes import standard_catalog
from tests.app.canvas.conftest import Show
from tests.support.blocks import lstm


def cell() -> Session:
    session = Session(lstm().document, standard_catalog())
    session.enter("rnn")
    return session


def test_states_run_from_step_to_step() -> None:
    session = cell()
    made = unrolled(session, 3, 200.0)
    edges = set(made.graph.edges())
    assert {Edge("h_t0", "out", "i_h_t0", "in"), Edge("c_t0", "out", "keep_t0", "in", 1)} <= edges
    assert {Edge("h_next_t0", "out", "i_h_t1", "in"), Edge("c_next_t1", "out", "keep_t2", "in", 1)} <= edges
    assert "h_t1" not in made.graph
    assert [id for id in made.graph if id.startswith("exit_last")] == ["exit_last_t2"]
    assert made.graph["g_t2"].title == "g[2]"
    cells = len(session.graph)
    assert len(made.graph) == 3 * cells - 2 * 2 - 2
    assert made.shown.nodes["o_t2"] is session.shown.nodes["o"]


def test_every_wire_of_the_cell_is_there_at_each_step() -> None:
    session = cell()
    made = unrolled(session, 4, 200.0)
    inner = [edge for edge in session.graph.edges() if session.graph.flows(edge) and edge.target != "exit_last"]
    assert sum(edge.target != "exit_last_t3" for edge in made.graph.edges()) == 4 * len(inner)


def test_a_state_that_feeds_a_state_looks_two_steps_back() -> None:
    session = cell()
    session.draw(SetParams("c", {"shape": [7]}), "Set")
    chained = (Disconnect(Edge("c_next", "out", "c", "next")), Connect(Edge("h", "out", "c", "next")))
    session.draw(Batch(chained), "Chain")
    edges = set(unrolled(session, 3, 200.0).graph.edges())
    assert Edge("h_next_t0", "out", "keep_t2", "in", 1) in edges
    assert Edge("h_t0", "out", "keep_t1", "in", 1) in edges


def test_it_is_shown_over_the_canvas_and_goes_with_escape(show: Show) -> None:
    board = show(lstm().document)
    board.session.enter("rnn")
    before = board.session.document.copy()
    board.view.levels.toggle_unrolled()
    seen = board.view.levels.unrolled
    assert seen is not None
    assert seen.hasFocus()
    assert seen.size() == board.view.size()
    crossing = {edge for edge, wire in seen.scene.wires.items() if wire.delayed}
    assert Edge("h_next_t0", "out", "i_h_t1", "in") in crossing
    cards = len(seen.scene.nodes)
    seen.steps.setValue(2)
    assert len(seen.scene.nodes) < cards
    QTest.keyClick(seen, Qt.Key.Key_Delete)
    QTest.mouseClick(seen, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(200, 300))
    board.session.draw(SetParams("i_x", {"bias": False}), "Set")
    assert seen.scene.nodes["i_x_t1"].report is board.session.shown.nodes["i_x"]
    board.session.undo()
    QTest.keyClick(seen, Qt.Key.Key_Escape)
    assert board.view.levels.unrolled is None
    assert board.view.hasFocus()
    assert board.session.document == before


def test_going_elsewhere_takes_it_away(show: Show) -> None:
    board = show(lstm().document)
    board.session.enter("rnn")
    board.view.levels.toggle_unrolled()
    board.session.leave()
    assert board.view.levels.unrolled is None

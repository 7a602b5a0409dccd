"""Blocks on the canvas: going in and out, breadcrumbs, what each level keeps, what is drawn of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.state import TOP, Level
from engine.graph import Edge, RenameNode, SetBlock, SetParams
from tests.app.canvas.conftest import Show
from tests.support.blocks import lstm, nested
from tests.support.board import Board
from tests.support.frames import maps


def spread(board: Board) -> None:
    """Lay all graphs out, so that cards can be hit."""
    for name in board.session.document.graphs():
        board.session.open_graph(name)
        board.view.auto_layout()
        board.view._glide.arrive()
        board.session.select(())
        board.view.fit_all()
    board.session.go(TOP)
    board.view.fit_all()


def crumbs(board: Board) -> list[str]:
    shown = board.view.levels.crumbs
    return [button.text() for button in shown.buttons] if shown.isVisible() else []


def test_a_double_click_goes_in_and_escape_out(show: Show) -> None:
    board = show(nested().document)
    spread(board)
    board.double_click(board.at("net"))
    assert board.session.level == Level(("net",))
    assert set(board.view.stage.scene.nodes) == {"entry", "first", "norm", "second", "exit"}
    board.double_click(board.at("first"))
    assert board.session.graph_name == "residual"
    board.key(Qt.Key.Key_Escape)
    assert board.session.level == Level(("net",))
    board.click(board.at("norm"))
    board.key(Qt.Key.Key_Escape)
    assert (board.session.level, board.session.selection) == (Level(("net",)), ())
    board.key(Qt.Key.Key_Escape)
    assert board.session.level == TOP


def test_a_double_click_on_a_layer_edits_it(show: Show) -> None:
    board = show(nested().document)
    spread(board)
    asked: list[str] = []
    board.view.edit_parameter_requested.connect(asked.append)
    board.double_click(board.at("x"))
    assert asked == ["x"]
    assert board.session.level == TOP


def test_breadcrumbs_name_the_way_and_lead_back(show: Show) -> None:
    board = show(nested().document)
    assert crumbs(board) == []
    board.session.go(Level(("net", "first")))
    assert crumbs(board) == [board.session.title, "Stage · net", "Residual · first"]
    board.session.apply(RenameNode("first", "one", "stage"), "Rename")
    board.session.apply(SetBlock("stage", board.session.document.block("residual")), "Rename")
    assert crumbs(board)[1:] == ["Residual · net", "Residual · one"]
    board.view.levels.show_path()
    QTest.keyClick(board.view.levels.crumbs.buttons[1], Qt.Key.Key_Left)
    QTest.keyClick(board.view.levels.crumbs.buttons[0], Qt.Key.Key_Return)
    assert board.session.level == TOP
    assert board.view.hasFocus()
    assert crumbs(board) == []


def test_each_level_remembers_what_was_shown(show: Show) -> None:
    board = show(nested().document)
    spread(board)
    board.view.zoom_to(0.7)
    outside = board.view.view_state()
    board.session.enter("net")
    board.view.zoom_to(1.9)
    inside = board.view.view_state()
    assert board.view.levels.of_main() == outside
    board.session.leave()
    assert board.view.view_state() == outside
    board.session.enter("net")
    assert board.view.view_state() == inside


def test_renaming_on_the_way_leaves_the_view_alone(show: Show) -> None:
    board = show(nested().document)
    board.session.go(Level(("net", "first")))
    board.view.zoom_to(1.3)
    before, card = board.view.view_state(), board.node("conv1")
    board.session.apply(RenameNode("net", "body"), "Rename")
    assert board.view.view_state() == before
    assert board.node("conv1") is card


def test_gestures_edit_the_graph_that_is_shown(show: Show) -> None:
    board = show(nested().document)
    spread(board)
    start, steps = board.session.document.copy(), len(board.session.history.done)
    board.session.enter("net")
    board.click(board.at("norm"))
    board.key(Qt.Key.Key_Delete)
    board.view.delete_and_heal()
    board.drag(board.at("second"), board.at("second") + (board.at("second") - board.at("first")) / 4)
    board.view.add_kind("relu")
    assert "relu1" in board.session.document.graph("stage")
    assert board.session.document.graph() is not board.session.graph
    assert board.session.document.graph("residual").edges() == start.graph("residual").edges()
    while len(board.session.history.done) > steps:
        board.session.undo()
    assert board.session.document == start


def test_a_wire_inside_is_judged_in_its_context(show: Show) -> None:
    board = show(nested().document, width=1600)
    spread(board)
    board.session.go(Level(("net", "first")))
    board.view.fit_all()
    board.drag(board.port("conv1", out=True), board.port("add1"), release=False)
    gesture = board.view.hand.gesture
    assert gesture is not None
    assert "8" in gesture.refusal  # type: ignore[attr-defined]


def test_a_card_follows_the_block_that_it_stands_for(show: Show) -> None:
    board = show(nested().document)
    assert board.node("net").body == "block"
    assert board.node("net").copies == 3
    assert "× 3" in board.node("net").detail
    board.session.apply(SetParams("exit", {"name": "result"}, graph="stage"), "Rename port")
    board.view.stage.scene.refresh()
    assert [port.name for port in board.node("net").outputs] == ["result"]
    block = board.session.document.block("stage")
    board.session.apply(SetBlock("stage", type(block)("Tower", params=block.params)), "Rename")
    assert board.node("net").title == "Tower"


def test_a_fault_inside_shows_at_the_block(show: Show) -> None:
    board = show(nested().document)
    board.session.apply(SetParams("conv2", {"out_channels": 5}, graph="residual"), "Set")
    board.picture()
    assert board.node("stage").severity == "error"
    board.session.enter("stage")
    board.picture()
    assert board.node("add1").severity == "error"
    assert board.node("conv2").severity == ""


def test_going_in_while_nodes_still_glide(show: Show) -> None:
    drawing = lstm()
    drawing.add("h_next", "add", "rnn", "rnn")  # ids of the main graph that the group has too
    drawing.add("exit", "tanh", "h_next")
    board = show(drawing.document)
    board.view.auto_layout()
    board.session.enter("rnn")
    graph = board.session.graph
    shown = {id: (view.x, view.y) for id, view in board.view.stage.scene.nodes.items()}
    assert shown == {node.id: (node.x, node.y) for node in graph.nodes()}


def test_what_a_state_remembers_is_dashed(show: Show) -> None:
    board = show(lstm().document)
    board.session.enter("rnn")
    delayed = {edge for edge, wire in board.view.stage.scene.wires.items() if wire.delayed}
    assert delayed == {Edge("h_next", "out", "h", "next"), Edge("c_next", "out", "c", "next")}
    assert {id for id, view in board.view.stage.scene.nodes.items() if view.body == "state"} == {"h", "c"}


def test_live_pictures_are_shown_at_their_level(show: Show) -> None:
    board = show(nested().document)
    paths = ("stage.conv1", "net.0.first.conv1", "net.1.first.conv2", "net.first.relu1", "x")
    board.editor.runs.show_for(board.session, "r1")
    data = board.editor.runs.data
    assert data is not None
    for path in paths:
        data.add(maps(node=path))
    board.editor.runs.frames_arrived.emit([maps(node=path) for path in paths])

    def pictured() -> set[str]:
        return {id for id, view in board.view.stage.scene.nodes.items() if view.frame}

    assert pictured() == {"x"}
    board.session.go(Level(("net", "first")))
    assert pictured() == {"conv1", "relu1"}
    board.session.go(Level(("stage",)))
    assert pictured() == {"conv1"}
    board.session.go(Level(("net",)))
    assert pictured() == set()

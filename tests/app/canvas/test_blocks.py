"""Making and changing blocks with keys and menus."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.canvas.menus import menu_for
from app.canvas.popup.kinds import kinds_for
from app.canvas.stage import SearchRequest
from app.state import Level
from engine.graph import Connect, Disconnect, Edge, RemoveNode, RenameGraph, SetParams
from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import chain, edge
from tests.support.blocks import lstm, nested, residual
from tests.support.board import Board


def texts(board: Board, at: QPointF) -> list[str]:
    menu = menu_for(board.view, board.view.stage.hit(at), board.view.stage.camera.to_scene(at))
    return [action.text() for action in menu.actions()]


def choose(board: Board, at: QPointF, title: str) -> None:
    menu = menu_for(board.view, board.view.stage.hit(at), board.view.stage.camera.to_scene(at))
    next(action for action in menu.actions() if action.text() == title).trigger()


def test_grouping_selects_the_block_and_undo_takes_it_back(show: Show) -> None:
    board = show(chain())
    start = board.session.document.copy()
    board.session.select(["conv", "relu", "flat"])
    board.view.blocks.group()
    assert board.session.selection == ("block1",)
    assert set(board.graph) == {"image", "block1", "scores", "spare"}
    assert board.node("block1").body == "block"
    board.session.enter("block1")
    assert len(board.view.stage.scene.wires) == 4
    board.session.undo()
    assert board.session.document == start
    assert board.session.level == Level()
    assert set(board.view.stage.scene.nodes) == set(start.graph())
    board.session.redo()
    assert "block1" in board.view.stage.scene.nodes


def test_what_stays_outside_and_what_cannot_be_grouped_is_told(show: Show) -> None:
    board = show(chain())
    board.session.select(["image", "conv"])
    board.view.blocks.group()
    assert board.notices[-1].message == "Left outside of the block: image (data enters the main graph)."
    board.session.undo()
    board.session.select(["conv", "flat"])
    board.view.blocks.group()
    assert "relu lies between them" in board.notices[-1].message
    assert board.steps == []


def test_dissolving_selects_what_was_inside(show: Show) -> None:
    board = show(residual().document)
    board.session.select(["stage"])
    board.view.blocks.dissolve()
    assert set(board.session.selection) == {"conv1", "relu1", "conv2", "add1"}
    board.session.select(["x"])
    board.view.blocks.dissolve()
    assert "stands for no block" in board.notices[-1].message


def test_a_block_of_its_own_leaves_the_other_alone(show: Show) -> None:
    drawing = residual()
    drawing.add("other", "block:residual", "stage")
    board = show(drawing.document)
    board.session.select(["other"])
    board.view.blocks.duplicate_as_new()
    assert board.graph["other"].kind == "block:residual1"
    board.session.enter("other")
    board.session.draw(RemoveNode("relu1"), "Remove")
    assert "relu1" in board.session.document.graph("residual")


def test_open_ports_become_ports_of_the_block(show: Show) -> None:
    board = show(residual().document)
    board.session.enter("stage")
    board.view.auto_layout()
    board.session.draw(Disconnect(Edge("entry", "out", "conv1", "in")), "Cut")
    at = board.port("conv1")
    choose(board, QPointF(at), "Expose in as a port of the block")
    assert board.session.catalog["block:residual"].inputs[-1].name in ("in", "conv1_in")
    assert {port.name for port in board.session.catalog["block:residual"].inputs} == {"in", "conv1_in"}
    board.session.undo()
    board.session.select(["conv1"])
    board.view.blocks.expose()
    assert board.graph.at("conv1", "in")[0].source == board.session.selection[0]
    board.session.select(["conv2"])
    board.view.blocks.expose()
    assert "wired already" in board.notices[-1].message


def test_a_wire_in_a_recurrent_group_can_be_read_a_step_later(show: Show) -> None:
    board = show(lstm().document)
    board.session.enter("rnn")
    board.view.auto_layout()
    board.view.fit_all()
    wire = Edge("i_x", "out", "i_sum", "in", 0)
    board.view.blocks.remember(wire)
    state = board.session.selection[0]
    assert board.graph[state].params == {"shape": [7]}
    assert board.graph.edge_at("i_sum", "in", 0) == Edge(state, "out", "i_sum", "in", 0)
    assert board.session.shown.ok
    board.view.blocks.remember(Edge("i_x", "out", state, "next"))
    assert "already" in board.notices[-1].message


def test_a_state_needs_time_steps(show: Show) -> None:
    board = show(residual().document)
    board.session.enter("stage")
    board.session.select(["conv1", "relu1"])
    board.view.blocks.remember()
    assert "needs time steps" in board.notices[-1].message
    board.session.select(["conv1"])
    board.view.blocks.remember()
    assert "Select a wire" in board.notices[-1].message


def test_menus_offer_what_fits(show: Show) -> None:
    board = show(residual().document)
    board.view.auto_layout()
    board.view._glide.arrive()
    board.view.fit_all()
    assert {"Go into block", "Dissolve block", "Group into block"} <= set(texts(board, QPointF(board.at("stage"))))
    assert "Go into block" not in texts(board, QPointF(board.at("x")))


def test_the_menu_of_a_node_in_error_mends_it(show: Show) -> None:
    document = chain()
    document.apply(SetParams("conv", {"kernel_size": 99}))
    board = show(document)
    mend = board.session.analysis.of("conv")[0].fixes[0].title
    choose(board, QPointF(board.at("conv")), mend)
    assert board.session.shown.nodes["conv"].state == "ok"
    assert board.steps == [mend]


def test_a_cycle_becomes_a_recurrent_group(show: Show) -> None:
    document = chain()
    document.apply(Disconnect(edge("image", "conv")))
    document.apply(Connect(edge("relu", "conv")))
    board = show(document)
    board.session.select(["conv", "relu"])
    board.view.blocks.group("recurrent")
    assert board.session.document.block("cell1").form == "recurrent"
    assert board.session.graph_name == "main"
    assert "cycle" not in {each.code for each in board.session.analysis.diagnostics}


def test_a_block_of_the_library_comes_with_its_graphs_as_one_step(show: Show) -> None:
    board = show(chain())
    start = board.session.document.copy()
    board.session.select(["scores"])
    id = board.view.add_kind("library:residual_bottleneck")
    assert board.graph[id].kind == "block:residual_bottleneck"
    assert board.graph.incoming(id)[0].source == "scores"
    assert "residual_bottleneck" in board.session.document.blocks()
    assert len(board.steps) == 1
    board.session.select(())
    again = board.view.add_kind("library:residual_bottleneck")
    assert board.graph[again].kind == "block:residual_bottleneck"
    assert board.session.document.blocks() == ["residual_bottleneck"]
    board.session.undo()
    board.session.undo()
    assert board.session.document == start


def test_another_block_of_the_same_name_keeps_it(show: Show) -> None:
    board = show(residual().document)
    board.session.apply(RenameGraph("residual", "residual_bottleneck"), "Rename")
    id = board.view.add_kind("library:residual_bottleneck", scene_pos=(0, 300))
    assert board.graph[id].kind == "block:residual_bottleneck1"
    assert board.graph["stage"].kind == "block:residual_bottleneck"
    assert board.session.document.blocks() == ["residual_bottleneck", "residual_bottleneck1"]


def test_the_search_at_the_cursor_finds_blocks_of_both(show: Show) -> None:
    board = show(residual().document)
    board.view.open_search()
    titles = [choice.title for choice in kinds_for(board.view.stage, SearchRequest((0, 0)))("residual")]
    assert {"Residual", "Residual basic"} <= set(titles)
    QTest.keyClicks(board.view.popup.field, "residual basic")
    QTest.keyClick(board.view.popup.field, Qt.Key.Key_Return)
    assert "residual_basic" in board.session.document.blocks()


def test_pasting_in_another_document_brings_blocks_along(show: Show) -> None:
    source, target = show(nested().document), show(chain())
    source.session.select(["net"])
    source.view.copy()
    target.view.paste()
    (id,) = target.session.selection
    assert target.graph[id].kind == "block:stage"
    assert target.session.document.blocks() == ["residual", "stage"]
    target.view.paste()
    assert target.session.document.blocks() == ["residual", "stage"]
    target.session.apply(SetParams("conv1", {"kernel_size": 5}, graph="residual"), "Set")
    target.view.paste()
    assert target.session.document.blocks() == ["residual", "residual1", "stage", "stage1"]
    inner = target.session.document.graph("stage1")
    assert {node.kind for node in inner.nodes()} >= {"block:residual1"}
    while target.session.history.done:
        target.session.undo()
    assert target.session.document == chain()


def test_deleting_the_last_instance_keeps_the_block(show: Show) -> None:
    board = show(residual().document)
    board.session.select(["stage"])
    board.view.delete_selection()
    assert board.session.document.blocks() == ["residual"]
    assert board.view.add_kind("block:residual") == "residual1"

"""Drawing, moving and removing wires."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from engine.graph import AddNode, Connect, Disconnect, MoveNodes, Node, SetParams
from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import branch, broken, chain, edge
from tests.support.board import ALT, CTRL, LEFT, NONE, RIGHT, SHIFT, Board


def test_drag_from_output_to_input_connects(show: Show) -> None:
    board = show(chain())
    board.drag(board.port("flat", out=True), board.port("spare"))
    assert edge("flat", "spare") in board.graph.edges()
    assert board.steps == ["Connect"]
    board.session.undo()
    assert edge("flat", "spare") not in board.graph.edges()


def test_ports_show_at_once_that_they_are_taken(show: Show) -> None:
    board = show(chain())
    board.session.apply(Disconnect(edge("conv", "relu")), "Disconnect")
    board.picture()
    board.drag(board.port("conv", out=True), board.port("relu"))
    partly = board.picture()
    board.view.stage.frame.damage_all()
    assert board.picture() == partly


def test_drag_from_input_to_output_connects(show: Show) -> None:
    board = show(chain())
    board.drag(board.port("spare"), board.port("flat", out=True))
    assert edge("flat", "spare") in board.graph.edges()


def test_dropping_near_a_port_or_on_a_node_finds_the_port(show: Show) -> None:
    board = show(chain())
    board.drag(board.port("flat", out=True), board.port("spare") + QPoint(-12, 8))
    assert edge("flat", "spare") in board.graph.edges()
    board.session.undo()
    board.drag(board.port("flat", out=True), board.at("spare", 0.6, 0.5))
    assert edge("flat", "spare") in board.graph.edges()


def test_dropping_on_a_taken_port_replaces_its_wire(show: Show) -> None:
    board = show(chain())
    board.drag(board.port("image", out=True), board.port("relu"))
    edges = board.graph.edges()
    assert edge("image", "relu") in edges
    assert edge("conv", "relu") not in edges
    assert len(board.steps) == 1


def test_a_port_that_takes_many_keeps_what_it_has(show: Show) -> None:
    board = show(branch())
    board.drag(board.port("image", out=True), board.at("sum"))
    assert [(e.source, e.slot) for e in board.graph.at("sum", "in")] == [("upper", 0), ("lower", 1), ("image", 2)]
    board.session.undo()
    ys = {wire.y1 for wire in board.view.stage.scene.wires_at("sum") if wire.edge.target == "sum"}
    assert len(ys) == 2


def test_a_refusal_says_why_with_the_shape_and_changes_nothing(show: Show) -> None:
    board = show(chain())
    before = set(board.graph.edges())
    board.drag(board.port("scores", out=True), board.port("conv"), release=False)
    gesture = board.view.hand.gesture
    assert "cycle" in getattr(gesture, "refusal", "")
    refused = board.picture()
    QTest.mouseRelease(board.view, LEFT, NONE, board.port("conv"))
    assert set(board.graph.edges()) == before
    assert not board.steps
    assert refused != board.picture()
    QApplication.activePopupWidget().close()


def test_a_wire_that_does_not_fit_is_offered_with_what_mends_it(show: Show) -> None:
    board = show(chain())
    board.session.apply(AddNode(Node("norm", "batch_norm1d", {}, 1200, 300)), "Add")
    board.drag(board.port("conv", out=True), board.port("norm"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    ways = [action for action in menu.actions() if action.text()]
    assert "flatten" in ways[0].text().lower()
    assert ways[-1].text().startswith("Connect as it is")
    ways[0].trigger()
    menu.close()
    assert board.session.shown.nodes["norm"].state == "ok"
    assert len(board.steps) == 2


def test_a_shape_that_does_not_fit_is_refused_in_words(show: Show) -> None:
    board = show(chain())
    board.session.apply(AddNode(Node("second", "conv2d", {}, 1200, 300)), "Add")
    board.drag(board.port("flat", out=True), board.port("second"), release=False)
    refusal = getattr(board.view.hand.gesture, "refusal", "")
    assert "features" in refusal
    board.key(Qt.Key.Key_Escape)
    assert edge("flat", "second") not in board.graph.edges()


def test_an_output_does_not_go_to_an_output(show: Show) -> None:
    board = show(chain())
    before = board.graph.edges()
    board.drag(board.port("image", out=True), board.port("image", out=True) + QPoint(3, 1))
    board.drag(board.at("spare", 1.0, 0.5), board.at("conv", 1.0, 0.5), release=False)
    QTest.mouseRelease(board.view, LEFT, NONE, board.at("conv", 1.0, 0.5))
    assert set(before) <= set(board.graph.edges()) | {edge("image", "conv")}


def test_dragging_the_end_at_a_taken_input_moves_the_wire(show: Show) -> None:
    board = show(chain())
    board.drag(board.port("scores"), board.port("spare"))
    edges = board.graph.edges()
    assert edge("flat", "spare") in edges
    assert edge("flat", "scores") not in edges
    assert board.steps == ["Move wire"]


def test_dragging_a_wire_beside_its_end_moves_that_end(show: Show) -> None:
    board = show(chain())
    board.view.zoom_to(1.0)
    board.view.reveal("relu")
    board.drag(board.port("relu") - QPoint(20, 0), board.port("spare"))
    assert edge("conv", "relu") not in board.graph.edges()


def test_dropping_an_end_on_nothing_removes_the_wire(show: Show) -> None:
    board = show(chain())
    board.drag(board.port("flat"), board.empty())
    assert edge("relu", "flat") not in board.graph.edges()
    assert board.steps == ["Remove wire"]
    assert not board.view.popup.isVisible()


def test_letting_go_where_it_was_changes_nothing(show: Show) -> None:
    board = show(chain())
    start = board.port("flat")
    QTest.mousePress(board.view, LEFT, NONE, start)
    board.move(start + QPoint(-40, 30), NONE, LEFT)
    assert board.view.stage.scene.wires[edge("relu", "flat")].hidden
    board.move(start, NONE, LEFT)
    QTest.mouseRelease(board.view, LEFT, NONE, start)
    assert edge("relu", "flat") in board.graph.edges()
    assert not board.view.stage.scene.wires[edge("relu", "flat")].hidden
    assert not board.steps


def test_ctrl_drag_moves_all_wires_of_a_port(show: Show) -> None:
    board = show(branch())
    board.session.apply(AddNode(Node("other", "input", {"shape": [1, 28, 28]}, 0, 300)), "Add")
    board.drag(board.port("image", out=True), board.port("other", out=True), CTRL)
    edges = set(board.graph.edges())
    assert {edge("other", "upper"), edge("other", "lower")} <= edges
    assert not {edge("image", "upper"), edge("image", "lower")} & edges
    assert board.steps == ["Add", "Move wires"]


def test_alt_click_removes_a_wire_or_all_at_a_port(show: Show) -> None:
    board = show(branch())
    board.click(board.wire(edge("image", "upper"), 0.6), ALT)
    assert edge("image", "upper") not in board.graph.edges()
    board.click(board.port("sum"), ALT)
    assert not board.graph.at("sum", "in")
    assert board.steps == ["Remove wire", "Remove wires"]


def test_ctrl_and_right_drag_cuts_every_wire_crossed(show: Show) -> None:
    board = show(branch())
    x = round((board.at("upper", 0).x() + board.at("image", 1).x()) / 2)
    board.drag(QPoint(x, 10), QPoint(x, 780), CTRL, RIGHT)
    edges = board.graph.edges()
    assert edges
    assert not [each for each in edges if each.source == "image"]
    assert board.steps == ["Cut 2 wires"]


def test_y_and_drag_cuts_and_an_empty_cut_does_nothing(show: Show) -> None:
    board = show(chain())
    QTest.keyPress(board.view, Qt.Key.Key_Y)
    start = board.wire(edge("conv", "relu"))
    board.drag(start - QPoint(0, 40), start + QPoint(0, 40))
    QTest.keyRelease(board.view, Qt.Key.Key_Y)
    assert edge("conv", "relu") not in board.graph.edges()
    board.drag(QPoint(20, 700), QPoint(60, 720), CTRL, RIGHT)
    assert board.steps == ["Cut wire"]


def test_shift_drag_from_node_to_node_connects_what_fits(show: Show) -> None:
    board = show(chain())
    board.drag(board.at("flat"), board.at("spare"), SHIFT)
    assert edge("flat", "spare") in board.graph.edges()
    board.drag(board.at("scores"), board.at("image"), SHIFT)
    assert [notice.level for notice in board.notices] == ["info"]
    assert board.steps == ["Connect"]


def test_connect_selected_wires_from_left_to_right(show: Show) -> None:
    board = show(chain())
    board.session.apply(AddNode(Node("tail", "dense", {}, 1500, 320)), "Add")
    before = set(board.graph.edges())
    board.session.select(["tail", "spare", "flat"])
    board.view.connect_selected()
    assert set(board.graph.edges()) - before == {edge("flat", "tail")}
    assert before < set(board.graph.edges())
    board.view.connect_selected()
    assert board.steps == ["Add", "Connect"]
    assert "fits" in board.notices[0].message


def test_ports_that_fit_glow_and_others_fade(show: Show) -> None:
    board = show(chain())
    before = board.picture()
    board.drag(board.port("flat", out=True), board.empty(), release=False)
    during = board.picture()
    fitting, refusing = board.port("spare"), board.port("conv")
    for port in (fitting, refusing):
        assert before.pixelColor(port) != during.pixelColor(port)
    accent = board.view.stage.look.color("accent")
    assert _near(during.pixelColor(fitting).getRgb(), accent.getRgb())
    assert not _near(during.pixelColor(refusing).getRgb(), accent.getRgb())
    board.key(Qt.Key.Key_Escape)


def test_a_document_of_a_newer_format_can_only_be_looked_at(show: Show) -> None:
    board = show(chain())
    board.session._original = b"{}"
    board.drag(board.port("flat", out=True), board.port("spare"))
    board.drag(board.at("conv"), board.at("conv") + QPoint(0, 60))
    assert edge("flat", "spare") not in board.graph.edges()
    assert board.node("conv").y == 0
    assert len(board.notices) == 2


def test_refused_edits_are_shown_never_raised(show: Show) -> None:
    board = show(chain())
    assert not board.view.stage.apply(Connect(edge("image", "conv")), "Connect")
    assert [notice.level for notice in board.notices] == ["error"]
    assert "taken" in board.notices[0].message


def test_wires_of_broken_documents_can_be_moved_and_removed(show: Show) -> None:
    board = show(broken())
    board.click(board.wire(edge("two", "after")), ALT)
    assert edge("two", "after") not in board.graph.edges()
    board.session.apply(SetParams("conv", {}, ("kernel_size", "colour")), "Mend")
    assert board.node("conv").state in ("error", "blocked")
    _drag_all_ports(board)


def _drag_all_ports(board: Board) -> None:
    for id in list(board.graph):
        for port in board.node(id).ports:
            at = board.port(id, port.name, out=not port.is_input)
            board.drag(at, board.at("after", 0.5, 0.3), release=False)
            board.key(Qt.Key.Key_Escape)


def _near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(one, other, strict=True))


def test_a_click_selects_a_wire_and_delete_removes_it(show: Show) -> None:
    board = show(chain())
    board.session.select(["flat"])
    wire = edge("conv", "relu")
    board.click(board.wire(wire))
    assert board.view.stage.chosen == (wire,)
    assert board.session.selection == ()
    board.view.delete_selection()
    assert wire not in board.graph.edges()
    assert board.steps == ["Remove wire"]
    assert board.view.stage.chosen == ()
    board.session.undo()
    assert wire in board.graph.edges()


def test_shift_and_ctrl_click_choose_several_wires(show: Show) -> None:
    board = show(chain())
    first, second = edge("conv", "relu"), edge("image", "conv")
    board.click(board.wire(first))
    board.click(board.wire(second), SHIFT)
    assert set(board.view.stage.chosen) == {first, second}
    board.click(board.wire(first), CTRL)
    assert board.view.stage.chosen == (second,)
    board.click(board.at("relu"))
    assert board.view.stage.chosen == ()
    board.click(board.wire(first))
    board.click(board.empty())
    assert board.view.stage.chosen == ()


def test_a_click_near_the_end_of_a_wire_selects_it_too(show: Show) -> None:
    board = show(chain())
    wire = edge("conv", "relu")
    board.click(board.port("conv", out=True) + QPoint(16, 0))
    assert board.view.stage.chosen == (wire,)
    board.key(Qt.Key.Key_Escape)
    assert board.view.stage.chosen == ()


def test_a_shape_is_written_below_a_wire_that_rises(show: Show) -> None:
    board = show(chain())
    relu, port = board.node("relu"), board.node("conv").outputs[0]
    assert not port.below
    board.session.apply(MoveNodes({"relu": (relu.x, relu.y - 120)}), "Move node")
    assert port.below
    board.session.apply(SetParams("conv", {"out_channels": 3}), "Set")
    port = board.node("conv").outputs[0]
    assert port.below
    board.session.apply(MoveNodes({"relu": (relu.x, relu.y + 240)}), "Move node")
    assert not port.below

"""Search to add, to insert, to find."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.popup import Choice
from engine.analysis import fits
from engine.catalog import Shape
from engine.graph import Edge
from tests.app.canvas.conftest import Show
from tests.app.canvas.drawings import branch, chain, edge
from tests.support.board import Board
from tests.support.drawing import Drawing


def type_in(board: Board, text: str, *keys: Qt.Key) -> None:
    field = board.view.popup.field
    QTest.keyClicks(field, text)
    for key in keys:
        QTest.keyClick(field, key)


def titles(board: Board) -> list[str]:
    return [choice.title for choice in board.view.popup.choices]


def test_typing_a_name_and_parameters_adds_the_node_at_the_mouse(show: Show) -> None:
    board = show(chain())
    place = board.empty()
    board.move(place)
    board.view.open_search()
    type_in(board, "conv 64 3 s2", Qt.Key.Key_Return)
    (id,) = board.session.selection
    node = board.graph[id]
    assert (node.kind, node.params) == ("conv2d", {"out_channels": 64, "kernel_size": 3, "stride": 2})
    assert board.view.rect().contains(board.at(id))
    assert abs(board.at(id).x() - place.x()) < 20
    assert board.steps == [f"Add {id}"]
    assert board.view.hasFocus()


def test_double_click_on_nothing_opens_the_search_and_escape_closes_it(show: Show) -> None:
    board = show(chain())
    board.double_click(board.empty())
    assert board.view.popup.isVisible()
    assert board.view.popup.field.hasFocus()
    type_in(board, "dense", Qt.Key.Key_Escape)
    assert not board.view.popup.isVisible()
    assert board.view.hasFocus()
    assert not board.steps


def test_up_and_down_choose_and_the_mouse_too(show: Show) -> None:
    board = show()
    board.view.open_search((0, 0))
    type_in(board, "pool", Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    popup = board.view.popup
    assert popup.list.currentIndex().row() == 1
    wanted = popup.choices[0].payload.kind.id
    QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    assert [node.kind for node in board.graph.nodes()] == [wanted]
    assert not popup.isVisible()


def test_the_popup_stays_in_view_and_comes_back_when_it_shrinks(show: Show) -> None:
    board = show(chain())
    low = board.view.height() - 120
    board.view.open_search(board.view.stage.camera.to_scene(QPointF(1190, low)))
    popup = board.view.popup
    assert board.view.rect().contains(popup.geometry())
    high = popup.y()
    type_in(board, "matrix product")
    assert len(popup.choices) == 1
    assert board.view.rect().contains(popup.geometry())
    assert high < popup.y() <= low


def test_nothing_found_says_so_and_enter_adds_nothing(show: Show) -> None:
    board = show(chain())
    board.view.open_search((0, 0))
    type_in(board, "qqqqqq")
    assert not board.view.popup.choices
    type_in(board, "", Qt.Key.Key_Return)
    assert board.view.popup.isVisible()
    assert not board.steps


def test_clicking_beside_the_popup_closes_it(show: Show) -> None:
    board = show(chain())
    board.view.open_search((0, 0))
    board.click(QPoint(1190, 790))
    assert not board.view.popup.isVisible()


def test_dragging_a_port_to_nothing_offers_what_fits_and_wires_it(show: Show) -> None:
    board = show(chain())
    board.drag(board.port("flat", out=True), board.empty())
    assert board.view.popup.isVisible()
    shape = board.session.analysis.shape(Edge("flat", "out", "", ""))
    assert isinstance(shape, Shape)
    kinds = [choice.payload.kind for choice in board.view.popup.choices]
    assert kinds
    assert all(fits(kind, shape) for kind in kinds)
    assert "Conv 2d" not in titles(board)
    type_in(board, "dense 12", Qt.Key.Key_Return)
    (id,) = board.session.selection
    assert edge("flat", id) in board.graph.edges()
    assert board.graph[id].params == {"out_features": 12}
    assert len(board.steps) == 1
    board.session.undo()
    assert id not in board.graph


def test_a_kind_whose_usual_numbers_do_not_fit_is_offered_and_made_to_fit(show: Show) -> None:
    drawing = Drawing()
    drawing.add("words", "input", shape=[5, 30])
    board = show(drawing.document)
    board.drag(board.port("words", out=True), board.empty())
    type_in(board, "group norm", Qt.Key.Key_Return)
    (id,) = board.session.selection
    assert edge("words", id) in board.graph.edges()
    assert board.session.analysis.nodes[id].state == "ok"


def test_dragging_an_input_to_nothing_offers_what_gives(show: Show) -> None:
    board = show(chain())
    board.drag(board.port("spare"), board.empty())
    assert "Target" in titles(board)
    assert all(choice.payload.kind.outputs for choice in board.view.popup.choices)
    type_in(board, "flatten", Qt.Key.Key_Return)
    (id,) = board.session.selection
    assert edge(id, "spare") in board.graph.edges()


def test_double_click_on_a_wire_inserts(show: Show) -> None:
    board = show(chain())
    board.double_click(board.wire(edge("image", "conv")))
    assert board.view.popup.isVisible()
    type_in(board, "relu", Qt.Key.Key_Return)
    (id,) = board.session.selection
    assert {edge("image", id), edge(id, "conv")} <= set(board.graph.edges())
    assert edge("image", "conv") not in board.graph.edges()
    assert len(board.steps) == 1


def test_inserting_before_a_port_that_takes_many_keeps_the_order(show: Show) -> None:
    board = show(branch())
    board.double_click(board.wire(edge("upper", "sum"), 0.3))
    type_in(board, "relu", Qt.Key.Key_Return)
    (id,) = board.session.selection
    assert [each.source for each in board.graph.at("sum", "in")] == [id, "lower"]


def test_what_was_added_last_comes_first_among_equals(show: Show) -> None:
    board = show()
    board.view.add_kind("tanh", {}, (0.0, 0.0))
    board.session.select([])
    board.view.open_search((300, 0))
    assert board.view.stage.recents == ["tanh"]
    assert titles(board).index("Tanh") < titles(board).index("Sigmoid")


def test_find_goes_to_a_node(show: Show) -> None:
    board = show(chain())
    board.view.zoom_to(2.0)
    board.view.open_find()
    assert len(board.view.popup.choices) == 6
    type_in(board, "spa")
    assert [choice.title for choice in board.view.popup.choices] == ["spare"]
    type_in(board, "", Qt.Key.Key_Return)
    assert board.session.selection == ("spare",)
    assert board.view.rect().contains(board.at("spare"))


def test_find_looks_at_kinds_too(show: Show) -> None:
    board = show(chain())
    board.view.open_find()
    type_in(board, "dense")
    assert {choice.title for choice in board.view.popup.choices} == {"scores", "spare"}


def test_a_row_shows_help_and_parameters_as_plain_text(show: Show) -> None:
    board = show()
    board.view.open_search((0, 0))
    type_in(board, "conv 8")
    choice: Choice = board.view.popup.choices[0]
    assert choice.help == "out channels 8"
    assert choice.spans
    QApplication.processEvents()
    assert not board.view.popup.grab().isNull()

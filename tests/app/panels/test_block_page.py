"""The inspector inside a block: its own page, formulas of its nodes, parameters that become its own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.panels import InspectorPanel
from app.state import Level, Session
from engine.graph import Promoted, SetParams
from tests.support.blocks import lstm, nested, residual
from tests.support.drawing import Drawing
from tests.support.editing import current, editor_of


def opened(qtbot: QtBot, drawing: Drawing, *way: str) -> tuple[InspectorPanel, Session]:
    editor = editor_of(drawing.document)
    panel = InspectorPanel(editor)
    qtbot.addWidget(panel)
    panel.resize(320, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    session = current(editor)
    session.go(Level(way))
    return panel, session


def write(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_inside_a_block_its_own_page_is_shown(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, nested())
    assert panel.document.isVisible()
    session.go(Level(("net", "first")))
    assert panel.block.isVisible()
    assert (panel.block.title.text(), panel.block.name.text()) == ("Residual", "residual")
    assert [row.name.text() for row in panel.block.rows] == ["width", "middle"]
    assert [row.default.text() for row in panel.block.rows] == ["16", "= width // 2"]
    assert panel.block.totals.texts()[0] == "3×"
    session.select(["conv1"])
    assert panel.node.isVisible()
    session.select(())
    session.leave()
    assert panel.block.title.text() == "Stage"


def test_title_name_form_and_notes_are_edits(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, residual(), "stage")
    start = session.document.copy()
    page = panel.block
    write(page.title, "Bottleneck")
    write(page.name, "bottleneck")
    assert session.graph_name == "bottleneck"
    assert session.document.graph()["stage"].kind == "block:bottleneck"
    page.form.setCurrentIndex(1)
    page.form.activated.emit(1)
    assert session.document.block("bottleneck").form == "recurrent"
    page.notes.given.emit("A narrow one.\nMore.")
    assert session.catalog["block:bottleneck"].help() == "A narrow one."
    assert len(session.history.done) == 4
    while session.history.done:
        session.undo()
    assert session.document == start
    assert page.name.text() == "residual"


@pytest.mark.parametrize(
    ("name", "why"), [("main", "already"), ("2x", "starts with a letter"), ("class", "Python")]
)
def test_a_name_that_cannot_be_is_refused_in_words(qtbot: QtBot, name: str, why: str) -> None:
    panel, session = opened(qtbot, residual(), "stage")
    write(panel.block.name, name)
    assert why in panel.block.error.text()
    assert session.graph_name == "residual"


def test_parameters_are_added_changed_and_removed(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, residual(), "stage")
    page = panel.block
    page.add.click()
    write(page.rows[2].name, "depth")
    write(page.rows[2].default, "=width*2")
    write(page.rows[2].help, "How deep.")
    assert session.document.block("residual").params[2] == Promoted("depth", "= width*2", "How deep.")
    write(page.rows[2].name, "width")
    assert "already" in page.error.text()
    assert page.rows[2].name.text() == "depth"
    write(page.rows[2].name, "repeat")
    assert "every block has already" in page.error.text()
    page.rows[2].remove.click()
    assert [each.name for each in session.document.block("residual").params] == ["width", "middle"]
    assert session.analysis.ok


def test_a_formula_is_shown_with_what_it_gives_here(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, nested(), "net", "second")
    session.select(["conv1"])
    row = panel.node.form.row("out_channels")
    assert row.bound.isVisible()
    assert not row.field.isVisible()
    assert (row.bound.edit.text(), row.bound.result.text()) == ("= middle", "→ 3")
    session.go(Level(("net", "first")))
    session.select(["conv1"])
    assert panel.node.form.row("out_channels").bound.result.text() == "→ 8"


def test_formulas_are_typed_into_any_field(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, residual(), "stage")
    session.select(["conv2"])
    form = panel.node.form
    edit = form.row("kernel_size").field.findChild(QLineEdit)
    assert edit is not None
    write(edit, "=width // 5")
    assert session.graph["conv2"].params["kernel_size"] == "= width // 5"
    assert form.row("kernel_size").bound.result.text() == "→ 3"
    write(form.row("kernel_size").bound.edit, "= widht")
    assert "widht" in form.error("kernel_size")
    write(form.row("kernel_size").bound.edit, "3")
    assert session.graph["conv2"].params["kernel_size"] == 3
    assert form.row("kernel_size").field.isVisible()


def test_sizes_may_hold_formulas(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, lstm(), "rnn")
    session.select(["h"])
    row = panel.node.form.row("shape")
    assert (row.bound.edit.text(), row.bound.result.text()) == ("= hidden", "→ 7")
    write(row.bound.edit, "= hidden, 2")
    assert session.graph["h"].params["shape"] == ["= hidden", 2]
    assert row.bound.edit.text() == "= hidden, 2"


def test_a_parameter_becomes_one_of_the_block(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, nested(), "net", "first")
    start = session.document.copy()
    before = session.analysis.parameters
    session.select(["conv2"])
    form = panel.node.form
    assert form.row("kernel_size").more.isVisible()
    next(
        action for action in form.menu("kernel_size").actions() if "parameter of the block" in action.text()
    ).trigger()
    assert session.document.block("residual").params[2] == Promoted(
        "kernel_size", 3, session.catalog["conv2d"].params["kernel_size"].help, "conv2d.kernel_size"
    )
    assert session.graph["conv2"].params["kernel_size"] == "= kernel_size"
    assert session.analysis.parameters == before
    session.select(["conv1"])
    form.promoted.emit("kernel_size")
    assert session.graph["conv1"].params["kernel_size"] == "= conv1_kernel_size"
    session.undo()
    session.undo()
    assert session.document == start


def test_the_menu_starts_a_formula_where_there_is_no_line(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, residual(), "stage")
    session.select(["conv1"])
    form = panel.node.form
    form.write_formula("bias")
    assert form.row("bias").bound.isVisible()
    write(form.row("bias").bound.edit, "= width")
    assert session.graph["conv1"].params["bias"] == "= width"


def test_outside_of_blocks_nothing_can_be_promoted(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, residual())
    session.select(["stage"])
    assert not panel.node.form.row("width").more.isVisible()


def test_a_default_that_depends_on_another_value_is_shown_as_it_is_here(qtbot: QtBot) -> None:
    panel, session = opened(qtbot, residual())
    session.select(["stage"])
    edit = panel.node.form.row("middle").field.findChild(QLineEdit)
    assert edit is not None
    assert edit.text() == "8"
    session.apply(SetParams("stage", {"width": 40}), "Set")
    assert edit.text() == "20"
    assert not panel.node.form.row("middle").reset.isEnabled()

"""Problems with their ways out, and the document as Python."""

from __future__ import annotations

from collections.abc import Callable

from pygments.lexers.python import PythonLexer
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.panels import ProblemsPanel, SourcePanel
from app.panels.problem_row import ProblemRow
from app.panels.python_colours import lines_of, spans
from app.theme import theme
from engine.analysis import Diagnostic, Fix
from engine.graph import AddNode, Disconnect, Document, Node, RemoveNode, SetParams
from engine.source import python_source
from tests.support.editing import current, digits_net, editor_of

Front = Callable[[QWidget], None]


def test_a_long_fix_is_cut_short_where_there_is_no_room(qtbot: QtBot) -> None:
    fix = Fix("Insert Conv 2d (1×1, 64) into a_very_long_name.out → another_name.in", RemoveNode("a"))
    row = ProblemRow(Diagnostic("error", "shape", "Wrong.", fixes=(fix,)), lambda _fix: None, place=False)
    qtbot.addWidget(row)
    (button,) = row.buttons
    assert row.minimumSizeHint().width() < 200 < button.sizeHint().width()
    assert fix.title.partition("→")[0] in button.toolTip()


def test_problems_are_counted_listed_and_mended(qtbot: QtBot, in_front: Front) -> None:
    editor = editor_of(digits_net())
    session = current(editor)
    panel = ProblemsPanel(editor)
    in_front(panel)
    assert panel.rows == []
    with qtbot.waitSignal(panel.count_changed) as counted:
        session.apply(SetParams("conv", {"out_channels": 0}), "Break")
    assert counted.args == [1, 0]
    (row,) = panel.rows
    assert row.diagnostic.node == "conv"
    with qtbot.waitSignal(panel.count_changed) as counted:
        qtbot.mouseClick(row.buttons[0], Qt.MouseButton.LeftButton)
    assert counted.args[0] == 0
    assert session.analysis.ok
    assert session.history.done[-1].title == row.diagnostic.fixes[0].title


def test_a_problem_leads_to_its_node_by_mouse_and_keyboard(qtbot: QtBot, in_front: Front) -> None:
    editor = editor_of(digits_net())
    session = current(editor)
    panel = ProblemsPanel(editor)
    in_front(panel)
    session.apply(Disconnect(session.graph.incoming("hidden")[0]), "Break")
    row = next(row for row in panel.rows if row.diagnostic.node == "hidden")
    for act in (
        lambda: qtbot.mouseClick(row, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(row, Qt.Key.Key_Return),
    ):
        session.select([])
        with qtbot.waitSignal(panel.node_activated) as gone:
            act()
        assert gone.args == ["hidden"]
        assert session.selection == ("hidden",)


def test_counts_come_while_the_panel_is_hidden(qtbot: QtBot) -> None:
    editor = editor_of(digits_net())
    panel = ProblemsPanel(editor)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.count_changed) as counted:
        current(editor).apply(SetParams("conv", {"out_channels": 0}), "Break")
    assert counted.args == [1, 0]
    assert panel.rows == []


def test_the_source_is_printed_and_follows_edits(qtbot: QtBot, in_front: Front) -> None:
    editor = editor_of(digits_net())
    session = current(editor)
    panel = SourcePanel(editor)
    in_front(panel)
    qtbot.waitUntil(lambda: panel.text.toPlainText() == python_source(session.document, session.catalog))
    session.apply(SetParams("hidden", {"out_features": 77}), "Widen")
    qtbot.waitUntil(lambda: "out_features=77" in panel.text.toPlainText())


def test_a_broken_graph_says_why_and_keeps_the_last_source(qtbot: QtBot, in_front: Front) -> None:
    editor = editor_of(digits_net())
    session = current(editor)
    panel = SourcePanel(editor)
    in_front(panel)
    qtbot.waitUntil(lambda: "class Net" in panel.text.toPlainText())
    session.apply(SetParams("conv", {"out_channels": 0}), "Break")
    qtbot.waitUntil(panel.fault.isVisible)
    assert "out_channels must be at least 1" in panel.fault.text()
    assert not panel.text.isEnabled()
    assert not panel.copy.isEnabled()
    session.undo()
    qtbot.waitUntil(lambda: not panel.fault.isVisible())
    assert panel.text.isEnabled()


def test_selected_nodes_stand_out(qtbot: QtBot, in_front: Front) -> None:
    editor = editor_of(digits_net())
    panel = SourcePanel(editor)
    in_front(panel)
    qtbot.waitUntil(lambda: "class Net" in panel.text.toPlainText())
    current(editor).select(["conv"])
    lines = [mark.cursor.block().text().strip() for mark in panel.text.extraSelections()]
    assert lines
    assert all("conv" in line for line in lines)
    assert any(line.startswith("self.conv = nn.Conv2d(") for line in lines)


def test_copying_gives_the_whole_source(qtbot: QtBot, in_front: Front) -> None:
    editor = editor_of(digits_net())
    panel = SourcePanel(editor)
    in_front(panel)
    qtbot.waitUntil(lambda: "class Net" in panel.text.toPlainText())
    with qtbot.waitSignal(editor.noticed):
        qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == panel.text.toPlainText()


def test_colours_follow_the_scheme(qtbot: QtBot, qapp: QApplication, in_front: Front) -> None:
    editor = editor_of(digits_net())
    panel = SourcePanel(editor)
    in_front(panel)
    qtbot.waitUntil(lambda: "class Net" in panel.text.toPlainText())
    for scheme in ("dark", "light"):
        theme.apply(qapp, scheme)  # type: ignore[arg-type]
        block = panel.text.document().find("class Net").block()
        colours = [span.format.foreground().color() for span in block.layout().formats()]
        assert colours == [theme.color("code_keyword"), theme.color("code_name")]


def test_spans_go_over_lines() -> None:
    lines = spans(PythonLexer(stripnl=False, ensurenl=False), 'x = """a\nb"""\nreturn 12')
    text, word, number = "code_string", "code_keyword", "code_number"
    assert lines == [
        [(4, 3, text), (7, 1, text)],
        [(0, 1, text), (1, 3, text)],
        [(0, 6, word), (7, 2, number)],
    ]


def test_lines_of_a_name_are_not_those_of_a_longer_one() -> None:
    text = "self.conv = 1\nself.conv2 = 2\nx = self.conv(y)\nconv = 3\nunconv = 4"
    assert lines_of(text, {"conv"}) == [0, 2, 3]
    assert lines_of(text, set()) == []


def test_it_is_said_how_far_a_good_document_is(qtbot: QtBot, in_front: Front) -> None:
    editor = editor_of(Document())
    panel = ProblemsPanel(editor)
    in_front(panel)
    assert said(panel) == ["Nothing is drawn yet."]
    current(editor).apply(AddNode(Node("image", "input")), "Add")
    qtbot.waitUntil(lambda: said(panel) == ["No problems so far. A loss is needed to train."])
    editor.new(digits_net())
    qtbot.waitUntil(lambda: said(panel) == ["No problems: this document can be trained."])


def said(panel: ProblemsPanel) -> list[str]:
    """The sentences that the panel shows."""
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]

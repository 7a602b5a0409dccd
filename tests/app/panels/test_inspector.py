"""The inspector: what is selected, edited through steps of the history."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.panels import InspectorPanel
from app.panels.live_view import images
from app.panels.problem_row import ProblemRow
from app.state import EditorState, RunData, Session
from app.theme import heat
from engine.errors import ParamError
from engine.graph import AddNode, Disconnect, Node, SetParams
from engine.messages.frames import FeatureMaps, LayerNorms
from tests.support.editing import current, digits_net, editor_of

Front = Callable[[QWidget], None]


def inspector(in_front: Front, *selected: str) -> tuple[InspectorPanel, Session]:
    """An inspector of the digits net with nodes selected."""
    editor = editor_of(digits_net())
    session = current(editor)
    session.select(selected)
    panel = InspectorPanel(editor)
    in_front(panel)
    return panel, session


def type_into(qtbot: QtBot, widget: QWidget | None, text: str) -> None:
    """Click, replace the text, Enter."""
    assert isinstance(widget, QLineEdit)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
    widget.selectAll()
    qtbot.keyClicks(widget, text)
    qtbot.keyClick(widget, Qt.Key.Key_Return)


def test_a_node_shows_shapes_cost_and_weights(in_front: Front) -> None:
    """Figures by hand: 5×5 window on one channel, 6 filters, 24×24 outputs of float32."""
    panel, _ = inspector(in_front, "conv")
    page = panel.node
    assert (page.name.text(), page.kind.text()) == ("conv", "Conv 2d · Convolution")
    assert page.shapes.texts() == ["N×1×28×28   N C H W", "N×6×24×24   N C H W"]
    assert page.cost.texts() == ["156", "173 kFLOP", "13.5 KiB"]
    assert page.weights.texts() == ["6×1×5×5   150", "6   6"]
    assert 2 * 25 * 6 * 24 * 24 == 172_800
    assert 6 * 24 * 24 * 4 / 1024 == 13.5


def test_editing_a_parameter_is_one_step_and_undo_shows_the_old_value(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front, "hidden")
    field = panel.node.form.field("out_features").focusProxy()
    type_into(qtbot, field, "16*4")
    assert session.graph["hidden"].params["out_features"] == 64
    assert panel.node.weights.texts() == ["64×3456   221,184", "64   64"]
    assert [step.title for step in session.history.done] == ["Set out_features of hidden"]
    session.undo()
    assert isinstance(field, QLineEdit)
    assert field.text() == "20"


def test_a_drag_is_one_step(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front, "hidden")
    for value in (21, 22, 23):
        panel.node.form.value_changed.emit("out_features", value, "out_features#1")
    panel.node.form.value_changed.emit("out_features", 30, "out_features#2")
    assert len(session.history.done) == 2
    session.undo()
    assert session.graph["hidden"].params["out_features"] == 23


def test_reset_goes_back_to_the_default(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front, "conv")
    qtbot.mouseClick(panel.node.form.row("kernel_size").reset, Qt.MouseButton.LeftButton)
    assert "kernel_size" not in session.graph["conv"].params


def test_renaming_and_its_refusal(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front, "conv")
    type_into(qtbot, panel.node.name, "scores")
    assert panel.node.name_error.text() == 'There is already a node "scores".'
    assert panel.node.name.property("fault") is True
    type_into(qtbot, panel.node.name, "strokes")
    assert "strokes" in session.graph
    assert session.selection == ("strokes",)
    assert (panel.node.name.text(), panel.node.name_error.text()) == ("strokes", "")


def test_an_error_stands_at_its_field_and_its_fix_mends_it(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front, "conv")
    session.apply(SetParams("conv", {"groups": 4}), "Break")
    rule = next(d for d in session.analysis.of("conv") if d.param == "groups")
    assert isinstance(session.catalog["conv2d"].problems({"out_channels": 6, "groups": 4})[0], ParamError)
    assert panel.node.form.error("groups") == rule.message
    button = panel.node.form.row("groups").fixes[0]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.analysis.ok
    assert panel.node.form.error("groups") == ""


def test_a_problem_without_a_field_stands_above(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front, "hidden")
    session.apply(Disconnect(session.graph.incoming("hidden")[0]), "Cut")
    (row,) = panel.node.findChildren(ProblemRow)
    qtbot.waitUntil(row.isVisible)
    assert row.diagnostic == session.analysis.of("hidden")[0]
    session.undo()
    qtbot.waitUntil(lambda: not panel.node.findChildren(ProblemRow))


def test_several_nodes_edit_what_they_share_as_one_step(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front, "hidden", "scores")
    form = panel.nodes.form
    assert form.names[:2] == ("out_features", "bias")
    field = form.field("out_features").focusProxy()
    assert isinstance(field, QLineEdit)
    assert (field.text(), field.placeholderText()) == ("", "mixed")
    type_into(qtbot, field, "12")
    assert [session.graph[id].params["out_features"] for id in ("hidden", "scores")] == [12, 12]
    assert len(session.history.done) == 1
    qtbot.mouseClick(form.row("out_features").reset, Qt.MouseButton.LeftButton)
    assert all("out_features" not in session.graph[id].params for id in ("hidden", "scores"))


def test_nodes_that_share_nothing_say_so(in_front: Front) -> None:
    panel, _ = inspector(in_front, "relu", "conv")
    assert panel.nodes.none.isVisible()
    assert not panel.nodes.params.isVisible()


def test_nothing_selected_shows_the_document(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front)
    page = panel.document
    assert page.totals.texts()[:2] == [str(len(session.graph)), f"{session.analysis.parameters:,}"]
    type_into(qtbot, page.title, "Better <b>digits</b>")
    assert session.document.title == "Better <b>digits</b>"
    page.notes.setFocus()
    qtbot.keyClicks(page.notes, "Why.")
    page.title.setFocus()
    assert session.document.notes == "Why."


def test_notes_of_a_node_are_kept(qtbot: QtBot, in_front: Front) -> None:
    panel, session = inspector(in_front, "conv")
    panel.node.note.setFocus()
    qtbot.keyClicks(panel.node.note, "Strokes.")
    panel.node.name.setFocus()
    assert session.graph["conv"].notes == "Strokes."
    assert session.graph["conv"].params == {"out_channels": 6, "kernel_size": 5}


def test_an_unknown_kind_is_kept_and_named(in_front: Front) -> None:
    panel, session = inspector(in_front)
    session.apply(AddNode(Node("odd", "warp_drive", {"speed": 9})), "Add")
    session.select(["odd"])
    assert panel.node.kind.text() == "warp_drive, a kind that is not installed"
    assert panel.node.form.names == ()


def test_live_values_of_the_shown_run(in_front: Front) -> None:
    panel, session = inspector(in_front, "conv")
    assert not panel.node.live_section.isVisible()
    runs = live_run(panel.editor, session)
    runs.add(maps_of("conv", count=6))
    runs.add(LayerNorms(step=1, nodes=["conv"], gradients=[0.25], ratios=[0.001]))
    panel.editor.runs.frames_arrived.emit([])
    assert panel.node.live_section.isVisible()
    assert panel.node.live.facts.texts() == ["-1 to 2", "0.25", "0.001 of the weights"]
    session.select(["hidden"])
    assert not panel.node.live_section.isVisible()


def test_maps_become_pictures_of_their_bytes() -> None:
    found = images(maps_of("conv", count=3))
    assert len(found) == 3
    assert [found[1].pixelColor(x, 0).rgb() for x in range(4)] == list(heat()[16:20])
    assert images(FeatureMaps(**{**fields_of("conv", 3), "pixels": b"short"})) == []


def test_it_waits_while_it_is_hidden(in_front: Front) -> None:
    panel, session = inspector(in_front, "conv")
    panel.hide()
    session.select(["hidden"])
    assert panel.node.name.text() == "conv"
    panel.show()
    assert panel.node.name.text() == "hidden"


def live_run(editor: EditorState, session: Session) -> RunData:
    """A run of the session that is shown."""
    editor.runs.show_for(session, "run")
    assert editor.runs.data is not None
    return editor.runs.data


def fields_of(node: str, count: int) -> dict[str, object]:
    """Fields of maps whose bytes count up."""
    pixels = bytes(range(count * 16))
    return {
        "step": 1,
        "node": node,
        "sample": 0,
        "shape": (count, 4, 4),
        "count": count,
        "height": 4,
        "width": 4,
        "low": -1.0,
        "high": 2.0,
        "pixels": pixels,
    }


def maps_of(node: str, count: int) -> FeatureMaps:
    """Maps of 4×4 pixels."""
    return FeatureMaps(**fields_of(node, count))  # type: ignore[arg-type]

"""The palette: every kind can be found, read about and added."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from app.panels import MIME, PalettePanel
from app.panels.kind_drag import pack, unpack
from app.panels.palette import CATEGORY, KIND
from engine.graph import AddNode, Node
from engine.nodes import standard_catalog
from tests.support.editing import current, digits_net, editor_of
from tests.support.tiny import Weigh

Front = Callable[[QWidget], None]


def items(panel: PalettePanel) -> list[QTreeWidgetItem]:
    """All kinds shown."""
    tree = panel.tree
    tops = [top for row in range(tree.topLevelItemCount()) if (top := tree.topLevelItem(row))]
    return [item for top in tops for item in [top, *(top.child(row) for row in range(top.childCount()))] if item]


def kinds(panel: PalettePanel) -> list[str]:
    """Ids of all kinds shown, blocks of the library left out."""
    return [kind for item in items(panel) if (kind := item.data(0, KIND)) and ":" not in kind]


def test_every_kind_stands_below_its_category(in_front: Front) -> None:
    panel = PalettePanel(editor_of())
    in_front(panel)
    assert sorted(kinds(panel)) == sorted(kind.id for kind in standard_catalog())
    for item in items(panel):
        if item.data(0, KIND) in standard_catalog():
            assert (
                item.parent().text(0) == item.data(0, CATEGORY) == standard_catalog()[item.data(0, KIND)].category
            )
            assert not item.icon(0).isNull()
            assert item.toolTip(0)


def test_kinds_for_other_numbers_of_axes_stand_together(in_front: Front) -> None:
    panel = PalettePanel(editor_of())
    in_front(panel)
    shown = kinds(panel)
    at = shown.index("conv1d")
    assert shown[at : at + 3] == ["conv1d", "conv2d", "conv3d"]


def test_search_finds_by_alias_and_enter_adds_with_parameters(qtbot: QtBot, in_front: Front) -> None:
    panel = PalettePanel(editor_of())
    in_front(panel)
    qtbot.keyClicks(panel.field, "fc 64")
    assert kinds(panel)[0] == "dense"
    with qtbot.waitSignal(panel.kind_activated) as added:
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert added.args == ["dense", {"out_features": 64}]


def test_arrows_walk_through_what_was_found_and_escape_clears(qtbot: QtBot, in_front: Front) -> None:
    panel = PalettePanel(editor_of())
    in_front(panel)
    qtbot.keyClicks(panel.field, "pool")
    qtbot.keyClick(panel.field, Qt.Key.Key_Down)
    assert panel.tree.currentItem().data(0, KIND) == kinds(panel)[1]
    assert panel.card.isVisible()
    qtbot.keyClick(panel.field, Qt.Key.Key_Escape)
    assert (panel.field.text(), len(kinds(panel))) == ("", len(standard_catalog()))


def test_nothing_found_is_said(qtbot: QtBot, in_front: Front) -> None:
    panel = PalettePanel(editor_of())
    in_front(panel)
    qtbot.keyClicks(panel.field, "qqqqqq")
    (only,) = items(panel)
    assert only.text(0) == "Nothing is called “qqqqqq”"
    with qtbot.assertNotEmitted(panel.kind_activated):
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)


def test_double_click_adds_and_a_click_on_a_category_folds(qtbot: QtBot, in_front: Front) -> None:
    panel = PalettePanel(editor_of())
    in_front(panel)
    tree = panel.tree
    top = items(panel)[0]
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(top).center())
    assert not top.isExpanded()
    other = next(item for item in items(panel) if item.parent() and item.parent().isExpanded())
    place = tree.visualItemRect(other).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(panel.kind_activated) as added:
        qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert added.args == [other.data(0, KIND), {}]


def test_what_is_added_anyhow_becomes_recent(in_front: Front) -> None:
    editor = editor_of(digits_net())
    panel = PalettePanel(editor)
    in_front(panel)
    current(editor).apply(AddNode(Node("extra", "relu")), "Add")
    current(editor).apply(AddNode(Node("drop", "dropout")), "Add")
    assert panel.recents == ("dropout", "relu")
    assert items(panel)[0].text(0) == "Recent"
    assert kinds(panel)[:2] == ["dropout", "relu"]


def test_kinds_travel_as_mime_data() -> None:
    data = pack("conv2d")
    assert data.formats() == [MIME] == ["application/x-neuroloom-kind"]
    assert unpack(data) == "conv2d"


def test_tool_tips_show_markup_of_a_kind_as_text(in_front: Front) -> None:
    editor = editor_of()

    class Sly(Weigh):
        """A <img src=x> kind."""

        id, title = "sly", "Sly"

    editor.catalog = type(editor.catalog)()
    editor.catalog.add(Sly)
    panel = PalettePanel(editor)
    in_front(panel)
    sly = next(item for item in items(panel) if item.data(0, KIND) == "sly")
    assert "&lt;img" in sly.toolTip(0)
    panel.tree.setCurrentItem(sly)
    assert panel.card.isVisible()

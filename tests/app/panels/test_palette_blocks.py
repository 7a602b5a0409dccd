"""Blocks in the palette: the document's, those that come along, the user's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from app.panels import PalettePanel
from app.panels.palette import KIND
from app.panels.palette_kinds import HERE, LIBRARY, OWN, menu_for, retitle
from app.settings import library
from app.state import EditorState, Level, edits
from app.state.copying import taken_along
from engine.analysis import analyse
from engine.graph import AddNode, Connect, Document, Edge, Node, SetBlock, kind_of
from tests.support.blocks import nested, residual
from tests.support.editing import current, editor_of

Front = Callable[[QWidget], None]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROLOOM_HOME", str(tmp_path))


def opened(in_front: Front, document: Document) -> tuple[PalettePanel, EditorState]:
    editor = editor_of(document)
    panel = PalettePanel(editor)
    in_front(panel)
    return panel, editor


def section(panel: PalettePanel, title: str) -> dict[str, str]:
    """The entries of a section: id by title."""
    for row in range(panel.tree.topLevelItemCount()):
        item = panel.tree.topLevelItem(row)
        if item is not None and item.text(0) == title:
            children = (item.child(place) for place in range(item.childCount()))
            return {child.text(0): child.data(0, KIND) for child in children if child is not None}
    return {}


def choose(editor: EditorState, id: str, start: str, panel: QWidget) -> None:
    menu = menu_for(editor, id, panel, lambda: None)
    assert menu is not None
    next(action for action in menu.actions() if action.text().startswith(start)).trigger()


def test_the_documents_blocks_are_listed_and_follow_it(in_front: Front) -> None:
    panel, editor = opened(in_front, nested().document)
    session = current(editor)
    assert section(panel, HERE) == {"Residual": "block:residual", "Stage": "block:stage"}
    block = session.document.block("stage")
    session.apply(SetBlock("stage", type(block)("Tower", params=block.params)), "Rename")
    assert "Tower" in section(panel, HERE)
    editor.new(Document())
    assert section(panel, HERE) == {}


def test_a_block_is_edited_deleted_when_placed_nowhere_and_comes_back(in_front: Front) -> None:
    panel, editor = opened(in_front, residual().document)
    session = current(editor)
    choose(editor, "block:residual", "Edit", panel)
    assert session.level == Level(("stage",))
    menu = menu_for(editor, "block:residual", panel, lambda: None)
    assert menu is not None
    assert [(action.text(), action.isEnabled()) for action in menu.actions()][-1] == ("Delete (placed 1×)", False)
    session.go(Level())
    session.draw(edits.delete(["stage"]), "Delete")
    assert section(panel, HERE) == {"Residual": "block:residual"}
    choose(editor, "block:residual", "Edit", panel)
    assert session.level == Level((), "residual")
    choose(editor, "block:residual", "Delete", panel)
    assert (session.level, section(panel, HERE)) == (Level(), {})
    session.undo()
    assert section(panel, HERE) == {"Residual": "block:residual"}


def test_blocks_that_come_along_are_sound() -> None:
    bundled = [block for block in library.library() if not block.own]
    assert {"residual_basic", "residual_bottleneck", "squeeze_excite"} <= {block.kind.graph for block in bundled}
    for block in bundled:
        assert block.kind.help(), block.id
        assert block.kind.block.notes.count("\n") >= 1, "a line of help, and the source"


@pytest.mark.parametrize(
    ("name", "params", "parameters"),
    [
        ("residual_basic", {"width": 16}, 2 * 16 * 16 * 9 + 4 * 16),
        ("residual_bottleneck", {"width": 4}, 2 * 16 * 4 + 4 * 4 * 9 + 2 * (4 + 4 + 16)),
        ("squeeze_excite", {"width": 16, "reduction": 4}, 16 * 4 + 4 + 4 * 16 + 16),
    ],
)
def test_a_block_that_comes_along_has_as_many_weights_as_its_paper_says(
    name: str, params: dict[str, int], parameters: int
) -> None:
    block = library.find(f"library:{name}")
    assert block is not None
    document = Document()
    for edit in taken_along(document, block.drawings)[0]:
        document.apply(edit)
    document.apply(AddNode(Node("x", "input", {"shape": [16, 8, 8]})))
    document.apply(AddNode(Node("block", kind_of(name), params)))
    document.apply(Connect(Edge("x", "out", "block", "in")))
    analysis = analyse(document)
    assert analysis.ok
    assert analysis.nodes["block"].outputs["out"].sizes == ("N", 16, 8, 8)
    assert analysis.parameters == parameters


def test_ones_own_library_takes_nested_blocks_along_and_lets_them_go(in_front: Front) -> None:
    panel, editor = opened(in_front, nested().document)
    choose(editor, "block:stage", "Save to my library", panel)
    assert section(panel, OWN) == {"Stage": "own:stage"}
    block = library.find("own:stage")
    assert block is not None
    assert set(block.drawings) == {"stage", "residual"}
    choose(editor, "own:stage", "Remove", panel)
    assert section(panel, OWN) == {}
    assert list(library.own_folder().glob("*.loom~"))


def test_a_file_that_cannot_be_read_is_left_out(in_front: Front) -> None:
    library.own_folder().mkdir(parents=True)
    (library.own_folder() / "broken.loom").write_text("{")
    panel, _ = opened(in_front, Document())
    assert section(panel, OWN) == {}
    assert "Residual bottleneck" in section(panel, LIBRARY)


def test_search_finds_blocks_of_the_library(in_front: Front) -> None:
    panel, editor = opened(in_front, Document())
    asked: list[tuple[str, object]] = []
    panel.kind_activated.connect(lambda kind, params: asked.append((kind, params)))
    panel.field.setText("residual bottleneck")
    panel.field.returnPressed.emit()
    assert asked == [("library:residual_bottleneck", {})]
    assert menu_for(editor, "library:residual_bottleneck", panel, lambda: None) is None


def test_a_block_gets_another_title_in_the_palette(in_front: Front) -> None:
    panel, editor = opened(in_front, residual().document)
    retitle(editor, "block:residual", "Skip")
    assert current(editor).document.block("residual").title == "Skip"
    assert section(panel, HERE) == {"Skip": "block:residual"}
    retitle(editor, "block:residual", "  ")
    assert len(current(editor).history.done) == 1

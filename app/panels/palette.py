"""The palette: every kind of node, to search, read about and drag onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.panels.kind_card import KindCard, kind_tip
from app.panels.kind_drag import pack
from app.panels.palette_kinds import Listed, menu_for, retitle, searched, sections, signature
from app.panels.panel import SessionPanel
from app.panels.parts import Sign, scrolling
from app.settings import library
from app.state import EditorState
from app.theme import theme
from engine.catalog import NodeKind
from engine.catalog.search import search
from engine.graph import Changes

KIND = Qt.ItemDataRole.UserRole
CATEGORY = Qt.ItemDataRole.UserRole + 1
PARAMS = Qt.ItemDataRole.UserRole + 2
RECENTS = 6
STRIPE = 3

Index = QModelIndex | QPersistentModelIndex


class KindTree(QTreeWidget):
    """Kinds below their categories. A kind can be dragged out; Enter adds it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the end tells 1d from 2d
        self.setIconSize(QSize(16, 16))
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setExpandsOnDoubleClick(False)
        self.setItemDelegate(StripeDelegate(self))
        self.setAccessibleName("Kinds of nodes")

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: ARG002 - a kind is always copied
        item = self.currentItem()
        kind = item.data(0, KIND) if item else ""
        if item is None or not kind:
            return
        drag = QDrag(self)
        drag.setMimeData(pack(kind))
        drag.setPixmap(item.icon(0).pixmap(QSize(28, 28), self.devicePixelRatioF()))
        drag.exec(Qt.DropAction.CopyAction)


class StripeDelegate(QStyledItemDelegate):
    """Draws the category's colour as a thin stripe before a kind."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        category = index.data(CATEGORY)
        if category:
            box: QRect = option.rect
            stripe = QRect(box.left() - STRIPE - 2, box.top() + 4, STRIPE, box.height() - 8)
            painter.fillRect(stripe, theme.category(category))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), 26)


class PalettePanel(SessionPanel):
    """The palette.

    Signals:
        kind_activated(str, object): add a node of this kind, with these parameters (a dict).
    """

    kind_activated = Signal(str, object)

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(editor, parent)
        self.setAccessibleName("Palette")
        self._recents: list[str] = []
        self.field = SearchLine(self)
        self.tree = KindTree(self)
        self.card = KindCard(self)
        self._about = scrolling(self.card)
        self._about.hide()
        self._lay_out()
        self.field.textChanged.connect(lambda _: self._fill())
        self.field.moved.connect(self._move)
        self.field.returnPressed.connect(lambda: self._activate(self.tree.currentItem()))
        self.tree.itemActivated.connect(lambda item, _: self._activate(item))
        self.tree.itemClicked.connect(self._clicked)
        self.tree.currentItemChanged.connect(lambda item, _: self._describe(item))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.itemChanged.connect(lambda item, _: self._renamed(item))
        self.tree.customContextMenuRequested.connect(self._open_menu)
        editor.library_changed.connect(self.renew)
        self._signature: object = None
        self.begin()
        self.refresh()

    @property
    def recents(self) -> tuple[str, ...]:
        """Kinds added last, newest first."""
        return tuple(self._recents)

    def set_recents(self, kinds: tuple[str, ...]) -> None:
        """Show these kinds as those added last."""
        self._recents = [kind for kind in kinds if kind in self.editor.catalog][:RECENTS]
        if not self.field.text():
            self._fill()

    def refresh(self) -> None:
        """Show the kinds as they are, where blocks came, went or are called otherwise."""
        wanted = signature(self.session)
        if wanted != self._signature:
            self._signature = wanted
            self._fill()

    def document_changed(self, changes: Changes) -> None:
        """A node added anyhow makes its kind a recent one."""
        session = self.session
        added = [id for part in changes.of(session.graph_name) for id in part.added] if session else []
        kinds = [session.graph[id].kind for id in added if session and id in session.graph]
        if kinds and kinds[-1:] != self._recents[:1]:
            self.set_recents(tuple(dict.fromkeys([*reversed(kinds), *self._recents])))

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self.tree)
        split.addWidget(self._about)
        split.setSizes([420, 290])
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 0)
        whole.setSpacing(6)
        whole.addWidget(self.field)
        whole.addWidget(split, 1)

    def _fill(self) -> None:
        text = self.field.text().strip()
        folded, down = self._folded(), self.tree.verticalScrollBar().value()
        self.tree.clear()
        if text:
            self._fill_found(text)
            return
        if self._recents:
            self._branch("Recent", {id: self.editor.catalog[id] for id in self._recents}, folded)
        for title, kinds in sections(self.editor.catalog, self.session).items():
            self._branch(title, kinds, folded)
        self.tree.verticalScrollBar().setValue(down)

    def _fill_found(self, text: str) -> None:
        catalog, called = searched(self.editor.catalog, self.session)
        for match in search(catalog, text, recents=self._recents):
            item = self._item(called.get(match.kind.id, match.kind.id), match.kind)
            item.setData(0, PARAMS, match.params)
            self.tree.addTopLevelItem(item)
        first = self.tree.topLevelItem(0)
        if first is not None:
            self.tree.setCurrentItem(first)
        else:
            nothing = QTreeWidgetItem([f"Nothing is called “{text}”"])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.tree.addTopLevelItem(nothing)

    def _branch(self, title: str, kinds: Listed, folded: set[str]) -> None:
        branch = QTreeWidgetItem([title])
        branch.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        branch.setFont(0, theme.font(bold=True))
        branch.addChildren([self._item(id, kind) for id, kind in kinds.items()])
        self.tree.addTopLevelItem(branch)
        branch.setExpanded(title not in folded)

    def _item(self, id: str, kind: type[NodeKind]) -> QTreeWidgetItem:
        item = QTreeWidgetItem([kind.title])
        item.setIcon(0, theme.icon(kind.icon, f"category:{kind.category}"))
        item.setData(0, KIND, id)
        item.setData(0, CATEGORY, kind.category)
        item.setToolTip(0, kind_tip(kind))
        return item

    def _folded(self) -> set[str]:
        branches = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        return {item.text(0) for item in branches if item and item.childCount() and not item.isExpanded()}

    def _clicked(self, item: QTreeWidgetItem) -> None:
        if item.childCount():
            item.setExpanded(not item.isExpanded())

    def _describe(self, item: QTreeWidgetItem | None) -> None:
        kind = self._kind(item.data(0, KIND) or "") if item else None
        self._about.setVisible(kind is not None)
        if kind is not None:
            self.card.show_kind(kind)

    def _kind(self, id: str) -> type[NodeKind] | None:
        block = library.find(id)
        if block is not None:
            return block.kind
        return (self.session.catalog if self.session is not None else self.editor.catalog).get(id)

    def _open_menu(self, at: QPoint) -> None:
        item = self.tree.itemAt(at)
        if item is None:
            return
        menu = menu_for(self.editor, item.data(0, KIND) or "", self, lambda: self._rename(item))
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.tree.viewport().mapToGlobal(at))

    def _rename(self, item: QTreeWidgetItem) -> None:
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self.tree.editItem(item)

    def _renamed(self, item: QTreeWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEditable:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            retitle(self.editor, item.data(0, KIND) or "", item.text(0))

    def _move(self, by: int) -> None:
        place = self.tree.currentIndex()
        below = self.tree.indexBelow(place) if by > 0 else self.tree.indexAbove(place)
        if below.isValid():
            self.tree.setCurrentIndex(below)

    def _activate(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        kind = item.data(0, KIND)
        if kind:
            self.kind_activated.emit(kind, dict(item.data(0, PARAMS) or {}))
        elif item.childCount():
            item.setExpanded(not item.isExpanded())


class SearchLine(QLineEdit):
    """The search field; up and down move through what was found.

    Signals:
        moved(int): a row up (-1) or down (1).
    """

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Search kinds: conv, dense, relu …")
        self.setClearButtonEnabled(True)
        self.setAccessibleName("Search kinds")
        self.setTextMargins(20, 0, 0, 0)
        self._sign = Sign("magnify", "muted", 16, self)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._sign.move(7, (self.height() - 16) // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

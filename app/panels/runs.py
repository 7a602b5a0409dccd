"""The runs panel: every training there was, the newest first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QIcon, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QStackedLayout, QTableView, QWidget

from app.panels import figures
from app.panels.parts import label
from app.panels.resuming import DESIGN, design_of, resume
from app.state import EditorState
from app.state.runs import LIVE
from app.theme import theme, tip
from engine.messages.protocol import RunInfo

COLUMNS = ("Run", "Started", "Epoch", "Best", "Device")
SIGNS = {
    "starting": ("timer-sand", "info"),
    "running": ("play-circle", "accent"),
    "paused": ("pause-circle", "warning"),
    "finished": ("check-circle", "success"),
    "stopped": ("stop-circle", "muted"),
    "failed": ("alert-circle", "error"),
    "dead": ("skull", "error"),
}

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class RunsModel(QAbstractTableModel):
    """Runs as rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._infos: list[RunInfo] = []
        self._shown = ""

    def show_runs(self, infos: list[RunInfo], shown: str) -> None:
        """Show these runs; rows stay where only their content changed, so that the selection does too."""
        same = [info.run for info in infos] == [info.run for info in self._infos]
        if not same:
            self.beginResetModel()
        self._infos, self._shown = infos, shown
        if not same:
            self.endResetModel()
        elif infos:
            self.dataChanged.emit(self.index(0, 0), self.index(len(infos) - 1, len(COLUMNS) - 1))

    def info(self, row: int) -> RunInfo:
        """The run of a row."""
        return self._infos[row]

    def row(self, run: str) -> int:
        """The row of a run, -1 where there is none."""
        return next((row for row, info in enumerate(self._infos) if info.run == run), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._infos)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return COLUMNS[section]
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        info = self._infos[index.row()]
        if role == Role.DisplayRole:
            return cells(info)[index.column()]
        if role == Role.ToolTipRole:
            return tip(info.name, f"{info.status} at step {info.step:,}", info.message, info.run)
        if role == Role.DecorationRole and index.column() == 0:
            return _sign(info.status)
        if role == Role.FontRole and info.run == self._shown and index.column() == 0:
            return theme.font(bold=True)
        if role == Role.AccessibleTextRole and index.column() == 0:
            return f"{info.name}, {info.status}"
        return None


class RunsPanel(QWidget):
    """The list of runs. A click shows a run's plots; the menu resumes, opens, deletes.

    Signals:
        run_activated(str): a run's plots are to be seen.
    """

    run_activated = Signal(str)

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Runs")
        self._editor = editor
        self.model, self.table = RunsModel(self), QTableView()
        self._empty = label("No runs yet. Train a document and its runs gather here.", muted=True, wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(12, 10, 12, 10)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._dress()
        self.table.clicked.connect(lambda index: self._show(index.row()))
        self.table.activated.connect(lambda index: self._show(index.row()))
        self.table.customContextMenuRequested.connect(self._open_menu)
        editor.runs.list_changed.connect(self.refresh)
        editor.runs.shown_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the runs as they are now."""
        runs = self._editor.runs
        self.model.show_runs(runs.infos, runs.data.run if runs.data else "")
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self._empty)

    def menu(self, info: RunInfo) -> QMenu:
        """What can be done with a run."""
        made = QMenu(self)
        live = info.status in LIVE
        there = Path(info.run, DESIGN).is_file()
        for title, icon, do, enabled in (
            ("Show its plots", "chart-line", lambda: self._show(self.model.row(info.run)), True),
            ("Resume from the last checkpoint", "play", lambda: self._resume(info), not live and there),
            ("Open its design as a new document", "file-document-outline", lambda: self._open_design(info), there),
            ("Show its folder", "folder-open-outline", lambda: _reveal(info), Path(info.run).is_dir()),
            ("Delete", "trash-can-outline", lambda: self._editor.runs.delete(info.run), not live),
        ):
            action = QAction(theme.icon(icon), title, made)
            action.setEnabled(enabled)
            action.triggered.connect(lambda _=False, do=do: do())
            made.addAction(action)
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.table.currentIndex()
        if event.key() == Qt.Key.Key_Menu and index.isValid():
            self._open_menu(self.table.visualRect(index).center())
        else:
            super().keyPressEvent(event)

    def _dress(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Runs, the newest first")
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(28)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(56)
        header.setMaximumSectionSize(180)

    def _show(self, row: int) -> None:
        if row < 0:
            return
        info, session = self.model.info(row), self._editor.current
        if session is not None:
            self._editor.runs.show_for(session, info.run)
        else:
            self._editor.runs.show(info.run)
        self.run_activated.emit(info.run)

    def _resume(self, info: RunInfo) -> None:
        resume(self._editor, info)

    def _open_design(self, info: RunInfo) -> None:
        document = design_of(self._editor, info)
        if document is not None:
            self._editor.new(document)

    def _open_menu(self, at: QPoint) -> None:
        index = self.table.indexAt(at)
        if index.isValid():
            menu = self.menu(self.model.info(index.row()))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.table.viewport().mapToGlobal(at))


def cells(info: RunInfo) -> tuple[str, ...]:
    """Name, when, epoch, best value and device of a run, as the table shows them."""
    epoch = f"{info.epoch}/{info.epochs}" if info.epochs else ""
    return (info.name or Path(info.run).name, figures.when(info.created), epoch, _best(info), info.device)


def _best(info: RunInfo) -> str:
    values = info.best or info.last
    wanted = f"val/{info.watched}"
    shown = wanted if wanted in values else next((name for name in values if name.startswith("val/")), "")
    return f"{shown.removeprefix('val/')} {values[shown]:.4g}" if shown else ""


def _sign(status: str) -> QIcon:
    return theme.icon(*SIGNS.get(status, ("help-circle-outline", "muted")))


def _reveal(info: RunInfo) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(info.run))

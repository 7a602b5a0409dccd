"""Actions bound to a window: one QAction each, in menus and under its keys, enabled when its rule says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.actions.action import Action, Child
from app.actions.host import Host
from app.actions.registry import MENUS, all_actions
from app.theme import theme, tip
from engine.errors import NeuroloomError


class BoundActions(QObject):
    """The actions of one window.

    Signals:
        ran(str): an action was run; its id.
    """

    ran = Signal(str)

    def __init__(self, host: Host, window: QWidget, canvas_area: QWidget) -> None:
        super().__init__(window)
        self._host, self._window, self._canvas_area = host, window, canvas_area
        self._q: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        self._due = QTimer(self, singleShot=True, interval=0)
        self._due.timeout.connect(self.refresh_now)
        for action in all_actions().values():
            self._q[action.id] = self._menu_entry(action) if action.children else self._entry(action)
        self.refresh_now()

    def __getitem__(self, id: str) -> QAction:
        return self._q[id]

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus."""
        for name in MENUS:
            menu = bar.addMenu(name)
            menu.setToolTipsVisible(True)
            group = 0
            for action in all_actions().values():
                if action.menu == name:
                    if action.group != group:
                        menu.addSeparator()
                        group = action.group
                    menu.addAction(self._q[action.id])
            menu.aboutToShow.connect(self.refresh_now)

    def refresh(self) -> None:
        """Something changed that rules may look at: look again when this turn is over."""
        if not self._due.isActive():
            self._due.start()

    def refresh_now(self) -> None:
        """Enable and tick what the rules say now."""
        for id, action in all_actions().items():
            entry = self._q[id]
            entry.setEnabled(action.enabled(self._host))
            if action.checked is not None:
                entry.setChecked(action.checked(self._host))

    def keys(self, action: Action) -> list[QKeySequence]:
        """The shortcuts of an action: the user's own, else its defaults."""
        own = self._host.settings.shortcuts.get(action.id)
        if own is None:
            return [QKeySequence(key) for key in action.keys]
        return [QKeySequence(own)] if own else []

    def run(self, action: Action) -> None:
        """Run an action where its rule allows it; what goes wrong is told, never raised."""
        if action.run is not None and action.enabled(self._host):
            self.guarded(action.run)
            self.ran.emit(action.id)
            self.refresh()

    def guarded(self, run: Callable[[Host], None]) -> None:
        """Do something for the user; an error of ours becomes a notification."""
        try:
            run(self._host)
        except NeuroloomError as error:
            self._host.editor.notify("error", str(error))

    def _entry(self, action: Action) -> QAction:
        entry = QAction(action.title, self)
        if action.icon:
            entry.setIcon(theme.icon(action.icon))
        entry.setObjectName(action.id)
        entry.setCheckable(action.checked is not None)
        keys = self.keys(action)
        entry.setShortcuts(keys)
        shown = keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        entry.setToolTip(tip(action.title.rstrip("…"), action.help, shortcut=shown))
        entry.setStatusTip(action.help)
        entry.triggered.connect(partial(self._triggered, action))
        if action.scope == "canvas":
            entry.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._canvas_area.addAction(entry)
        else:
            self._window.addAction(entry)
        return entry

    def _triggered(self, action: Action, _checked: bool = False) -> None:
        self.run(action)

    def _menu_entry(self, action: Action) -> QAction:
        menu = QMenu(action.title, self._window)
        menu.setToolTipsVisible(True)
        if action.icon:
            menu.setIcon(theme.icon(action.icon))
        menu.aboutToShow.connect(partial(self._fill_children, action, menu))
        self._menus[action.id] = menu
        entry = menu.menuAction()
        entry.setObjectName(action.id)
        entry.setStatusTip(action.help)
        return entry

    def _fill_children(self, action: Action, menu: QMenu) -> None:
        menu.clear()
        if action.children is None:
            return
        children = action.children(self._host)
        group = QActionGroup(menu)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        for child in children:
            entry = menu.addAction(child.title.replace("&", "&&"))
            entry.setToolTip(tip(child.help or child.title))
            if child.checked is not None:
                entry.setCheckable(True)
                entry.setChecked(child.checked)
                group.addAction(entry)
            entry.triggered.connect(partial(self._child_triggered, child))

    def _child_triggered(self, child: Child, _checked: bool = False) -> None:
        self.guarded(child.run)
        self.refresh()

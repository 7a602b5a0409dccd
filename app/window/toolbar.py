"""The toolbar: files and history on the left, the run's controls and its device on the right."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from app.actions import BoundActions
from app.state import EditorState, Session
from app.theme import theme, tip
from engine.graph import SetRecipe
from engine.recipe import Recipe

LEFT: Final = ("file.new", "file.open", "file.save", "", "edit.undo", "edit.redo", "", "graph.add", "graph.layout")
RUN: Final = ("run.train", "run.pause", "run.step", "run.stop")


class ToolBar(QToolBar):
    """Buttons of the actions used most."""

    def __init__(self, editor: EditorState, actions: BoundActions) -> None:
        super().__init__("Toolbar")
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._add(actions, LEFT)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        self._add(actions, RUN)
        self.addSeparator()
        self.device = DeviceButton(editor)
        self.addWidget(self.device)
        self._show_text(actions["run.train"])

    def _add(self, actions: BoundActions, ids: tuple[str, ...]) -> None:
        for id in ids:
            if id:
                self.addAction(actions[id])
                self._button(actions[id]).setAccessibleName(actions[id].text())
            else:
                self.addSeparator()

    def _show_text(self, action: QAction) -> None:
        self._button(action).setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _button(self, action: QAction) -> QToolButton:
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton), "a toolbar shows actions as tool buttons"
        return button


class DeviceButton(QToolButton):
    """Shows and chooses the device of the recipe."""

    def __init__(self, editor: EditorState) -> None:
        super().__init__()
        self._editor = editor
        self._session: Session | None = None
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIcon(theme.icon("memory"))
        self.setAccessibleName("Device")
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        editor.current_changed.connect(self._follow)
        editor.engine.state_changed.connect(lambda _: self._show())
        self._follow(editor.current)

    def _follow(self, session: Session | None) -> None:
        if self._session is not None:
            self._session.changed.disconnect(self._show)
        self._session = session
        if session is not None:
            session.changed.connect(self._show)
        self.setEnabled(session is not None)
        self._show()

    def _chosen(self) -> str:
        recipe = self._session.document.recipe if self._session else {}
        return str(recipe.get("device", Recipe.params["device"].default))

    def _show(self) -> None:
        chosen, ready = self._chosen(), self._editor.engine.ready
        taken = ready.devices[0].partition(" ")[0] if ready is not None and ready.devices else ""
        self.setText(f"auto · {taken}" if chosen == "auto" and taken else chosen)
        why = ready.reason if ready is not None else ""
        self.setToolTip(tip("Device to train on", Recipe.params["device"].help, why))

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for choice in Recipe.params["device"].choices:
            entry = menu.addAction(str(choice))
            entry.setCheckable(True)
            entry.setChecked(choice == self._chosen())
            entry.triggered.connect(partial(self._choose, choice))

    def _choose(self, choice: str, _checked: bool = False) -> None:
        if self._session is not None:
            self._session.apply(SetRecipe({"device": choice}), "Choose device")

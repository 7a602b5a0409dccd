"""The training panel: the recipe, and the run that it starts."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.panels.panel import SessionPanel
from app.panels.parts import MARGIN, column, scrolling
from app.panels.recipe_form import RecipeForm
from app.panels.run_controls import RunControls
from app.state import EditorState

PICTURES_MS = 100


class TrainingPanel(SessionPanel):
    """The recipe of the document in front as a form, below the controls of its run."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(editor, parent)
        self.setAccessibleName("Training")
        self.setMinimumWidth(260)
        self.controls, self.recipe = RunControls(editor), RecipeForm(editor.engine)
        self._timer = QTimer(self, singleShot=True, interval=PICTURES_MS)
        self._timer.timeout.connect(self._refresh_controls)
        editor.runs.list_changed.connect(self._refresh_controls)
        editor.runs.shown_changed.connect(self._refresh_controls)
        editor.runs.frames_arrived.connect(lambda _: self._soon())
        editor.engine.state_changed.connect(lambda _: self._refresh_controls())
        editor.engine.state_changed.connect(lambda _: self._recount())
        inside, top = QWidget(), QWidget()
        column(inside).addWidget(self.recipe)
        column(top, margin=MARGIN).addWidget(self.controls)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFixedHeight(1)
        line.setObjectName("line")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (top, line, scrolling(inside)):
            whole.addWidget(part)
        self.begin()

    def refresh(self) -> None:
        """Show recipe and run."""
        self.recipe.setVisible(self.session is not None)
        if self.session is not None:
            self.recipe.show_recipe(self.session)
        self.controls.refresh()

    def _recount(self) -> None:
        """An engine that has come can count samples."""
        if self.isVisible() and self.session is not None:
            self.recipe.show_recipe(self.session)

    def _soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _refresh_controls(self) -> None:
        if self.isVisible():
            self.controls.refresh()
        else:
            self._stale = True

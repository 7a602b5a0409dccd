"""The views of a run, by id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from app.dashboard.maps import FeatureMapsView
from app.dashboard.view import RunView
from app.state import EditorState
from engine.messages.frames import ConfusionMatrix, LayerNorms, Progress, Samples, Scalars


def curves_view(editor: EditorState) -> QWidget:
    """Progress above losses and metrics."""
    text = "Press Train (Ctrl+Enter) to see losses and metrics as they come."
    return RunView(editor, Scalars, text, "chart-line").with_extra(Progress, above=True)


def gradients_view(editor: EditorState) -> QWidget:
    """The heat map of gradient norms."""
    text = "Press Train (Ctrl+Enter) to see how gradients flow through the layers."
    return RunView(editor, LayerNorms, text, "grid")


def maps_view(editor: EditorState) -> QWidget:
    """The sample beside what the selected node makes of it."""
    view = FeatureMapsView(editor, "Press Train (Ctrl+Enter) to see what each node makes of a sample.")
    return view.with_extra(Samples, above=False)


def confusion_view(editor: EditorState) -> QWidget:
    """Which class was taken for which, of each confusion matrix in the drawing."""
    text = "Add a Confusion matrix to the drawing and press Train (Ctrl+Enter) to see which classes are mixed up."
    return RunView(editor, ConfusionMatrix, text, "table-large")


VIEWS: Final[dict[str, Callable[[EditorState], QWidget]]] = {
    "curves": curves_view,
    "gradients": gradients_view,
    "maps": maps_view,
    "confusion": confusion_view,
}


def make_view(editor: EditorState, id: str) -> QWidget:
    """A view by its id."""
    return VIEWS[id](editor)

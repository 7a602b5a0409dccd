"""Which widget fills which dock. Each module is imported when its dock is first seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.state import EditorState
from app.window.docks import DockSpec


class Host(Protocol):
    """What panels and the welcome page ask of the window."""

    def open_or_copy(self, path: Path) -> None: ...
    def open_and_train(self, path: Path) -> None: ...
    def open_files(self) -> None: ...
    def add_kind(self, kind: str, params: object) -> None: ...
    def reveal(self, node: str) -> None: ...
    def show_plots(self) -> None: ...
    def show_problem_count(self, errors: int, warnings: int) -> None: ...


def dock_specs(editor: EditorState, host: Host) -> list[DockSpec]:
    """The docks of a window."""
    return [
        DockSpec("palette", "Palette", "shape-plus-outline", lambda: _palette(editor, host)),
        DockSpec("inspector", "Inspector", "tune-variant", lambda: _inspector(editor)),
        DockSpec("training", "Training", "school-outline", lambda: _training(editor)),
        DockSpec("runs", "Runs", "history", lambda: _runs(editor, host)),
        DockSpec("curves", "Curves", "chart-line", lambda: _view(editor, "curves")),
        DockSpec("maps", "Feature maps", "view-grid-outline", lambda: _view(editor, "maps")),
        DockSpec("gradients", "Gradients", "grid", lambda: _view(editor, "gradients")),
        DockSpec("confusion", "Confusion", "table-large", lambda: _view(editor, "confusion")),
        DockSpec("problems", "Problems", "alert-circle-outline", lambda: _problems(editor, host)),
        DockSpec("python", "Python", "language-python", lambda: _python(editor)),
    ]


def welcome_page(editor: EditorState, examples: Sequence[Path], recents: Sequence[Path], host: Host) -> QWidget:
    """What is shown while no document is open."""
    from app.dialogs import WelcomePage

    page = WelcomePage(editor, examples, recents)
    page.open_requested.connect(host.open_or_copy)
    page.train_requested.connect(host.open_and_train)
    page.browse_requested.connect(host.open_files)
    page.new_requested.connect(lambda: editor.new())
    return page


def _palette(editor: EditorState, host: Host) -> QWidget:
    from app.panels import PalettePanel

    panel = PalettePanel(editor)
    panel.kind_activated.connect(host.add_kind)
    return panel


def _inspector(editor: EditorState) -> QWidget:
    from app.panels import InspectorPanel

    return InspectorPanel(editor)


def _training(editor: EditorState) -> QWidget:
    from app.panels import TrainingPanel

    return TrainingPanel(editor)


def _runs(editor: EditorState, host: Host) -> QWidget:
    from app.panels import RunsPanel

    panel = RunsPanel(editor)
    panel.run_activated.connect(lambda _: host.show_plots())
    return panel


def _problems(editor: EditorState, host: Host) -> QWidget:
    from app.panels import ProblemsPanel

    panel = ProblemsPanel(editor)
    panel.node_activated.connect(host.reveal)
    panel.count_changed.connect(host.show_problem_count)
    return panel


def _python(editor: EditorState) -> QWidget:
    from app.panels import SourcePanel

    return SourcePanel(editor)


def _view(editor: EditorState, id: str) -> QWidget:
    from app.dashboard import make_view

    return make_view(editor, id)

"""A plot that follows the shown run, with a sentence in its place while there is nothing to see."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.plots import LivePlot, plot_class
from app.plots.parts import FIRST
from app.state import EditorState
from app.state.run_data import RunData
from app.theme import theme
from engine.messages.frames import ConfusionMatrix, FeatureMaps, Frame, LayerNorms, Progress, Samples, Scalars

ICON: Final = 36


class RunView(QWidget):
    """Shows plots of the shown run; they, and pyqtgraph with them, are made when its first frame comes."""

    def __init__(self, editor: EditorState, frame: type[Frame], empty: str, icon: str) -> None:
        super().__init__()
        self.editor, self.frame = editor, frame
        self.plots: list[LivePlot] = []
        self._extra: list[tuple[type[Frame], bool]] = []
        self.empty = Empty(empty, icon)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        editor.runs.shown_changed.connect(self._show_run)
        editor.runs.frames_arrived.connect(self._take)
        self._show_run()

    @property
    def plot(self) -> LivePlot | None:
        """The main plot, once there was something to show."""
        return self.plots[0] if self.plots else None

    def with_extra(self, frame: type[Frame], *, above: bool) -> RunView:
        """Put the plot of another frame type into the main one's header, or on its left."""
        self._extra.append((frame, above))
        return self

    def made(self, plot: LivePlot) -> None:
        """The main plot was made."""

    def _show_run(self) -> None:
        data = self.editor.runs.data
        if data is not None and has(data, self.frame):
            self._make()
        self._stack.setCurrentIndex(1 if self.plots and data is not None and has(data, self.frame) else 0)
        for plot in self.plots:
            plot.show_data(data)

    def _take(self, frames: list[Frame]) -> None:
        if not self.plots or self._stack.currentIndex() == 0:
            self._show_run()
            return
        for plot in self.plots:
            plot.take(frames)

    def _make(self) -> None:
        if self.plots:
            return
        main = plot_class(self.frame)()
        self.plots = [main, *(plot_class(frame)() for frame, _ in self._extra)]
        main.failed.connect(lambda message: self.editor.notify("error", message))
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for plot, (_, above) in zip(self.plots[1:], self._extra, strict=True):
            if above and main.header is not None:
                main.header.insertWidget(0, plot, FIRST)
            else:
                row.addWidget(plot)
        row.addWidget(main, 1)
        self._stack.addWidget(page)
        self.made(main)


class Empty(QWidget):
    """What to do to see something here."""

    def __init__(self, text: str, icon: str) -> None:
        super().__init__()
        self._icon, self._name = QLabel(), icon
        self.text = QLabel(text)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.addStretch(1)
        for label in (self._icon, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._icon.setPixmap(theme.icon(self._name, "field_border").pixmap(QSize(ICON, ICON)))


def has(data: RunData, frame: type[Frame]) -> bool:
    """Whether a run has recorded frames of a type."""
    kept = {
        Scalars: data.series,
        LayerNorms: data.norms,
        FeatureMaps: data.maps,
        Samples: data.sample,
        ConfusionMatrix: data.tables,
        Progress: data.progress,
    }
    return bool(kept[frame])

"""The status bar: the engine, the device, what the network costs, how far a training is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QStatusBar, QWidget

from app.state import EditorState, Session
from app.state.runs import LIVE
from app.theme import theme, tip
from engine.messages.frames import Frame, Progress

ENGINE = {
    "stopped": ("Engine off", "error", "The engine is not running: nothing can be trained."),
    "starting": ("Engine starting", "warning", "The engine is being started."),
    "connected": ("Engine loading torch", "warning", "The engine answers and is loading torch."),
    "ready": ("Engine ready", "success", "torch is loaded; training starts at once."),
}


class StatusBar(QStatusBar):
    """Facts on the right; hints and messages on the left."""

    def __init__(self, editor: EditorState) -> None:
        super().__init__()
        self._editor = editor
        self._session: Session | None = None
        self.setSizeGripEnabled(False)
        self.hint = _label("")
        self.hint.setObjectName("hint")
        self.addWidget(self.hint, 1)
        self.training = _Training()
        self.cost = _label("")
        self.device = _label("")
        self.engine = _Engine()
        for part in (self.training, self.cost, self.device, self.engine):
            self.addPermanentWidget(part)
        editor.current_changed.connect(self._follow)
        editor.engine.state_changed.connect(lambda _: self._show_engine())
        editor.runs.frames_arrived.connect(self._take)
        editor.runs.list_changed.connect(self._show_training)
        editor.runs.shown_changed.connect(self._show_training)
        theme.changed.connect(self._show_engine)
        self._follow(editor.current)
        self._show_engine()
        self._show_training()

    def show_hint(self, text: str) -> None:
        """What a key or a click would do now."""
        self.hint.setText(text)

    def _follow(self, session: Session | None) -> None:
        if self._session is not None:
            self._session.analysed.disconnect(self._show_cost)
        self._session = session
        if session is not None:
            session.analysed.connect(self._show_cost)
        self._show_cost()
        self._show_engine()

    def _show_cost(self) -> None:
        if self._session is None or not len(self._session.graph):
            self.cost.setText("")
            return
        from app.panels import figures  # panels come after the first paint

        found = self._session.analysis
        errors = sum(diagnostic.severity == "error" for diagnostic in found.diagnostics)
        parts = [f"{figures.count(found.parameters)} parameters", figures.flops(found.flops)]
        if errors:
            parts.insert(0, f"{errors} error{'s' if errors > 1 else ''}")
        self.cost.setText(" · ".join(parts))
        self.cost.setToolTip(
            tip(
                f"{figures.count(found.parameters)} numbers are learnt.",
                f"{figures.flops(found.flops)} and {figures.memory(found.memory)} of outputs for one sample.",
            )
        )

    def _show_engine(self) -> None:
        state, ready = self._editor.engine.state, self._editor.engine.ready
        self.engine.show_state(state)
        if ready is not None and ready.devices:
            self.device.setText(ready.devices[0])
            self.device.setToolTip(tip(ready.reason, f"torch {ready.torch}", *ready.devices))
        else:
            self.device.setText("")

    def _take(self, frames: list[Frame]) -> None:
        if any(isinstance(frame, Progress) for frame in frames):
            self._show_training()

    def _show_training(self) -> None:
        data, info = self._editor.runs.data, self._editor.runs.shown
        progress = data.progress if data else None
        live = info is not None and info.status in LIVE
        self.training.show_progress(progress if live else None)


class _Engine(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self._dot, self._text = QLabel(), _label("")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 10, 0)
        row.setSpacing(4)
        row.addWidget(self._dot)
        row.addWidget(self._text)

    def show_state(self, state: str) -> None:
        text, role, help = ENGINE[state]
        self._dot.setPixmap(theme.icon("circle-medium", role).pixmap(QSize(14, 14)))
        self._text.setText(text)
        self.setToolTip(tip(help))
        self.setAccessibleName(text)


class _Training(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._text = _label("")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(110, 8)
        self._bar.setAccessibleName("Progress of the training")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(8)
        row.addWidget(self._text)
        row.addWidget(self._bar)
        self.hide()

    def show_progress(self, progress: Progress | None) -> None:
        self.setVisible(progress is not None)
        if progress is None:
            return
        from app.panels import figures

        left = f" · {figures.duration(progress.eta)} left" if progress.eta > 0 else ""
        paused = " · paused" if progress.status == "paused" else ""
        self._text.setText(f"epoch {progress.epoch}/{progress.epochs}{paused}{left}")
        total = max(1, progress.epochs * progress.batches)
        self._bar.setRange(0, total)
        self._bar.setValue(min(total, max(0, progress.epoch - 1) * progress.batches + progress.batch))


def _label(text: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setContentsMargins(6, 0, 6, 0)
    return made

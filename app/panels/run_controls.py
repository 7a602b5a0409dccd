"""The buttons and the progress of the run of the document in front."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QProgressBar, QWidget

from app.forms import ParamForm
from app.panels import figures
from app.panels.parts import column, label, push_button, row
from app.panels.resuming import can_resume, resume
from app.state import EditorState
from app.theme import theme, tip
from engine.messages.frames import Progress
from engine.messages.protocol import RunInfo
from engine.recipe import all_optimizers

WORDS = {
    "starting": "Starting …",
    "running": "Training",
    "paused": "Paused",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
    "dead": "Ended unexpectedly",
}


TRAIN = "Train this document (Ctrl+Enter)"
BAD, QUIET = QPalette.ColorRole.BrightText, QPalette.ColorRole.PlaceholderText
PAUSE = "Wait after the step in hand (Ctrl+Space)"
RESUME = "Go on from the last checkpoint"
BROKEN = "Mend the errors first: see Problems."


class RunControls(QWidget):
    """Train, pause, step, stop; progress, speed and time left; the learning rate while it runs."""

    def __init__(self, editor: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.train = push_button(
            "Train", "Train this document (Ctrl+Enter)", self._train, icon="play", primary=True
        )
        self.pause = push_button("Pause", PAUSE, self._pause, icon="pause")
        self.step = push_button("Step", "One batch, then wait (Ctrl+.)", self._step, icon="skip-next")
        self.stop = push_button("Stop", "Write a checkpoint and end (Ctrl+Enter)", self._stop, icon="stop")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("Progress of the training")
        self.status, self.numbers, self.device = (
            label(),
            label(muted=True, wrap=True),
            label(muted=True, wrap=True),
        )
        self.message = label(wrap=True)
        self.knob = ParamForm({"lr": all_optimizers()["adam"].params["lr"]})
        self.knob.row("lr").label.setText("Learning rate")
        self.knob.row("lr").reset.hide()
        self._turned: tuple[str, float, int] | None = None  # the run, the rate, how often it had changed before
        self.knob.value_changed.connect(self._turn)
        self._lay_out()

    def refresh(self) -> None:
        """Show the run of the document in front."""
        session, runs = self._editor.current, self._editor.runs
        info = runs.info(runs.of(session)) if session else None
        live = session is not None and runs.is_live(session)
        self._show_buttons(info, live)
        self._show_status(info, live)
        self._show_device(info, live)
        self.knob.setVisible(live and info is not None)
        if info is not None and live:
            self.knob.set_values({"lr": self._rate(info)})

    def _lay_out(self) -> None:
        whole = column(self, margin=0, spacing=7)
        buttons = row(self.train, self.stop, self.pause, self.step)
        buttons.setStretch(0, 1)
        buttons.setStretch(1, 1)
        whole.addLayout(buttons)
        whole.addWidget(self.bar)
        for part in (self.status, self.numbers, self.message, self.knob, self.device):
            whole.addWidget(part)

    def _show_buttons(self, info: RunInfo | None, live: bool) -> None:
        session = self._editor.current
        broken = session is not None and not session.analysis.ok
        self.train.setVisible(not live)
        self.train.setEnabled(session is not None and not broken)
        self.train.setToolTip(tip(BROKEN if broken else TRAIN))
        self.stop.setVisible(live)
        for button in (self.stop, self.pause, self.step):
            button.setEnabled(live and info is not None)
        paused = info is not None and live and info.status == "paused"
        ended = not live and can_resume(info)
        self.pause.setEnabled(self.pause.isEnabled() or ended)
        self.pause.setText("Resume" if paused or ended else "Pause")
        self.pause.setIcon(theme.icon("play" if paused or ended else "pause"))
        self.pause.setToolTip(tip(RESUME if ended else PAUSE))

    def _show_status(self, info: RunInfo | None, live: bool) -> None:
        progress = self._progress(info)
        status = info.status if info is not None else "starting"
        self.status.setText(WORDS.get(status, status) + _epoch_words(info, progress if live else None))
        self.status.setVisible(live or info is not None)
        self.numbers.setText(speed_words(progress) if progress and live else _last_words(info))
        self.numbers.setVisible(bool(self.numbers.text()))
        said = info.message if info is not None and not live else ""
        self.message.setText(said)
        self.message.setForegroundRole(BAD if status in ("failed", "dead") else QUIET)
        self.message.setVisible(bool(said))
        self._show_bar(info, progress, live)

    def _show_bar(self, info: RunInfo | None, progress: Progress | None, live: bool) -> None:
        known = info is not None and info.epochs > 0
        self.bar.setVisible(live or info is not None)
        self.bar.setRange(0, 1000 if known else 0)
        if info is not None and known:
            self.bar.setValue(round(1000 * _share(info, progress)))

    def _show_device(self, info: RunInfo | None, live: bool) -> None:
        ready = self._editor.engine.ready
        if info is not None and live and info.message:
            self.device.setText(info.message)
        elif info is not None and info.device:
            self.device.setText(f"Device: {info.device}")
        elif ready is not None:
            self.device.setText(f"Device: {ready.devices[0] if ready.devices else 'cpu'}. {ready.reason}")
        else:
            self.device.setText("The engine starts …" if self._editor.engine.state == "starting" else "")
        self.device.setToolTip(tip(ready.reason if ready else ""))
        self.device.setVisible(bool(self.device.text()))

    def _progress(self, info: RunInfo | None) -> Progress | None:
        data = self._editor.runs.data
        return data.progress if data is not None and info is not None and data.run == info.run else None

    def _train(self) -> None:
        if self._editor.current is not None:
            self._editor.runs.start(self._editor.current)

    def _pause(self) -> None:
        info = self._info()
        if info is not None and can_resume(info):
            resume(self._editor, info)
        elif info is not None:
            self._editor.runs.control(info.run, "resume" if info.status == "paused" else "pause")

    def _step(self) -> None:
        self._say("step")

    def _stop(self) -> None:
        self._say("stop")

    def _turn(self, name: str, value: float, gesture: str) -> None:  # noqa: ARG002 - knobs are no steps of the history
        self.knob.set_values({name: value})
        info = self._info()
        if info is not None:
            self._turned = info.run, value, len(self._rates(info))
            self._editor.runs.control(info.run, "set", values={name: value})

    def _rate(self, info: RunInfo) -> float:
        """The learning rate turned to until the run says which is in force, else that of the recipe."""
        known = self._rates(info)
        if self._turned is not None and self._turned[0] == info.run and len(known) <= self._turned[2]:
            return self._turned[1]
        if known:
            return known[-1]
        session = self._editor.current
        recipe = session.analysis.recipe if session else None
        optimizer = all_optimizers().get(recipe.optimizer.id) if recipe else None
        default = optimizer.params["lr"].default if optimizer and "lr" in optimizer.params else 0.001
        return float(recipe.optimizer.params.get("lr", default)) if recipe else 0.001

    def _rates(self, info: RunInfo) -> Sequence[float]:
        """The learning rates that the run had, as far as they are known."""
        data = self._editor.runs.data
        return data.series["lr"][1] if data is not None and data.run == info.run and "lr" in data.series else ()

    def _say(self, action: str) -> None:
        info = self._info()
        if info is not None:
            self._editor.runs.control(info.run, action)

    def _info(self) -> RunInfo | None:
        session, runs = self._editor.current, self._editor.runs
        return runs.info(runs.of(session)) if session else None


def speed_words(progress: Progress) -> str:
    """`step 1,204/9,000 · 12,430 samples/s · 1:12 left`."""
    parts = [f"step {progress.step:,}/{progress.steps:,}"]
    if progress.rate:
        parts.append(f"{progress.rate:,.0f} samples/s")
    if progress.eta:
        parts.append(f"{figures.duration(progress.eta)} left")
    return " · ".join(parts)


def _epoch_words(info: RunInfo | None, progress: Progress | None) -> str:
    """` · epoch 3/20`: the epoch under way, else how many were done."""
    if info is None or not info.epochs:
        return ""
    return f" · epoch {progress.epoch if progress is not None else info.epoch}/{info.epochs}"


def _share(info: RunInfo, progress: Progress | None) -> float:
    if info.status == "finished":
        return 1.0
    if progress is None or not progress.batches:
        return min(1.0, info.epoch / info.epochs)
    return min(1.0, (max(0, progress.epoch - 1) + progress.batch / progress.batches) / max(1, progress.epochs))


def _last_words(info: RunInfo | None) -> str:
    last = info.last if info is not None else {}
    return " · ".join(f"{name} {value:.4g}" for name, value in last.items() if name.startswith("val/"))

"""The buttons and the progress of the run of the document in front."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QProgressBar, QWidget

from app.forms import ParamForm
from app.panels import figures
from app.panels.parts import column, label, push_button, row
from app.panels.resuming import can_resume, resume
from app.state import EditorState
from app.theme import theme, tip
from engine.errors import NeuroloomError
from engine.messages.frames import Progress
from engine.messages.protocol import RunInfo
from engine.recipe import Objective, all_optimizers

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
        self.knob = ParamForm()
        self._show_knobs([Objective.parse({})])
        # The run, the rate, and how often it had changed before, by series.
        self._turned: dict[str, tuple[str, float, int]] = {}
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
            aims = self._aims()
            self._show_knobs(aims)
            self.knob.set_values({aim.series: self._rate(info, aim) for aim in aims})

    def _aims(self) -> list[Objective]:
        """The objectives of the recipe in front, each of which has a rate."""
        session = self._editor.current
        recipe = session.analysis.recipe if session is not None else None
        with contextlib.suppress(NeuroloomError):
            return recipe.aims() if recipe is not None else [Objective.parse({})]
        return [Objective.parse({})]

    def _show_knobs(self, aims: Sequence[Objective]) -> None:
        rate = all_optimizers()["adam"].params["lr"]
        wanted = {aim.series: dataclasses.replace(rate, name=aim.series) for aim in aims}
        if tuple(wanted) == self.knob.names:
            return
        self.knob.set_params(wanted)
        for aim in aims:
            row = self.knob.row(aim.series)
            row.label.setText(f"Rate of {aim.name}" if aim.name else "Learning rate")
            row.reset.hide()

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
            self._turned[name] = info.run, value, len(self._rates(info, name))
            self._editor.runs.control(info.run, "set", values={name: value})

    def _rate(self, info: RunInfo, aim: Objective) -> float:
        """The learning rate turned to until the run says which is in force, else that of the recipe."""
        known = self._rates(info, aim.series)
        turned = self._turned.get(aim.series)
        if turned is not None and turned[0] == info.run and len(known) <= turned[2]:
            return turned[1]
        if known:
            return known[-1]
        optimizer = all_optimizers().get(aim.optimizer.id)
        default = optimizer.params["lr"].default if optimizer and "lr" in optimizer.params else 0.001
        return float(aim.optimizer.params.get("lr", default))

    def _rates(self, info: RunInfo, series: str) -> Sequence[float]:
        """The learning rates that the run had, as far as they are known."""
        data = self._editor.runs.data
        return (
            data.series[series][1] if data is not None and data.run == info.run and series in data.series else ()
        )

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

"""The training loop: epochs of steps, and hooks beside them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Final

from engine.build import Limits
from engine.probes import Observer, Scene, Scores
from engine.runs import RunWriter
from engine.training import diagnose, optimizing, order
from engine.training.checkpoint import Best, Place
from engine.training.data import Batch
from engine.training.forward import Judged
from engine.training.hooks import Hook
from engine.training.setup import Setup
from engine.training.stop import StopReason

REFUSALS: Final = (RuntimeError, IndexError, ValueError, TypeError)
"""What torch raises when it cannot compute."""


class ComputingError(Exception):
    """Torch refused a step; the cause says why."""


class Loop:
    """Trains until the epochs are done or a hook stops it.

    `epoch` counts the epochs done, `batch` the batches done of the next one, `step` all batches, `seen` all
    samples. `last` and `best` are the newest and the best validated epoch. `fault` is a sentence where loss
    or weights are not finite.
    """

    def __init__(
        self,
        setup: Setup,
        writer: RunWriter,
        scene: Scene,
        observer: Observer,
        scores: Scores,
        hooks: Sequence[Hook],
    ) -> None:
        self.setup, self.writer, self.scene = setup, writer, scene
        self.observer, self.scores, self._hooks = observer, scores, hooks
        self.step = self.epoch = self.batch = self.seen = 0
        self.last: dict[str, float] = {}
        self.best: Best | None = None
        self.improved = False
        self.fault = ""
        self.data: Batch | None = None
        self._reason: StopReason | None = None
        self._bounds = order.bounds(setup.data.train.count, setup.recipe.batch_size)
        self._seconds = 0.0
        self._since = time.perf_counter()
        self._update = optimizing.stepper(setup.optimizer, Limits(setup.forward.compiled))
        self._parameters = [p for group in setup.optimizer.param_groups for p in group["params"]]

    @property
    def batches(self) -> int:
        """Batches of one epoch."""
        return len(self._bounds)

    @property
    def seconds(self) -> float:
        """Seconds trained, pauses left out."""
        return self._seconds + time.perf_counter() - self._since

    def stop(self, reason: StopReason) -> None:
        """End after the step in hand."""
        self._reason = self._reason or reason

    @property
    def stopping(self) -> bool:
        """Whether the training ends after the step in hand."""
        return self._reason is not None

    def pass_over(self, seconds: float) -> None:
        """Leave a pause out of the time trained."""
        self._since += seconds

    def place(self) -> Place:
        """Where the training is."""
        return Place(
            step=self.step,
            epoch=self.epoch,
            batch=self.batch,
            seen=self.seen,
            sums=self.scores.sums() if self.batch else [],
            count=self.scores.count if self.batch else 0,
            totals=self.scores.totals() if self.batch else [],
            seconds=self.seconds,
            best=self.best,
        )

    def go_on_from(self, place: Place) -> None:
        """Continue where a checkpoint was made."""
        self.step, self.epoch, self.batch, self.seen = place.step, place.epoch, place.batch, place.seen
        self.best, self._seconds, self._since = place.best, place.seconds, time.perf_counter()
        self.scores.reset(place.sums, place.count, place.totals)
        self.scores.bad_step, self.fault = None, ""
        for hook in self._hooks:
            hook.on_back(self)

    def run(self) -> StopReason:
        """Train; returns why it ended."""
        self._since = time.perf_counter()
        self.tell()
        for hook in self._hooks:
            hook.on_start(self)
        while self._reason is None and self.epoch < self.setup.recipe.epochs:
            self._run_epoch()
        reason = self._reason or StopReason.FINISHED
        for hook in self._hooks:
            hook.on_end(self, reason)
        return reason

    def _run_epoch(self) -> None:
        data, recipe = self.setup.data.train, self.setup.recipe
        if not self.batch:
            self.scores.reset()
        batches: Callable[[int, int], Batch] = data.between
        if recipe.shuffle:
            rows = order.order(data.count, recipe.seed, self.epoch, shuffle=True)
            batches = data.drawn(rows.to(data.inputs[0].device))
        for start, end in self._bounds[self.batch :]:
            try:
                self._run_step(batches(start, end), end - start)
            except REFUSALS as error:
                raise ComputingError from error
            if self.scores.bad_step is not None:
                self._meet_fault("loss is")
                return
            for hook in self._hooks:
                hook.on_step(self)
            if self._reason is not None and self.batch < self.batches:
                return
        self._end_epoch()

    def _run_step(self, batch: Batch, count: int) -> None:
        self.data = batch
        values = self.setup.forward(batch)
        step = self.step + 1
        self.scores.add(step, self.epoch + (self.batch + 1) / len(self._bounds), values, count)
        if self.scores.bad_step is not None:
            return  # on the CPU this is known before the weights are touched
        for parameter in self._parameters:
            parameter.grad = None
        values[0].backward()  # type: ignore[no-untyped-call]
        now = time.perf_counter()
        due = self.observer.due(now) if now >= self.observer.next else []
        spent = self.observer.before(due) if due else 0.0
        self._update()
        self.step, self.batch, self.seen = step, self.batch + 1, self.seen + count
        if due:
            self.tell()
            self.observer.after(due, spent)

    def _end_epoch(self) -> None:
        setup = self.setup
        try:
            self.scene.readback.drain()
            sound = setup.forward.is_finite()
            totals = self.scores.totals()
            train = self.scores.averages() | setup.forward.finish(totals)
            judged = setup.forward.evaluate(setup.data.val, setup.validation_size) if sound else Judged({}, [])
        except REFUSALS as error:
            raise ComputingError from error
        if self.scores.bad_step is not None:
            self._meet_fault("loss is")
            return
        if not sound:
            self.scores.bad_step = self.step
            self._meet_fault("weights are")
            return
        self.epoch, self.batch = self.epoch + 1, 0
        val = judged.values
        shown = (*self.scores.names[setup.forward.recorded :], *setup.forward.counted)
        fresh = {f"train/{name}": train[name] for name in shown}
        fresh |= {f"val/{name}": value for name, value in val.items()}
        if fresh:
            self.writer.point(self.step, float(self.epoch), fresh)
        self.last = {f"train/{name}": value for name, value in train.items()} | {
            f"val/{name}": value for name, value in val.items()
        }
        self._judge((val or train)["loss"])
        for hook in self._hooks:
            hook.on_epoch(self)

    def _judge(self, loss: float) -> None:
        self.improved = math.isfinite(loss) and (self.best is None or loss < self.best.loss)
        if self.improved:
            values = {name: value if math.isfinite(value) else None for name, value in self.last.items()}
            self.best = Best(self.epoch, self.step, loss, values)

    def _meet_fault(self, what: str) -> None:
        self.scene.readback.drain()
        place = diagnose.first_bad_place(self.setup.forward, self.data) if self.data is not None else ""
        where = f"at step {self.scores.bad_step}.{place}"
        self.fault = f"The {what} not finite {where} A lower learning rate often helps."
        for hook in self._hooks:
            hook.on_fault(self)
        if self.scores.bad_step is not None:
            self.stop(StopReason.NOT_FINITE)

    def tell(self) -> None:
        """Let the probes know where we are."""
        scene = self.scene
        scene.step, scene.batch, scene.seen = self.step, self.batch, self.seen
        scene.epoch = min(self.epoch + 1, self.setup.recipe.epochs)
        scene.epochs, scene.batches = self.setup.recipe.epochs, self.batches
        scene.steps = self.setup.recipe.epochs * self.batches

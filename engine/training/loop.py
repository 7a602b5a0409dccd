"""The training loop: epochs of steps, and hooks beside them."""

from __future__ import annotations

import contextlib
import functools
import math
import time
from collections.abc import Callable, Sequence
from typing import Final

from engine.messages.frames import ConfusionMatrix
from engine.probes import Observer, Scene, Scores
from engine.runs import RunWriter
from engine.training import diagnose, order
from engine.training.checkpoint import Best, Patience, Place
from engine.training.data import Batch
from engine.training.forward import Judged
from engine.training.hooks import Hook
from engine.training.setup import Setup
from engine.training.stop import StopReason
from engine.training.updates import Learn, updates_for

REFUSALS: Final = (RuntimeError, IndexError, ValueError, TypeError)
"""What torch raises when it cannot compute."""


class ComputingError(Exception):
    """Torch refused a step; the cause says why."""


class Loop:
    """Trains until the epochs are done or a hook stops it.

    `epoch` counts the epochs done, `batch` the batches done of the next one, `step` all batches, `seen` all
    samples. `last` and `best` are the newest and the best validated epoch; `noted` the learning rates that
    were recorded last, `patience` how long nothing got better. `fault` is a sentence where loss or weights
    are not finite.
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
        self.noted: list[float | None] = [None] * len(setup.learners)
        self.patience = Patience()
        self._bounds = setup.bounds
        self._seconds = 0.0
        self._since = time.perf_counter()
        augmentation = setup.augmentation
        self._learn: Learn = setup.forward
        if augmentation is not None:
            self._learn = functools.partial(augmentation.learn, setup.forward)
        self._updates = updates_for(setup, self._learn)

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
            noted=list(self.noted),
            patience=self.patience,
            memories=[learner.memory for learner in self.setup.learners],
        )

    def go_on_from(self, place: Place) -> None:
        """Continue where a checkpoint was made."""
        self.step, self.epoch, self.batch, self.seen = place.step, place.epoch, place.batch, place.seen
        self.best, self._seconds, self._since = place.best, place.seconds, time.perf_counter()
        self.noted = list(place.noted) or [None] * len(self.noted)
        self.patience = place.patience
        for learner, memory in zip(self.setup.learners, place.memories, strict=False):
            learner.memory = memory
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
        self._updates.begin(self.epoch)
        batches: Callable[[int, int], Batch] = data.between
        if recipe.shuffle:
            rows = order.order(data.count, recipe.seed, self.epoch, shuffle=True)
            batches = data.drawn(rows.to(data.inputs[0].device))
        augmentation = self.setup.augmentation
        for start, end in self._bounds[self.batch :]:
            try:
                batch = batches(start, end)
                self._run_step(augmentation(batch, self.step) if augmentation else batch, end - start)
            except REFUSALS as error:
                raise ComputingError from error
            if self.scores.bad_step is not None:
                self._meet_fault("loss is")
                return
            for hook in self._hooks:
                hook.on_step(self)
            if self._reason is not None and self.batch < self.batches and not self._updates.open:
                return
        self._end_epoch()

    def _run_step(self, batch: Batch, count: int) -> None:
        self.data = batch
        values = self._learn(batch)
        step = self.step + 1
        self.scores.add(step, self.epoch + (self.batch + 1) / len(self._bounds), values, count)
        if self.scores.bad_step is not None:
            return  # on the CPU this is known before the weights are touched
        moving = self._updates.gather(values, batch, self.batch)
        now = time.perf_counter()
        due = self.observer.due(now) if now >= self.observer.next and moving else []
        spent = self.observer.before(due) if due else 0.0
        if moving:
            self._updates.apply()
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
            judged = self._validate() if sound else Judged({}, [])
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
        self._show_tables("train", totals)
        self._show_tables("val", judged.totals)
        self._judge(self.watched)
        for hook in self._hooks:
            hook.on_epoch(self)

    def _show_tables(self, part: str, totals: Sequence[Sequence[float]]) -> None:
        classes = self.setup.data.classes
        for step, total in zip(self.setup.forward.counted.values(), totals, strict=False):
            if not step.kind.table:
                continue
            size = math.isqrt(len(total))
            labels = classes if len(classes) == size else map(str, range(size))
            frame = ConfusionMatrix(
                step=self.step,
                time=time.time(),
                node=step.node,
                part=part,
                epoch=self.epoch,
                labels=list(labels),
                counts=[round(count) for count in total],
            )
            self.scene.record(frame)

    def _validate(self) -> Judged:
        """The values of held-out samples, with the averaged weights where the recipe wants them."""
        setup = self.setup
        with setup.average.applied() if setup.average is not None else contextlib.nullcontext():
            return setup.forward.evaluate(setup.data.val, setup.validation_size)

    @property
    def watched(self) -> float:
        """The value that the recipe watches, of the newest epoch."""
        name = self.setup.recipe.monitor
        return self.last.get(f"val/{name}", self.last[f"train/{name}"])

    def _judge(self, value: float) -> None:
        higher = self.setup.recipe.monitor_mode == "higher"
        known = self.best.loss if self.best is not None else None
        self.improved = math.isfinite(value) and (known is None or (value > known if higher else value < known))
        if self.improved:
            values = {name: number if math.isfinite(number) else None for name, number in self.last.items()}
            self.best = Best(self.epoch, self.step, value, values)

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

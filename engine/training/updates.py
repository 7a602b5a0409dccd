"""From a loss to moved weights: built once from what a recipe asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from engine.build import Limits
from engine.training import optimizing, penalties
from engine.training.data import Batch
from engine.training.learner import Learner
from engine.training.penalties import Change
from engine.training.setup import Setup

Learn = Callable[[Batch], list[Tensor]]


class Updates:
    """One objective over all weights, and nothing else: the usual case.

    The loop calls `gather` with the values of a batch; where that is True it calls `apply`. `open` says
    that gradients are half gathered.
    """

    open = False

    def __init__(self, learner: Learner, limits: Limits) -> None:
        self._parameters = learner.parameters
        self.apply = optimizing.stepper(learner.optimizer, limits)

    def begin(self, epoch: int) -> None:
        """Say how many epochs are done."""

    def gather(self, values: list[Tensor], batch: Batch, place: int) -> bool:  # noqa: ARG002 - others need them
        """Compute the gradients; `place` is the batch's in its epoch."""
        for parameter in self._parameters:
            parameter.grad = None
        values[0].backward()  # type: ignore[no-untyped-call]
        return True


class Turns(Updates):
    """Whatever a recipe can ask for: objectives in turn, gathered gradients, changes around each update.

    `finish` is called after all turns of a step. `bounds` are start and end of each batch of an epoch;
    `learn` computes a batch anew, as an objective whose turn comes after another's must.
    """

    def __init__(
        self,
        learners: Sequence[Learner],
        learn: Learn,
        bounds: Sequence[tuple[int, int]],
        limits: Limits,
        accumulate: int = 1,
        before: Change | None = None,
        after: Change | None = None,
        finish: Callable[[], None] | None = None,
    ) -> None:
        self._learners, self._learn, self._before, self._after = learners, learn, before, after
        self._finish = finish
        self._counts = [end - start for start, end in bounds]
        self._accumulate, self._rounds = accumulate, -(-len(bounds) // accumulate)
        self._steppers = {id(learner): optimizing.stepper(learner.optimizer, limits) for learner in learners}
        self._limits = limits
        self._turn = self._epoch = 0
        self._due: list[Learner] = []
        self._values: list[Tensor] = []
        self._batch: Batch = ((), ())
        self._share = 1.0
        self.apply = self._apply

    def begin(self, epoch: int) -> None:
        """Turns are counted from the start of the training."""
        self._epoch = epoch

    def gather(self, values: list[Tensor], batch: Batch, place: int) -> bool:
        """Compute gradients; True where weights are to move."""
        group = place // self._accumulate
        first = group * self._accumulate
        counts = self._counts[first : first + self._accumulate]
        self._share = counts[place - first] / sum(counts)
        self._due = [
            learner for learner in self._learners if (self._epoch * self._rounds + group) % learner.period == 0
        ]
        if place == first:
            for learner in self._learners:
                learner.clear()
        self.open = place - first + 1 < len(counts)
        if not self._due:
            return False
        self._values, self._batch = values, batch
        if self.open:
            for learner in self._due:
                learner.gather(self._scaled(learner, values))
                if learner is not self._due[-1] and not learner.alone:
                    values = self._learn(batch)
            return False
        self._due[0].gather(self._scaled(self._due[0], values))
        return True

    def _apply(self) -> None:
        for place, learner in enumerate(self._due):
            if place:
                self._again(learner, keep=self._accumulate > 1)
            self._move(learner)
            for _ in range(learner.updates - 1):
                self._again(learner, keep=False)
                self._move(learner)
        self._values = []
        if self._finish is not None:
            self._finish()

    def _again(self, learner: Learner, *, keep: bool) -> Tensor:
        """Compute the batch anew, and its gradients."""
        if not keep:
            learner.clear()
        loss = self._scaled(learner, self._learn(self._batch))
        learner.gather(loss)
        return loss

    def _move(self, learner: Learner) -> None:
        if learner.searches:
            self._search(learner)
        else:
            if self._before is not None:
                self._before(learner.parameters)
            self._steppers[id(learner)]()
        if self._after is not None:
            self._after(learner.parameters)

    def _search(self, learner: Learner) -> None:
        """A step of an optimizer that computes its batch several times; the first time is done already."""
        known: list[float] = [float(self._scaled(learner, self._values).detach())]

        def loss() -> float:
            found = known.pop() if known else float(self._again(learner, keep=False).detach())
            if self._before is not None:
                self._before(learner.parameters)
            return found

        learner.optimizer.step(loss)
        self._limits()

    def _scaled(self, learner: Learner, values: Sequence[Tensor]) -> Tensor:
        loss = learner.loss(values)
        return loss if self._share == 1.0 else loss * self._share


def updates_for(setup: Setup, learn: Learn) -> Updates:
    """What a recipe asks for; the plain case where that is all."""
    recipe, taught = setup.recipe, setup.learners
    limits = Limits(setup.forward.compiled)
    changes = penalties.before(recipe), penalties.after(recipe)
    special = any(learner.period > 1 or learner.updates > 1 or learner.searches for learner in taught)
    plain = len(taught) == 1 and taught[0].alone and not special and recipe.accumulate == 1
    if plain and changes == (None, None) and setup.average is None:
        return Updates(taught[0], limits)
    finish = setup.average.follow if setup.average is not None else None
    return Turns(taught, learn, setup.bounds, limits, recipe.accumulate, *changes, finish)

"""Objectives at work: each with its losses, its weights, its optimizer and the course of its rate."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from engine.build import Compiled
from engine.errors import BuildError, nearest
from engine.recipe import Objective, Recipe, Schedule, all_optimizers, all_schedules
from engine.recipe.schedule import Memory, factor_at
from engine.training import optimizing
from engine.training.forward import Forward

BASE = "initial_lr"
"""The entry of an optimizer's groups that keeps the rate before its schedule; torch's own name for it."""


class Learner:
    """One objective in a run.

    `base` is the rate that the schedule multiplies, `rate` the one in force. `terms` are the losses by place
    among the forward pass's values, with weights; None stands for the total as it is.
    """

    def __init__(
        self,
        objective: Objective,
        parameters: Sequence[nn.Parameter],
        device: torch.device,
        terms: Sequence[tuple[int, float]] | None,
        *,
        alone: bool,
    ) -> None:
        self.name, self.period, self.updates = objective.name, objective.period, objective.updates
        self._series = objective.series
        self.optimizer = optimizing.make(objective.optimizer, parameters, device)
        self.parameters = [weight for group in self.optimizer.param_groups for weight in group["params"]]
        self.terms, self.alone = terms, alone
        self.schedule: Schedule = all_schedules()[objective.schedule.id].parse(objective.schedule.params)
        self.warmup = objective.warmup
        self.memory: Memory = self.schedule.begin()
        self.factor = 1.0
        self.searches = all_optimizers()[objective.optimizer.id].searches
        for group in self.optimizer.param_groups:
            group[BASE] = group["lr"]
        # Some optimizers have a state before their first step, so a start is a state too.
        self._start = copy.deepcopy(self.optimizer.state_dict())

    @property
    def steady(self) -> bool:
        """Whether nothing moves the rate but the user."""
        return not self.warmup and not self.schedule.moves

    @property
    def by_step(self) -> bool:
        """Whether each step has a rate of its own."""
        return bool(self.warmup) or self.schedule.counts == "step"

    @property
    def series(self) -> str:
        """What its rate is called in the run's curves."""
        return self._series

    @property
    def base(self) -> float:
        """The rate before the schedule."""
        return float(self.optimizer.param_groups[0][BASE])

    @property
    def rate(self) -> float:
        """The rate in force."""
        return optimizing.rate(self.optimizer)

    def set_base(self, base: float) -> None:
        """Let the schedule go on from another rate."""
        for group in self.optimizer.param_groups:
            group[BASE] = base
        optimizing.set_rate(self.optimizer, base * self.factor)

    def turn(self, rate: float) -> None:
        """Make this the rate in force; the schedule goes on in proportion."""
        self.set_base(rate / self.factor if self.factor else rate)

    def follow(self, step: int, epoch: int, steps: int, epochs: int) -> None:
        """Take the rate for the step that comes after so many steps and epochs."""
        self.factor = factor_at(self.schedule, self.warmup, step, epoch, steps, epochs, self.memory)
        optimizing.set_rate(self.optimizer, self.base * self.factor)

    def loss(self, values: Sequence[Tensor]) -> Tensor:
        """What it makes small."""
        if self.terms is None:
            return values[0]
        parts = [values[place] if weight == 1.0 else weight * values[place] for place, weight in self.terms]
        return sum(parts[1:], parts[0])

    def gather(self, loss: Tensor) -> None:
        """Add the gradient of a loss to its own weights."""
        if self.alone:
            loss.backward()  # type: ignore[no-untyped-call]
        elif loss.requires_grad:
            torch.autograd.backward([loss], inputs=self.parameters)

    def clear(self) -> None:
        """Forget the gradients of its own weights."""
        for parameter in self.parameters:
            parameter.grad = None

    def start_again(self) -> None:
        """Forget what the optimizer and the schedule have seen."""
        self.optimizer.load_state_dict(copy.deepcopy(self._start))
        self.memory, self.factor = self.schedule.begin(), 1.0


def shares(recipe: Recipe, losses: Iterable[str]) -> dict[str, float] | None:
    """Weights of losses in the total: what all objectives together make of each; None where none is given.

    Raises:
        BuildError: an objective names a loss that is not there, or has none with a weight.
    """
    if not recipe.objectives:
        return None
    known, aims = list(losses), recipe.aims()
    for aim in aims:
        _know(aim, known)
    found = {loss: sum(aim.share(loss) for aim in aims) for loss in known}
    return {loss: share for loss, share in found.items() if share}


def learners(recipe: Recipe, forward: Forward, device: torch.device) -> tuple[Learner, ...]:
    """The objectives of a recipe over a compiled document.

    Raises:
        UnknownIdError, ParamError: an objective, optimizer or schedule is wrong.
        BuildError: a node that an objective names has no weights, or there is nothing to learn.
    """
    aims, compiled = recipe.aims(), forward.compiled
    if not recipe.objectives:
        weights = list(dict.fromkeys(p for module in compiled.modules() for p in module.parameters()))
        taught = [Learner(aims[0], weights, device, None, alone=True)]
    else:
        owners = owned_weights(compiled)
        taught = [_learner(aim, forward.terms, owners, device) for aim in aims]
    if recipe.accumulate > 1 and any(learner.searches for learner in taught):
        raise BuildError(
            "L-BFGS computes its batch several times, so gradients cannot be gathered over batches. Set "
            "accumulate to 1 and choose a larger batch_size."
        )
    return tuple(taught)


def owned_weights(compiled: Compiled) -> dict[nn.Parameter, list[str]]:
    """The nodes that use each parameter, those of the network first."""
    users: dict[str, list[str]] = {}
    for (node, _), name in compiled.attributes.items():
        users.setdefault(name, []).append(node)
    found: dict[nn.Parameter, list[str]] = {}
    for module in compiled.modules():
        for path, parameter in module.named_parameters():
            layer = next((name for name in users if path.startswith(f"{name}.")), path)
            found.setdefault(parameter, users.get(layer, [layer]))
    return found


def _learner(
    aim: Objective, terms: Mapping[str, int], owners: Mapping[nn.Parameter, list[str]], device: torch.device
) -> Learner:
    known = list(dict.fromkeys(node for nodes in owners.values() for node in nodes))
    strangers = aim.strangers(known)
    if strangers:
        raise BuildError(
            f'The objective "{aim.name}" names "{strangers[0]}", which is no node with weights.'
            f"{nearest(strangers[0], known)}"
        )
    shares = {loss: aim.share(loss) if loss else 1.0 for loss in terms}  # each pays the penalty of its weights
    wanted = [(terms[loss], share) for loss, share in shares.items() if share]
    weights = [weight for weight, nodes in owners.items() if aim.moves(*nodes)]
    try:
        return Learner(aim, weights, device, wanted, alone=False)
    except BuildError as error:
        raise BuildError(f'The objective "{aim.name}": {error}') from None


def _know(aim: Objective, known: list[str]) -> None:
    for loss in aim.losses:
        if loss not in known:
            raise BuildError(
                f'The objective "{aim.name}" names the loss "{loss}"; the losses are '
                f"{', '.join(known)}.{nearest(loss, known)}"
            )
    if not any(aim.share(loss) for loss in known):
        raise BuildError(f'The objective "{aim.name}" has no loss with a weight other than 0.')

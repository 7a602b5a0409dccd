"""One forward pass through network and criterion."""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import torch
from torch import Tensor

from engine.build import Compiled, Penalties, counted, evaluating, finished, summing
from engine.errors import BuildError
from engine.training.data import Batch, Part

Computing = Callable[[], AbstractContextManager[object]]


@dataclasses.dataclass(frozen=True)
class Judged:
    """How a whole part of the data did: values by name, and the sums of the metrics of an epoch, in order."""

    values: dict[str, float]
    totals: list[list[float]]


class Forward:
    """Gives the total loss and all scores of a batch.

    `names` are those of the single numbers: "loss" (the total); where it is a sum, "penalty" (what nodes ask
    for large weights, `l1` and `l2`) and each loss by node; then the metrics by node that are means over
    samples. The first `recorded` are losses. Behind them come the vectors of the metrics of an epoch,
    `counted` by name; they add up over batches. `shares` are the weights of losses in the total; those not
    named are left out of it. `terms` are the places of losses among the values, and that of the penalty
    under no name.

    Raises:
        BuildError: the document has no loss.
    """

    def __init__(
        self,
        compiled: Compiled,
        computing: Computing | None = None,
        shares: Mapping[str, float] | None = None,
    ) -> None:
        if compiled.criterion is None or not compiled.losses:
            raise BuildError(
                "The document has no loss, so there is nothing to make small. Add one, such as Cross entropy, and "
                "wire the network's last node and a Target to it."
            )
        self.compiled = compiled
        self.computing: Computing = computing or contextlib.nullcontext
        penalties = Penalties(compiled)
        self._penalties = penalties if penalties else None
        several = compiled.losses if len(compiled.losses) > 1 or penalties or shares is not None else ()
        held = counted(compiled)
        means = [node for node in compiled.metrics if node not in held]
        self._losses, self._shown = compiled.losses, (*several, *means, *held)
        own = ["loss", "penalty"] if penalties else ["loss"]
        self.names = [*own, *map(_name, (*several, *means))]
        self.recorded = len(own) + len(several)
        self.terms = {loss: place for place, loss in enumerate(several, len(own))} | dict.fromkeys(
            [""] if penalties else [], 1
        )
        self.counted = {_name(node): step for node, step in held.items()}
        # A graph module's own forward: calling the module itself costs a tiny net some percent.
        self._network = compiled.network.forward
        self._criterion = (summing(compiled) or compiled.criterion).forward
        self._shares = None if shares is None else list(shares.items())

    def __call__(self, batch: Batch) -> list[Tensor]:
        """The total loss, then the others, in the order of `names`, then the vectors of `counted`."""
        inputs, targets = batch
        with self.computing():
            outputs = self._network(*inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            scores = self._criterion(*outputs, *targets)
        return self._values(scores)

    def mixed(self, inputs: tuple[Tensor, ...], parts: Sequence[tuple[tuple[Tensor, ...], float]]) -> list[Tensor]:
        """The values where each sample has several targets, each with a share; shares add up to 1."""
        with self.computing():
            outputs = self._network(*inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            found = [(self._criterion(*outputs, *targets), share) for targets, share in parts]
        names = (*self._losses, *self._shown)
        return self._values(
            {name: torch.stack([scores[name] * share for scores, share in found]).sum(0) for name in names}
        )

    def _values(self, scores: Mapping[str, Tensor]) -> list[Tensor]:
        if self._shares is None:
            first, *others = [scores[name] for name in self._losses]
        else:
            first, *others = [
                scores[name] if share == 1.0 else share * scores[name] for name, share in self._shares
            ]
        shown = [scores[name] for name in self._shown]
        if self._penalties is None:
            return [sum(others, first), *shown]
        penalty = self._penalties()
        return [sum(others, first) + penalty, penalty, *shown]

    def is_finite(self) -> bool:
        """Whether no weight and no buffer holds NaN or Inf; one transfer brings the answer from the device."""
        tensors = [
            tensor.detach()
            for module in self.compiled.modules()
            for tensor in (*module.parameters(), *module.buffers())
            if tensor.is_floating_point() and tensor.numel()
        ]
        if not tensors:
            return True
        return bool(torch.isfinite(torch.stack([*torch._foreach_norm(tensors, math.inf)])).all())

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """Inside, all layers are in eval mode and no gradients are kept."""
        with contextlib.ExitStack() as stack:
            for module in self.compiled.modules():
                stack.enter_context(evaluating(module))
            yield

    def evaluate(self, part: Part, size: int) -> Judged:
        """All values over the samples of a part, by name; empty where it has no samples.

        `size` samples are computed at a time; results come from the device at the end.
        """
        if not part.count:
            return Judged({}, [])
        dtype = torch.float32 if part.device.type == "mps" else torch.float64
        width = len(self.names)
        parts: list[Tensor] = []
        sums: list[Tensor] = []
        with self.resting():
            for batch, count in part.batches(size):
                values = self(batch)
                parts.append(torch.stack([value.to(dtype) for value in values[:width]]) * count)
                fresh = values[width:]
                sums = [old + new for old, new in zip(sums, fresh, strict=True)] if sums else fresh
            means = (torch.stack(parts).sum(0) / part.count).tolist()
            totals = [vector.tolist() for vector in sums]
        return Judged(dict(zip(self.names, means, strict=True)) | self.finish(totals), totals)

    def finish(self, totals: Sequence[Sequence[float]]) -> dict[str, float]:
        """The metrics of an epoch by name, from their sums in the order of `counted`."""
        return {
            name: finished(step, torch.tensor(list(vector), dtype=torch.float64))
            for (name, step), vector in zip(self.counted.items(), totals, strict=False)
        }


def _name(node: str) -> str:
    """A node's name among the values, where "loss" is the total."""
    return f"{node}_" if node in ("loss", "penalty") else node

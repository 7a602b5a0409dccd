"""One forward pass through network and criterion."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import torch
from torch import Tensor

from engine.build import Compiled, evaluating
from engine.errors import BuildError
from engine.training.data import Batch, Part

Computing = Callable[[], AbstractContextManager[object]]


class Forward:
    """Gives the total loss and all scores of a batch, each a single number.

    `names` are those of the values: "loss" (the total), each loss by node where there are several, then the
    metrics by node; the first `recorded` are losses.

    Raises:
        BuildError: the document has no loss.
    """

    def __init__(self, compiled: Compiled, computing: Computing | None = None) -> None:
        if compiled.criterion is None or not compiled.losses:
            raise BuildError(
                "The document has no loss, so there is nothing to make small. Add one, such as Cross entropy, and "
                "wire the network's last node and a Target to it."
            )
        self.compiled = compiled
        self.computing: Computing = computing or contextlib.nullcontext
        several = compiled.losses if len(compiled.losses) > 1 else ()
        self._losses, self._shown = compiled.losses, (*several, *compiled.metrics)
        self.names = ["loss", *(name if name != "loss" else "loss_" for name in self._shown)]
        self.recorded = 1 + len(several)
        # A graph module's own forward: calling the module itself costs a tiny net some percent.
        self._network = compiled.network.forward
        self._criterion = compiled.criterion.forward

    def __call__(self, batch: Batch) -> list[Tensor]:
        """The total loss, then the others, in the order of `names`."""
        inputs, targets = batch
        with self.computing():
            outputs = self._network(*inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            scores = self._criterion(*outputs, *targets)
        first, *others = [scores[name] for name in self._losses]
        return [sum(others, first), *[scores[name] for name in self._shown]]

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

    def evaluate(self, part: Part, size: int) -> dict[str, float]:
        """Means of all values over the samples of a part, by name; empty where it has no samples.

        `size` samples are computed at a time; one transfer brings the result from the device.
        """
        if not part.count:
            return {}
        dtype = torch.float32 if part.device.type == "mps" else torch.float64
        with self.resting():
            parts = [
                torch.stack([value.to(dtype) for value in self(batch)]) * count
                for batch, count in part.batches(size)
            ]
            means = (torch.stack(parts).sum(0) / part.count).tolist()
        return dict(zip(self.names, means, strict=True))

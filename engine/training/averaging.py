"""A running average of the weights."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor, nn

from engine.errors import RunError

KEY = "average."


class Average:
    """Exponential moving average of parameters: avg ← decay·avg + (1 − decay)·weight after each update.

    It starts at the weights of the first update.

    Source:
        Polyak and Juditsky 1992; torch.optim.swa_utils.get_ema_multi_avg_fn.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], decay: float) -> None:
        self._weights = [parameter.detach() for parameter in parameters]
        self._decay = decay
        self._held: list[Tensor] = []

    def follow(self) -> None:
        """Take the weights after an update."""
        if not self._held:
            self._held = [weight.clone() for weight in self._weights]
        else:
            torch._foreach_lerp_(self._held, self._weights, 1 - self._decay)

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Inside, the network has the averaged weights."""
        if not self._held:
            yield
            return
        own = [weight.clone() for weight in self._weights]
        torch._foreach_copy_(self._weights, self._held)
        try:
            yield
        finally:
            torch._foreach_copy_(self._weights, own)

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint keeps."""
        return {f"{KEY}{place}": tensor.to("cpu", copy=True) for place, tensor in enumerate(self._held)}

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from a checkpoint, or begin anew where it keeps none.

        Raises:
            RunError: it is that of another network.
        """
        kept = [name for name in tensors if name.startswith(KEY)]
        if not kept:
            self._held = []
            return
        if len(kept) != len(self._weights):
            raise RunError("The checkpoint's average is that of another network.")
        self._held = [tensors[f"{KEY}{place}"].to(weight) for place, weight in enumerate(self._weights)]

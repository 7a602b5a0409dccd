"""What nodes ask of their weights while they learn: penalties in the loss, and a longest length."""

from __future__ import annotations

import operator

import torch
from torch import Tensor, nn

from engine.build.compiler import Compiled
from engine.catalog import Weighted
from engine.source.penalized import penalized


class Penalties:
    """The sum of l1·Σ|w| + l2·Σw² over the nodes that ask for it; weights that several nodes use count once."""

    def __init__(self, compiled: Compiled) -> None:
        self._terms = [
            (layer, name, kind.l1, kind.l2) for layer, kind, name in _weights(compiled) if kind.l1 or kind.l2
        ]

    def __bool__(self) -> bool:
        return bool(self._terms)

    def __call__(self) -> Tensor:
        """The penalty of the weights as they are now, with its gradient."""
        parts: list[Tensor] = []
        for layer, name, l1, l2 in self._terms:
            weight = operator.attrgetter(name)(layer)  # where it is normalized, computed anew each time
            parts += [l1 * weight.abs().sum()] if l1 else []
            parts += [l2 * weight.square().sum()] if l2 else []
        return torch.stack(parts).sum()


class Limits:
    """Cuts the weights of each neuron or filter to the length that its node allows (Srivastava et al. 2014)."""

    def __init__(self, compiled: Compiled) -> None:
        self._limits: list[tuple[Tensor, int, float]] = [
            (operator.attrgetter(name)(layer), kind.axis_of(name), kind.max_weight_norm)
            for layer, kind, name in _weights(compiled)
            if kind.max_weight_norm
        ]

    def __bool__(self) -> bool:
        return bool(self._limits)

    def __call__(self) -> None:
        """Cut what is longer."""
        with torch.no_grad():
            for weight, axis, longest in self._limits:
                weight.renorm_(2, axis, longest)


def _weights(compiled: Compiled) -> list[tuple[nn.Module, Weighted, str]]:
    programs = (compiled.plan.network, compiled.plan.criterion)
    return [
        (module.get_submodule(each.path), each.kind, each.tensor)
        for module, program in zip(compiled.modules(), programs, strict=False)
        for each in penalized(program, compiled.attributes)
    ]

"""Kinds that learn: what all of them offer the user beside their own parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, Final, Literal

from engine.catalog.initializer import Initializer, all_initializers, sort_of
from engine.catalog.kind import NodeKind, Weights
from engine.catalog.shape import Inputs
from engine.catalog.treatment import METHOD, Treatment
from engine.spec import Chosen, param

GROUP: Final = "Weights"
DEFAULT: Final = Chosen("default")
OPTIONS: Final = ("weight_init", "bias_init", "l1", "l2", "max_weight_norm", "frozen", "weight_norm", "share_with")
_ORIGINAL: Final = "parametrizations.weight"


class Weighted(NodeKind):
    """A kind with weights of its own; base of every kind whose `weights` are not empty.

    Its parameters are options of the node: they change what the weights begin with and how they learn, not the
    formulas of the family. `learnt` and `kept` give the state dict with the options, `weights` and `buffers` that
    of the bare layer. `filter_axis` is the axis of `weight` along which filters are told apart.
    """

    filter_axis: ClassVar[int] = 0

    weight_init: Chosen = param(DEFAULT, "What the weights begin with.", family="initializer", group=GROUP)
    bias_init: Chosen = param(DEFAULT, "What the biases begin with.", family="initializer", group=GROUP)
    l1: float = param(0.0, "Pull to exactly 0: adds l1·Σ|w| to the loss.", low=0.0, high=1e6, group=GROUP)
    l2: float = param(0.0, "Pull towards 0: adds l2·Σw² to the loss.", low=0.0, high=1e6, group=GROUP)
    max_weight_norm: float = param(
        0.0,
        "Longest that a neuron's weights may be, cut after each step; 0 is no limit.",
        low=0.0,
        high=1e6,
        group=GROUP,
    )
    frozen: bool = param(False, "Keep the weights as they are while the others learn.", group=GROUP)
    weight_norm: Literal["none", "weight", "spectral"] = param(
        "none", "Learn direction and length apart, or keep the largest singular value at 1.", group=GROUP
    )
    share_with: str = param(
        "", "Another node whose weights this one uses; empty for its own.", editor="node", group=GROUP
    )

    def has_options(self) -> bool:
        """Whether an option differs from its default."""
        return any(getattr(self, name) != self.params[name].default for name in OPTIONS)

    def learnt(self, inputs: Inputs) -> Weights:
        """Shapes of all that is learnt, by name in the state dict."""
        found = dict(self.weights(inputs))
        if self.weight_norm == "none":
            return found
        sizes = found.pop("weight")
        if self.weight_norm == "spectral":
            return {**found, f"{_ORIGINAL}.original": sizes}
        lengths = tuple(size if axis == self.filter_axis else 1 for axis, size in enumerate(sizes))
        return {**found, f"{_ORIGINAL}.original0": lengths, f"{_ORIGINAL}.original1": sizes}

    def kept(self, inputs: Inputs) -> Weights:
        """Shapes of what else is in the state dict."""
        found = self.buffers(inputs)
        if self.weight_norm != "spectral":
            return found
        sizes = self.weights(inputs)["weight"]
        filters = sizes[self.filter_axis]
        return {**found, f"{_ORIGINAL}.0._u": (filters,), f"{_ORIGINAL}.0._v": (math.prod(sizes) // filters,)}

    def initializer(self, name: str, sizes: tuple[int, ...]) -> Initializer:
        """What a tensor begins with.

        Raises:
            UnknownIdError, ParamError: the initializer is not known, or a parameter of it is wrong.
        """
        sort = sort_of(name, sizes)
        chosen = self.bias_init if sort == "bias" else self.weight_init
        made = all_initializers()[chosen.id].parse(chosen.params)
        return made if sort != "scale" or made.suits_scales else all_initializers()[DEFAULT.id].parse({})

    def penalized(self, inputs: Inputs) -> list[str]:
        """The tensors that `l1`, `l2` and `max_weight_norm` are about, by their name below the layer."""
        return [name for name, sizes in self.weights(inputs).items() if sort_of(name, sizes) == "weight"]

    def axis_of(self, tensor: str) -> int:
        """The axis along which a tensor's neurons or filters are told apart."""
        return self.filter_axis if tensor == "weight" else 0

    def blank_row(self) -> int | None:
        """The row of `weight` that is 0 whatever the others begin with, as that of padding; None without one."""
        return None

    def treatments(self, inputs: Inputs) -> Iterator[Treatment]:
        """What is done to the layer once it is made, in order."""
        if (self.weight_init, self.bias_init) != (DEFAULT, DEFAULT):
            for name, sizes in self.weights(inputs).items():
                made = self.initializer(name, sizes)
                if made.target:
                    yield Treatment(made.target, name, kwargs=made.arguments())
            if self.blank_row() is not None:
                yield Treatment("torch.nn.init.zeros_", "weight", row=self.blank_row())
        if self.weight_norm != "none":
            target = f"torch.nn.utils.parametrizations.{self.weight_norm}_norm"
            yield Treatment(target, kwargs={"dim": self.filter_axis} if self.filter_axis else {})
        if self.frozen:
            yield Treatment(METHOD + "requires_grad_", args=(False,))

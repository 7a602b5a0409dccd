"""What losses share: one number that training makes small."""

from __future__ import annotations

from typing import Any, Literal

from engine.catalog import Call, In, Inputs, Port, Shapes, function
from engine.nodes.comparing import NUMBER, Comparison, clash, classes, need_classes, need_pairs
from engine.spec import Numbers, param


class Loss(Comparison):
    """A number to make small; all losses of a graph are summed."""

    category, role = "Loss", "loss"
    outputs = (Port("out", "The loss of the batch, a single number."),)

    reduction: Literal["mean", "sum"] = param("mean", "Mean or sum over the batch.")
    scale: float = param(1.0, "Weight of this loss in the total.", low=-1e6, high=1e6)

    def shapes(self, inputs: Inputs) -> Shapes:
        """A single number."""
        self.check(inputs)
        return {"out": NUMBER}

    def check(self, inputs: Inputs) -> None:
        """Refuse what cannot be compared; unless a loss says otherwise, number meets number."""
        need_pairs(self, inputs)

    def loss(self, inputs: Inputs) -> Call:
        """The loss before it is scaled."""
        raise NotImplementedError(f"{type(self).__name__} must define loss")

    def call(self, inputs: Inputs) -> Call:
        """The loss, scaled."""
        loss = self.loss(inputs)
        return loss if self.scale == 1.0 else function("torch.mul", loss, self.scale)


class ClassLoss(Loss):
    """A loss over classes, each of which may weigh its own."""

    weight: Numbers = param((), "Weight of each class, in order; empty: all weigh the same.", low=0.0, high=1e6)

    def check(self, inputs: Inputs) -> None:
        """Scores and labels, at least two classes, as many weights as classes."""
        need_classes(self, inputs)
        if inputs["in"].sizes[1] == 1:
            raise clash(
                self,
                "compares classes with each other, one class alone is always right",
                inputs,
                "Give the last layer an output for each class, or use BCE with logits.",
            )
        need_weights(self, inputs, self.weight)

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score."""
        return classes(inputs)


def need_weights(kind: Loss, inputs: Inputs, weight: Numbers) -> None:
    """Refuse weights that are not one for each class."""
    count = inputs["in"].sizes[1]
    if weight and len(weight) != count:
        raise clash(
            kind,
            f"has {len(weight)} class weights for {count} classes",
            inputs,
            f"Give weight {count} numbers, one for each class, or none.",
            {"weight": (*weight, *[1.0] * count)[:count]} if isinstance(count, int) else None,
        )


def weighed(weight: Numbers) -> dict[str, Any]:
    """The argument `weight` of torch's losses; nothing where all classes weigh the same."""
    return {"weight": function("torch.Tensor.new_tensor", In(), weight)} if weight else {}

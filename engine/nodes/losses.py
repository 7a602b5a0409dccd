"""Losses: one number that training makes small."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, In, Inputs, Port, Shapes, function
from engine.nodes.comparing import NUMBER, Comparison, clash, classes, labels, need_classes, need_pairs, pair
from engine.nodes.rules import changed
from engine.spec import param


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


class CrossEntropy(Loss):
    """How surprised the predicted class scores are by the true class.

    Takes raw scores: no softmax before it.

    Shapes:
        in: (N, K, …) scores
        target: (N, …) labels 0 to K − 1, or (N, K, …) shares
        out: a single number
    Source:
        Good 1952; torch.nn.functional.cross_entropy.
    """

    id, title = "cross_entropy", "Cross entropy"
    icon = "mdi6.scale-balance"
    aliases = ("softmax loss", "log loss", "nll", "classification", "categorical")
    equation = "L = −mean log softmax(x)[y]"

    label_smoothing: float = param(0.0, "Share of the truth spread over all classes.", low=0.0, high=1.0)

    def check(self, inputs: Inputs) -> None:
        """Scores and labels, at least two classes."""
        need_classes(self, inputs)
        if inputs["in"].sizes[1] == 1:
            raise clash(
                self,
                "compares classes with each other, one class alone is always right",
                inputs,
                "Give the last layer an output for each class, or use BCE with logits.",
            )

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score."""
        return classes(inputs)

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.cross_entropy."""
        options = changed(self, "reduction", "label_smoothing")
        return function("torch.nn.functional.cross_entropy", In(), labels(inputs), **options)


class MSE(Loss):
    """The mean squared distance between prediction and target.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Legendre 1805; torch.nn.functional.mse_loss.
    """

    id, title = "mse", "MSE"
    icon = "mdi6.chart-scatter-plot"
    aliases = ("mean squared error", "l2 loss", "regression", "squared", "mse_loss")
    equation = "L = mean (x − y)²"

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.mse_loss."""
        return function("torch.nn.functional.mse_loss", *pair(inputs), **changed(self, "reduction"))


class BCEWithLogits(Loss):
    """How surprised predicted odds are by a yes or no.

    Takes raw scores: no sigmoid before it.

    Shapes:
        in: (N, …) scores
        target: the same, 0 or 1; a last axis of size 1 may be missing
        out: a single number
    Source:
        Good 1952; torch.nn.functional.binary_cross_entropy_with_logits.
    """

    id, title = "bce_with_logits", "BCE with logits"
    icon = "mdi6.scale-balance"
    aliases = ("binary cross entropy", "logistic loss", "log loss", "binary classification", "sigmoid loss")
    equation = "L = −mean (y·log σ(x) + (1 − y)·log(1 − σ(x)))"

    pos_weight: float = param(1.0, "Weight of the ones; more than 1 where they are rare.", low=0.0, high=1e6)

    def labels(self, inputs: Inputs) -> int | None:
        """No and yes."""
        return 2 if inputs["target"].dtype == "int64" else None

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.binary_cross_entropy_with_logits."""
        options = changed(self, "reduction")
        if self.pos_weight != 1.0:
            options["pos_weight"] = function("torch.Tensor.new_tensor", In(), self.pos_weight)
        return function("torch.nn.functional.binary_cross_entropy_with_logits", *pair(inputs), **options)

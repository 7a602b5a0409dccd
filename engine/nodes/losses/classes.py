"""Losses over classes: scores of each class and labels."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, function
from engine.nodes.comparing import classes, labels, need_labels
from engine.nodes.losses.loss import ClassLoss, Loss, need_weights, weighed
from engine.nodes.rules import breach, changed
from engine.spec import Numbers, param


class CrossEntropy(ClassLoss):
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
    basic = True
    icon = "mdi6.scale-balance"
    aliases = ("softmax loss", "log loss", "classification", "categorical", "one-hot")
    equation = "L = −mean log softmax(x)[y]"
    usual_for, takes = ("classes",), "scores"

    label_smoothing: float = param(0.0, "Share of the truth spread over all classes.", low=0.0, high=1.0)
    ignore_index: int = param(-100, "Label that counts for nothing, such as padding.", low=-100, high=2**31)

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.cross_entropy."""
        options = changed(self, "reduction", "label_smoothing")
        if inputs["target"].dtype == "int64":
            options |= changed(self, "ignore_index")
        options |= weighed(self.weight)
        return function("torch.nn.functional.cross_entropy", In(), labels(inputs), **options)


class NLL(ClassLoss):
    """How improbable the true class is, from log-probabilities.

    Takes what a log-softmax gives.

    Shapes:
        in: (N, K, …) log-probabilities
        target: (N, …) labels 0 to K − 1
        out: a single number
    Source:
        torch.nn.functional.nll_loss.
    """

    id, title = "nll", "NLL"
    icon = "mdi6.scale-balance"
    aliases = ("negative log-likelihood", "nll_loss", "log-probabilities", "classification")
    equation = "L = −mean x[y]"
    takes = "log-shares"

    ignore_index: int = param(-100, "Label that counts for nothing, such as padding.", low=-100, high=2**31)

    def check(self, inputs: Inputs) -> None:
        """Log-probabilities and labels."""
        need_labels(self, inputs)
        super().check(inputs)

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.nll_loss."""
        options = changed(self, "reduction", "ignore_index") | weighed(self.weight)
        return function("torch.nn.functional.nll_loss", In(), labels(inputs), **options)


class MultiMargin(Loss):
    """How far the true class's score is ahead of each other one, up to a margin.

    Shapes:
        in: (N, K) scores
        target: (N) labels 0 to K − 1
        out: a single number
    Source:
        Crammer and Singer 2001; torch.nn.functional.multi_margin_loss.
    """

    id, title = "multi_margin", "Multi-margin"
    icon = "mdi6.angle-acute"
    aliases = ("multi-class hinge", "svm", "max-margin", "multi_margin_loss", "classification")
    equation = "L = mean Σₖ≠ᵧ max(0, m − x[y] + x[k])ᵖ / K"

    p: int = param(1, "Power of what is missing to the margin, 1 or 2.", low=1, high=2)
    margin: float = param(1.0, "How far ahead is far enough.", low=0.0, high=1e6)
    weight: Numbers = param((), "Weight of each class, in order; empty: all weigh the same.", low=0.0, high=1e6)

    def check(self, inputs: Inputs) -> None:
        """One row of scores and one label a sample."""
        need_labels(self, inputs)
        if inputs["in"].rank != 2:
            raise breach(
                self, "needs batch × classes scores", inputs["in"], suggestion="Insert a Flatten before it."
            )
        need_weights(self, inputs, self.weight)

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score."""
        return classes(inputs)

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.multi_margin_loss."""
        options = changed(self, "p", "margin", "reduction") | weighed(self.weight)
        return function("torch.nn.functional.multi_margin_loss", In(), labels(inputs), **options)

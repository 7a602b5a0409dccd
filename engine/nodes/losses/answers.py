"""Losses over yes and no, and where only the hard samples count."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, function
from engine.nodes.comparing import clash, classes, classified, labels, need_classes, need_pairs, pair
from engine.nodes.losses.loss import Loss, need_weights, weighed
from engine.nodes.rules import changed
from engine.spec import Numbers, param

LAYERS = "engine.torchside.layers.losses"


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
    basic = True
    icon = "mdi6.scale-balance"
    aliases = ("binary cross entropy", "logistic loss", "log loss", "binary classification", "sigmoid loss")
    equation = "L = −mean (y·log σ(x) + (1 − y)·log(1 − σ(x)))"
    usual_for, takes = ("yes-no",), "scores"

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


class BCE(Loss):
    """How surprised predicted probabilities are by a yes or no.

    Takes probabilities from 0 to 1, such as a sigmoid gives; BCE with logits is more exact.

    Shapes:
        in: (N, …) probabilities
        target: the same, 0 or 1; a last axis of size 1 may be missing
        out: a single number
    Source:
        Good 1952; torch.nn.functional.binary_cross_entropy.
    """

    id, title = "bce", "BCE"
    icon = "mdi6.scale-balance"
    aliases = ("binary cross entropy", "log loss", "binary classification", "probabilities")
    equation = "L = −mean (y·log x + (1 − y)·log(1 − x))"
    takes = "chances"

    def labels(self, inputs: Inputs) -> int | None:
        """No and yes."""
        return 2 if inputs["target"].dtype == "int64" else None

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.binary_cross_entropy."""
        return function("torch.nn.functional.binary_cross_entropy", *pair(inputs), **changed(self, "reduction"))


class Hinge(Loss):
    """How far scores are from the right side of a margin, as a support vector machine learns.

    Targets above 0 mean yes, all others no: 0 and 1 do as well as −1 and 1.

    Shapes:
        in: (N, …) scores
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Cortes and Vapnik 1995.
    """

    id, title = "hinge", "Hinge"
    icon = "mdi6.angle-acute"
    aliases = ("svm", "margin", "max-margin", "squared hinge", "support vector", "binary classification")
    equation = "L = mean max(0, m − y·x)"

    margin: float = param(1.0, "Score from which a right answer costs nothing.", low=0.0, high=1e6)
    squared: bool = param(False, "Square what is missing to the margin.")

    def loss(self, inputs: Inputs) -> Call:
        """The shortfall of each score, averaged."""
        return function(f"{LAYERS}.hinge", *pair(inputs), **changed(self, "margin", "squared", "reduction"))


class Focal(Loss):
    """Cross entropy that looks away from what is already easy.

    Takes raw scores. With labels and a score for each class it compares classes, otherwise each score is a
    yes or no of its own.

    Shapes:
        in: (N, K, …) scores with labels, or (N, …) scores with yes and no
        target: (N, …) labels 0 to K − 1, or as `in`, 0 or 1
        out: a single number
    Source:
        Lin et al. 2017.
    """

    id, title = "focal", "Focal"
    icon = "mdi6.image-filter-center-focus"
    aliases = ("focal loss", "imbalanced", "class imbalance", "detection", "retinanet")
    equation = "L = −mean αₜ·(1 − pₜ)^γ·log pₜ"
    takes = "scores"

    gamma: float = param(2.0, "How strongly easy samples are left out; 0 is cross entropy.", low=0.0, high=100.0)
    alpha: float = param(0.25, "Weight of yes, no weighs the rest; for yes and no only.", low=0.0, high=1.0)
    weight: Numbers = param((), "Weight of each class; for labels only, empty: all alike.", low=0.0, high=1e6)

    def check(self, inputs: Inputs) -> None:
        """Scores with labels, or number for number."""
        if classified(inputs):
            need_classes(self, inputs)
            need_weights(self, inputs, self.weight)
            return
        need_pairs(self, inputs)
        if self.weight:
            raise clash(self, "has class weights but no classes", inputs, "Remove the weights, or use alpha.")

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score; no and yes where scores stand alone."""
        if classified(inputs):
            return classes(inputs)
        return 2 if inputs["target"].dtype == "int64" else None

    def loss(self, inputs: Inputs) -> Call:
        """Over classes, or over yes and no."""
        if classified(inputs):
            options = changed(self, "gamma", "reduction") | weighed(self.weight)
            return function(f"{LAYERS}.focal", In(), labels(inputs), **options)
        return function(f"{LAYERS}.binary_focal", *pair(inputs), **changed(self, "gamma", "alpha", "reduction"))

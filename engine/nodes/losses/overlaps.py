"""Losses of segmentation: how much of the truth a prediction covers."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, In, Inputs, function
from engine.nodes.comparing import classes, classified, labels, need_classes, need_pairs, pair
from engine.nodes.losses.loss import Loss
from engine.nodes.rules import changed
from engine.spec import param

LAYERS = "engine.torchside.layers.overlaps"


class Overlap(Loss):
    """One minus a soft overlap, counted over the whole batch, class by class."""

    icon = "mdi6.set-center"

    reduction: Literal["mean", "sum"] = param("mean", "Mean or sum over the classes.")
    from_logits: bool = param(True, "The input holds raw scores; otherwise probabilities.")
    smooth: float = param(1.0, "Added above and below, for a truth that is empty.", low=1e-6, high=1e6)

    def check(self, inputs: Inputs) -> None:
        """Scores with labels, or number for number."""
        if classified(inputs):
            need_classes(self, inputs)
        else:
            need_pairs(self, inputs)

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score; no and yes where scores stand alone."""
        if classified(inputs):
            return classes(inputs)
        return 2 if inputs["target"].dtype == "int64" else None

    def weights_of_errors(self) -> tuple[float, float, float]:
        """Weight of false alarms, weight of misses, and the smoothing."""
        raise NotImplementedError(f"{type(self).__name__} must define weights_of_errors")

    def loss(self, inputs: Inputs) -> Call:
        """Tversky's index with the kind's own weights."""
        alpha, beta, smooth = self.weights_of_errors()
        options = {"alpha": alpha, "beta": beta, "smooth": smooth, **changed(self, "from_logits")}
        if classified(inputs):
            options |= changed(self, "reduction")
            return function(f"{LAYERS}.class_overlap_loss", In(), labels(inputs), **options)
        return function(f"{LAYERS}.overlap_loss", *pair(inputs), **options)


class DiceLoss(Overlap):
    """One minus twice the common area over both areas.

    Shapes:
        in: (N, K, …) with labels, or (N, …) with yes and no
        target: (N, …) labels 0 to K − 1, or as `in`, 0 or 1
        out: a single number
    Source:
        Sudre et al. 2017, soft Dice with plain sums.
    """

    id, title = "dice_loss", "Dice loss"
    aliases = ("soft dice", "segmentation", "f1 loss", "overlap", "sørensen")
    equation = "L = 1 − (2·Σp·y + s) / (Σp + Σy + s)"

    def weights_of_errors(self) -> tuple[float, float, float]:
        """Half of everything: above and below are halved."""
        return 0.5, 0.5, self.smooth / 2


class IoULoss(Overlap):
    """One minus the common area over the joint area.

    Shapes:
        in: (N, K, …) with labels, or (N, …) with yes and no
        target: (N, …) labels 0 to K − 1, or as `in`, 0 or 1
        out: a single number
    Source:
        Rahman and Wang 2016.
    """

    id, title = "iou_loss", "IoU loss"
    aliases = ("jaccard loss", "intersection over union", "segmentation", "overlap")
    equation = "L = 1 − (Σp·y + s) / (Σp + Σy − Σp·y + s)"

    def weights_of_errors(self) -> tuple[float, float, float]:
        """Fully each."""
        return 1.0, 1.0, self.smooth


class TverskyLoss(Overlap):
    """One minus an overlap in which false alarms and misses weigh as you say.

    Shapes:
        in: (N, K, …) with labels, or (N, …) with yes and no
        target: (N, …) labels 0 to K − 1, or as `in`, 0 or 1
        out: a single number
    Source:
        Salehi et al. 2017.
    """

    id, title = "tversky_loss", "Tversky loss"
    aliases = ("segmentation", "imbalanced", "overlap", "tversky index")
    equation = "L = 1 − (TP + s) / (TP + α·FP + β·FN + s)"

    alpha: float = param(0.3, "Weight of false alarms.", low=0.0, high=1e3, card=True)
    beta: float = param(0.7, "Weight of what was missed.", low=0.0, high=1e3, card=True)

    def weights_of_errors(self) -> tuple[float, float, float]:
        """As the parameters say."""
        return self.alpha, self.beta, self.smooth

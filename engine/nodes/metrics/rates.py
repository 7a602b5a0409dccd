"""Metrics of hits, false alarms and misses, class by class."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.catalog import Call, Expr, In, Inputs, function
from engine.nodes.comparing import clash, one_score
from engine.nodes.metrics.metric import EpochMetric, answer_classes, answers, need_answers
from engine.spec import param

LAYERS = "engine.torchside.layers.counts"


class Counted(EpochMetric):
    """Counts the classes predicted and the true ones over the epoch."""

    threshold: float = param(
        0.0, "With one score a sample: above it means yes; 0 for logits, 0.5 after a sigmoid.", low=-1e6, high=1e6
    )

    def check(self, inputs: Inputs) -> None:
        """Scores with labels, or one score a sample."""
        need_answers(self, inputs)

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score; no and yes where there is one score."""
        return answer_classes(inputs)

    def classes(self, inputs: Inputs) -> int:
        """How many classes are told apart."""
        return 2 if one_score(inputs) else inputs["in"].size(1)

    def sums(self, inputs: Inputs) -> Call:
        """Hits, answers and truths of each class."""
        return function(f"{LAYERS}.counts", *answers(inputs, self.threshold), self.classes(inputs))


class Rate(Counted):
    """A share of each class, and how the shares become one number.

    Classes that were neither seen nor predicted do not count; a share of nothing is 0.
    """

    formula: ClassVar[str] = ""

    average: Literal["macro", "micro", "weighted", "binary"] = param(
        "macro", "Classes alike, samples alike, classes by size, or class 1 of two.", card=True
    )

    def check(self, inputs: Inputs) -> None:
        """Two classes where only the second is asked for."""
        super().check(inputs)
        if self.average == "binary" and self.classes(inputs) != 2:
            raise clash(
                self,
                f"with average binary needs 2 classes, not {self.classes(inputs)}",
                inputs,
                "Set average to macro, or give the last layer 2 outputs.",
                {"average": "macro"},
            )

    def finish(self, sums: Expr, inputs: Inputs) -> Call:
        """The shares averaged; with one score a sample, that of yes."""
        average = "binary" if one_score(inputs) else self.average
        return function(f"{LAYERS}.{self.formula}", sums, average)


class Precision(Rate):
    """The share of what was predicted of a class that is of that class.

    Shapes:
        in: (N, K, …) scores, or (N) or (N, 1) for yes and no
        target: (N, …) labels, or (N, K, …) shares
        out: a single number
    Source:
        van Rijsbergen 1979; torchmetrics.functional.precision.
    """

    id, title = "precision", "Precision"
    icon = "mdi6.bullseye"
    aliases = ("positive predictive value", "false alarms", "classification")
    equation = "P = TP / (TP + FP)"
    formula = "precision"


class Recall(Rate):
    """The share of a class that was found.

    Shapes:
        in: (N, K, …) scores, or (N) or (N, 1) for yes and no
        target: (N, …) labels, or (N, K, …) shares
        out: a single number
    Source:
        van Rijsbergen 1979; torchmetrics.functional.recall.
    """

    id, title = "recall", "Recall"
    icon = "mdi6.magnify-scan"
    aliases = ("sensitivity", "true positive rate", "hit rate", "classification")
    equation = "R = TP / (TP + FN)"
    formula = "recall"


class F1(Rate):
    """The harmonic mean of precision and recall.

    Shapes:
        in: (N, K, …) scores, or (N) or (N, 1) for yes and no
        target: (N, …) labels, or (N, K, …) shares
        out: a single number
    Source:
        van Rijsbergen 1979; torchmetrics.functional.f1_score.
    """

    id, title = "f1", "F1"
    basic = True
    icon = "mdi6.scale-unbalanced"
    aliases = ("f-score", "f1 score", "f-measure", "imbalanced", "classification")
    equation = "F₁ = 2·TP / (2·TP + FP + FN)"
    formula = "f1"


class IoU(Rate):
    """The common area of prediction and truth over the joint area, class by class.

    Shapes:
        in: (N, K, …) scores, or (N) or (N, 1) for yes and no
        target: (N, …) labels, or (N, K, …) shares
        out: a single number
    Source:
        Jaccard 1912; torchmetrics.functional.jaccard_index.
    """

    id, title = "iou", "IoU"
    icon = "mdi6.set-center"
    aliases = ("jaccard index", "intersection over union", "mean iou", "segmentation")
    equation = "J = TP / (TP + FP + FN)"
    formula = "iou"


class DiceScore(Rate):
    """Twice the common area of prediction and truth over both areas, class by class.

    Shapes:
        in: (N, K, …) scores, or (N) or (N, 1) for yes and no
        target: (N, …) labels, or (N, K, …) shares
        out: a single number
    Source:
        Dice 1945; torchmetrics.functional.segmentation.dice_score.
    """

    id, title = "dice_score", "Dice score"
    icon = "mdi6.set-all"
    aliases = ("sørensen-dice", "segmentation", "overlap", "dice coefficient")
    equation = "D = 2·TP / (2·TP + FP + FN)"
    formula = "f1"


class Confusion(Counted):
    """Counts which class was taken for which; the number is the share on the diagonal.

    Shapes:
        in: (N, K, …) scores, or (N) or (N, 1) for yes and no
        target: (N, …) labels, or (N, K, …) shares
        out: a single number
    Source:
        Pearson 1904; sklearn.metrics.confusion_matrix.
    """

    id, title, table = "confusion_matrix", "Confusion matrix", True
    icon = "mdi6.grid"
    aliases = ("confusion", "error matrix", "contingency table", "classification")
    equation = "C[i, j] = Σ [y = i ∧ ŷ = j]"

    def check(self, inputs: Inputs) -> None:
        """Not more classes than can be looked at."""
        super().check(inputs)
        if self.classes(inputs) > MOST_CLASSES:
            raise clash(
                self,
                f"shows at most {MOST_CLASSES} classes, not {self.classes(inputs)}",
                inputs,
                "Use Accuracy or F1, which take any number.",
            )

    def sums(self, inputs: Inputs) -> Call:
        """The table, row by row."""
        return function(f"{LAYERS}.confusion", *answers(inputs, self.threshold), self.classes(inputs))

    def finish(self, sums: Expr, inputs: Inputs) -> Call:  # noqa: ARG002
        """The share on the diagonal."""
        return function(f"{LAYERS}.diagonal", sums)


MOST_CLASSES = 512


class ROCAUC(EpochMetric):
    """The chance that a random yes scores higher than a random no.

    With several classes each is set against the rest and the mean is given. Scores are sorted into bins,
    close ones count as equal; more bins are more exact.

    Shapes:
        in: (N, K, …) scores, or (N) or (N, 1) for yes and no
        target: (N, …) labels, or (N, K, …) shares
        out: a single number, not defined where a class has no yes or no no
    Source:
        Fawcett 2006; sklearn.metrics.roc_auc_score, one against the rest.
    """

    id, title = "roc_auc", "ROC-AUC"
    icon = "mdi6.chart-areaspline"
    aliases = ("area under the curve", "auc", "auroc", "receiver operating characteristic", "ranking")
    equation = "A = P(x₊ > x₋) + ½·P(x₊ = x₋)"

    bins: int = param(4096, "Into how many bins scores are sorted.", low=2, high=2**16)

    def check(self, inputs: Inputs) -> None:
        """Scores with labels, or one score a sample; not too many bins in all."""
        need_answers(self, inputs)
        if not one_score(inputs) and inputs["in"].size(1) * self.bins > MOST_BINS:
            raise clash(
                self,
                f"keeps at most {MOST_BINS:,} bins in all",
                inputs,
                f"Set bins to {MOST_BINS // inputs['in'].size(1)} or less.",
            )

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score; no and yes where there is one score."""
        return answer_classes(inputs)

    def sums(self, inputs: Inputs) -> Call:
        """How many of yes and no lie in each bin."""
        _, truth = answers(inputs, 0.0)
        one = one_score(inputs)
        return function(f"{LAYERS}.{'ranks' if one else 'class_ranks'}", In(), truth, self.bins)

    def finish(self, sums: Expr, inputs: Inputs) -> Call:  # noqa: ARG002
        """The areas, averaged over classes."""
        return function(f"{LAYERS}.area", sums, self.bins)


MOST_BINS = 2**20

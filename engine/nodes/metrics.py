"""Metrics: numbers that say how well it goes, and teach nothing."""

from __future__ import annotations

from engine.catalog import Arg, Call, In, Inputs, Name, Port, Shapes, function
from engine.nodes.comparing import NUMBER, Comparison, classes, labels, need_classes, need_pairs, one_score, pair
from engine.nodes.rules import need_axes, need_floats
from engine.spec import param


class Metric(Comparison):
    """A number to look at."""

    category, role = "Metric", "metric"
    outputs = (Port("out", "The metric of the batch, a single number."),)


class Accuracy(Metric):
    """The share of samples whose class is predicted right.

    With one score a sample it asks whether the score lies above the threshold.

    Shapes:
        in: (N, K, …) scores, or (N) or (N, 1) for yes and no
        target: (N, …) labels, or (N, K, …) shares
        out: a single number
    Source:
        torchmetrics.functional.accuracy, micro average.
    """

    id, title = "accuracy", "Accuracy"
    icon = "mdi6.check-decagram"
    aliases = ("correct", "hits", "classification rate", "acc")
    equation = "A = mean [argmax x = y]"

    threshold: float = param(
        0.0, "With one score a sample: above it means yes; 0 for logits, 0.5 after a sigmoid.", low=-1e6, high=1e6
    )

    def shapes(self, inputs: Inputs) -> Shapes:
        """A single number."""
        found = inputs["in"]
        need_floats(self, found)
        need_axes(self, found, 1)
        if one_score(inputs):
            need_pairs(self, inputs)
        else:
            need_classes(self, inputs)
        return {"out": NUMBER}

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score; no and yes where there is one score."""
        if one_score(inputs):
            return 2 if inputs["target"].dtype == "int64" else None
        return classes(inputs)

    def call(self, inputs: Inputs) -> Call:
        """The mean of torch.eq."""
        left: Arg
        right: Arg
        if one_score(inputs):
            score, target = pair(inputs)
            left, right = function("torch.gt", score, self.threshold), function("torch.gt", target, 0.5)
        else:
            shares = inputs["target"].dtype == "float32"
            left = function("torch.argmax", In(), 1)
            right = function("torch.argmax", In("target"), 1) if shares else labels(inputs)
        return function("torch.mean", function("torch.eq", left, right), dtype=Name("torch.float32"))


class MAE(Metric):
    """The mean distance between prediction and target.

    Shapes:
        in: (N, …)
        target: the same; a last axis of size 1 may be missing
        out: a single number
    Source:
        Laplace 1774; torch.nn.functional.l1_loss.
    """

    id, title = "mae", "MAE"
    icon = "mdi6.ruler"
    aliases = ("mean absolute error", "l1", "distance", "regression")
    equation = "M = mean |x − y|"

    def shapes(self, inputs: Inputs) -> Shapes:
        """A single number."""
        need_pairs(self, inputs)
        return {"out": NUMBER}

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.functional.l1_loss."""
        return function("torch.nn.functional.l1_loss", *pair(inputs))

"""What metrics share: means over samples, and metrics that only a whole epoch tells."""

from __future__ import annotations

from engine.catalog import Arg, Call, In, Inputs, Port, Shapes, function
from engine.nodes.comparing import NUMBER, Comparison, classes, labels, need_classes, need_pairs, one_score, pair
from engine.nodes.rules import need_axes, need_floats


class Metric(Comparison):
    """A number to look at."""

    category, role = "Metric", "metric"
    outputs = (Port("out", "The metric of the batch, a single number."),)

    def shapes(self, inputs: Inputs) -> Shapes:
        """A single number."""
        self.check(inputs)
        return {"out": NUMBER}

    def check(self, inputs: Inputs) -> None:
        """Refuse what cannot be compared; unless a metric says otherwise, number meets number."""
        need_pairs(self, inputs)


class EpochMetric(Metric):
    """A metric that no mean of batches tells: sums are kept over the epoch, and the number is made of them."""

    def sums(self, inputs: Inputs) -> Call:
        """A vector that adds up over batches."""
        raise NotImplementedError(f"{type(self).__name__} must define sums")

    def call(self, inputs: Inputs) -> Call:
        """The metric of the batch alone."""
        return self.finish(self.sums(inputs), inputs)


def need_answers(kind: Metric, inputs: Inputs) -> None:
    """Refuse anything but scores of classes with labels or shares, or one score a sample with yes and no."""
    found = inputs["in"]
    need_floats(kind, found)
    need_axes(kind, found, 1)
    if one_score(inputs):
        need_pairs(kind, inputs)
    else:
        need_classes(kind, inputs)


def answer_classes(inputs: Inputs) -> int | None:
    """How many classes labels tell apart; two where there is one score a sample."""
    if one_score(inputs):
        return 2 if inputs["target"].dtype == "int64" else None
    return classes(inputs)


def answers(inputs: Inputs, threshold: float) -> tuple[Arg, Arg]:
    """The class predicted and the true one; with one score a sample, whether it says yes, and should."""
    if one_score(inputs):
        score, target = pair(inputs)
        return function("torch.gt", score, threshold), function("torch.gt", target, 0.5)
    shares = inputs["target"].dtype == "float32"
    return function("torch.argmax", In(), 1), (
        function("torch.argmax", In("target"), 1) if shares else labels(inputs)
    )

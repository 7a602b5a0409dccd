"""Metrics of how often the right class is found."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Name, function
from engine.nodes.comparing import clash, classes, labels, need_labels
from engine.nodes.metrics.metric import Metric, answer_classes, answers, need_answers
from engine.spec import param


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
    basic = True
    icon = "mdi6.check-decagram"
    aliases = ("correct", "hits", "classification rate", "acc")
    equation = "A = mean [argmax x = y]"
    usual_for = ("classes", "yes-no")

    threshold: float = param(
        0.0, "With one score a sample: above it means yes; 0 for logits, 0.5 after a sigmoid.", low=-1e6, high=1e6
    )

    def check(self, inputs: Inputs) -> None:
        """Scores with labels, or one score a sample."""
        need_answers(self, inputs)

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score; no and yes where there is one score."""
        return answer_classes(inputs)

    def call(self, inputs: Inputs) -> Call:
        """The mean of torch.eq."""
        hits = function("torch.eq", *answers(inputs, self.threshold))
        return function("torch.mean", hits, dtype=Name("torch.float32"))


class TopK(Metric):
    """The share of samples whose class is among the k best scores.

    Shapes:
        in: (N, K, …) scores
        target: (N, …) labels
        out: a single number
    Source:
        Krizhevsky et al. 2012, with k = 5; torch.topk.
    """

    id, title = "top_k_accuracy", "Top-k accuracy"
    icon = "mdi6.podium"
    aliases = ("top-5", "top5", "top k", "hits at k", "imagenet")
    equation = "A = mean [y ∈ topₖ x]"

    k: int = param(5, "How many of the best scores count.", low=1, high=2**20, card=True)

    def check(self, inputs: Inputs) -> None:
        """Scores and labels, and more classes than k."""
        need_labels(self, inputs)
        count = inputs["in"].sizes[1]
        if isinstance(count, int) and self.k > count:
            words = f"takes the best {self.k} of {count} classes"
            raise clash(self, words, inputs, f"Set k to {count} or less.", {"k": count})

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score."""
        return classes(inputs)

    def call(self, inputs: Inputs) -> Call:
        """Whether any of the best is the true one, averaged."""
        return function("engine.torchside.layers.counts.top_k_accuracy", In(), labels(inputs), self.k)

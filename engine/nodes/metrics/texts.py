"""Metrics of texts and other sequences of labels."""

from __future__ import annotations

from engine.catalog import Arg, Call, Expr, In, Inputs, function
from engine.nodes.comparing import clash, classes, labels, need_labels
from engine.nodes.metrics.metric import EpochMetric
from engine.nodes.rules import breach, changed
from engine.spec import param

LAYERS = "engine.torchside.layers.texts"


class Perplexity(EpochMetric):
    """Among how many equally likely tokens the model seems to choose; 1 is certain and right.

    Takes raw scores.

    Shapes:
        in: (N, K, …) scores
        target: (N, …) labels 0 to K − 1
        out: a single number
    Source:
        Jelinek et al. 1977; torchmetrics.functional.text.perplexity.
    """

    id, title = "perplexity", "Perplexity"
    icon = "mdi6.dice-multiple"
    aliases = ("language model", "ppl", "surprise", "branching factor")
    equation = "P = exp(−mean log softmax(x)[y])"

    ignore_index: int = param(-100, "Label that counts for nothing, such as padding.", low=-100, high=2**31)

    def check(self, inputs: Inputs) -> None:
        """Scores and labels."""
        need_labels(self, inputs)

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score."""
        return classes(inputs)

    def sums(self, inputs: Inputs) -> Call:
        """Surprise and how many labels."""
        return function(f"{LAYERS}.surprises", In(), labels(inputs), **changed(self, "ignore_index"))

    def finish(self, sums: Expr, inputs: Inputs) -> Call:  # noqa: ARG002
        """The exponential of the mean."""
        return function(f"{LAYERS}.perplexity", sums)


class EditDistance(EpochMetric):
    """Changes that turn the prediction into the target, a token: the error rate.

    With letters as tokens it is the character error rate, with words the word error rate.

    Shapes:
        in: (N, T) tokens, or scores with classes along `dim`
        target: (N, S) tokens
        out: a single number
    Source:
        Levenshtein 1966; torchmetrics.functional.text.char_error_rate.
    """

    id, title = "edit_distance", "Edit distance"
    icon = "mdi6.pencil-ruler"
    aliases = ("levenshtein", "character error rate", "word error rate", "cer", "wer", "speech")
    equation = "E = Σ lev(ŷ, y) / Σ |y|"

    padding_idx: int = param(0, "Token that counts for nothing; CTC's blank.", low=-(2**31), high=2**31)
    dim: int = param(1, "Axis of the classes where scores come in: 1, or 2 as CTC has it.", low=1, high=2)
    collapse: bool = param(False, "Read repeated tokens as one, as CTC does.")

    def check(self, inputs: Inputs) -> None:
        """Tokens, or scores of tokens, and the tokens they should be."""
        found, target = inputs["in"], inputs["target"]
        if target.rank != 2 or target.dtype != "int64":
            raise breach(
                self,
                "needs a list of tokens a sample (int64)",
                target,
                port="target",
                suggestion="Set the target's dtype to int64 and its shape to the longest text.",
            )
        if not (found.rank == 2 and found.dtype == "int64") and not (found.rank == 3 and found.dtype == "float32"):
            raise clash(
                self,
                "needs a list of tokens a sample (int64), or scores of each token",
                inputs,
                "Wire scores of batch × classes × time to it.",
            )

    def sums(self, inputs: Inputs) -> Call:
        """Changes, and how many tokens there should be."""
        scored = inputs["in"].rank == 3
        found: Arg = function("torch.argmax", In(), self.dim) if scored else In()
        return function(f"{LAYERS}.changes", found, In("target"), **changed(self, "padding_idx", "collapse"))

    def finish(self, sums: Expr, inputs: Inputs) -> Call:  # noqa: ARG002
        """Changes for each token."""
        return function(f"{LAYERS}.error_rate", sums)

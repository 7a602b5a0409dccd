"""Losses between embeddings: what belongs together comes together."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Port, function
from engine.nodes.comparing import need_alike, need_one_each, one_each
from engine.nodes.losses.loss import Loss
from engine.nodes.rules import breach, changed
from engine.spec import param

FUNCTIONAL = "torch.nn.functional"
LAYERS = "engine.torchside.layers.losses"
TOGETHER = Port("target", "Above 0 for two that belong together, otherwise 0 or −1.")


class CosineLoss(Loss):
    """One minus the cosine between prediction and target, along the last axis.

    Shapes:
        in: (N, …, E)
        target: the same
        out: a single number
    Source:
        torch.nn.functional.cosine_similarity.
    """

    id, title = "cosine_loss", "Cosine distance"
    icon = "mdi6.vector-difference"
    aliases = ("cosine similarity loss", "angle", "embedding", "direction")
    equation = "L = mean (1 − x·y / (|x|·|y|))"

    def check(self, inputs: Inputs) -> None:
        """Vectors of the same length."""
        need_alike(self, inputs, "in", "target")

    def loss(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The mean or sum over all vectors."""
        return function(f"{LAYERS}.cosine_distance", In(), In("target"), **changed(self, "reduction"))


class PairLoss(Loss):
    """A loss of two embeddings, and whether they belong together."""

    inputs = (Port("in", "One embedding."), Port("other", "The embedding to compare with."), TOGETHER)

    def check(self, inputs: Inputs) -> None:
        """Two vectors a sample and one answer."""
        need_vectors(self, inputs, "in", "other")
        need_one_each(self, inputs)

    def together(self, inputs: Inputs) -> Call:
        """Whether the two belong together, (N) of bool."""
        return function("torch.gt", one_each(inputs), 0)


def need_vectors(kind: Loss, inputs: Inputs, *ports: str) -> None:
    """Refuse anything but one vector a sample, all of the same length."""
    need_alike(kind, inputs, *ports)
    if inputs[ports[0]].rank != 2:
        raise breach(
            kind,
            "needs one vector a sample: batch × embedding",
            inputs[ports[0]],
            port=ports[0],
            suggestion="Insert a Flatten before each of its inputs.",
        )


class CosineEmbedding(PairLoss):
    """Turns two embeddings together where they belong together, and apart where they do not.

    Shapes:
        in, other: (N, E)
        target: (N), above 0 for together, otherwise 0 or −1
        out: a single number
    Source:
        torch.nn.functional.cosine_embedding_loss.
    """

    id, title = "cosine_embedding", "Cosine embedding"
    icon = "mdi6.vector-difference"
    aliases = ("cosine_embedding_loss", "siamese", "similarity learning", "metric learning")
    equation = "L = mean (1 − cos if y > 0 else max(0, cos − m))"

    margin: float = param(0.0, "Cosine up to which strangers cost nothing.", low=-1.0, high=1.0)

    def loss(self, inputs: Inputs) -> Call:
        """torch.nn.functional.cosine_embedding_loss, which asks for 1 and −1."""
        signs = function("torch.where", self.together(inputs), 1, -1)
        options = changed(self, "margin", "reduction")
        return function(f"{FUNCTIONAL}.cosine_embedding_loss", In(), In("other"), signs, **options)


class Contrastive(PairLoss):
    """Draws embeddings that belong together nearer, and pushes others a margin apart.

    Shapes:
        in, other: (N, E)
        target: (N), above 0 for together, otherwise 0 or −1
        out: a single number
    Source:
        Hadsell, Chopra and LeCun 2006, equation 4, their Y turned round.
    """

    id, title = "contrastive", "Contrastive"
    icon = "mdi6.magnet"
    aliases = ("siamese", "contrastive loss", "pair loss", "metric learning", "similarity learning")
    equation = "L = mean ½·(d² if y > 0 else max(0, m − d)²)"

    margin: float = param(1.0, "Distance from which strangers cost nothing.", low=0.0, high=1e6)

    def loss(self, inputs: Inputs) -> Call:
        """Over Euclidean distances."""
        options = changed(self, "margin", "reduction")
        return function(f"{LAYERS}.contrastive", In(), In("other"), self.together(inputs), **options)


class TripletMargin(Loss):
    """Puts an anchor nearer to its like than to another, by a margin.

    Shapes:
        anchor, positive, negative: (N, E)
        out: a single number
    Source:
        Schroff et al. 2015; torch.nn.functional.triplet_margin_loss.
    """

    id, title = "triplet_margin", "Triplet margin"
    icon = "mdi6.vector-triangle"
    aliases = ("triplet loss", "triplet_margin_loss", "metric learning", "face recognition", "siamese")
    equation = "L = mean max(0, d(a, p) − d(a, n) + m)"
    inputs = (
        Port("anchor", "An embedding."),
        Port("positive", "The embedding of another of its kind."),
        Port("negative", "The embedding of something else."),
    )

    margin: float = param(1.0, "How much nearer is near enough.", low=0.0, high=1e6)
    p: float = param(2.0, "Norm of the distance; 2 is Euclid's.", low=1.0, high=100.0)
    swap: bool = param(False, "Take the distance from positive to negative where it is the smaller one.")

    def check(self, inputs: Inputs) -> None:
        """Three vectors a sample."""
        need_vectors(self, inputs, "anchor", "positive", "negative")

    def loss(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.functional.triplet_margin_loss."""
        options = changed(self, "margin", "p", "swap", "reduction")
        three = (In("anchor"), In("positive"), In("negative"))
        return function(f"{FUNCTIONAL}.triplet_margin_loss", *three, **options)

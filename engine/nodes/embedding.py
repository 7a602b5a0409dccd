"""Embeddings: vectors for tokens and for positions."""

from __future__ import annotations

from engine.catalog import Call, Inputs, NodeKind, Shape, Shapes, Weighted, Weights, layer
from engine.nodes.rules import SEQUENCE, breach, changed, need_axes, need_rank
from engine.spec import param


class Embedding(Weighted):
    """Looks up a learnt vector for each token.

    Shapes:
        in: (N, …) of int64
        out: (N, …, embedding_dim)
    Source:
        Bengio et al. 2003; torch.nn.Embedding.
    """

    id, title, category = "embedding", "Embedding", "Embedding"
    icon = "mdi6.book-alphabet"
    aliases = ("lookup", "word vectors", "token", "vocabulary")
    equation = "y = W[x]"

    num_embeddings: int = param(1000, "Size of the vocabulary: tokens are 0 to this less one.", low=1, high=2**24)
    embedding_dim: int = param(64, "Length of each vector.", low=1, high=2**16, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """A vector for each token."""
        shape = inputs["in"]
        need_axes(self, shape, 1)
        if shape.dtype != "int64":
            raise breach(
                self,
                f"looks up whole numbers (int64), not {shape.dtype}",
                shape,
                suggestion="Set the input's dtype to int64.",
            )
        return {"out": Shape((*shape.sizes, self.embedding_dim), shape.axes + "E")}

    def weights(self, inputs: Inputs) -> Weights:  # noqa: ARG002
        """A row for each token."""
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.Embedding."""
        return layer("torch.nn.Embedding", num_embeddings=self.num_embeddings, embedding_dim=self.embedding_dim)


class PositionalEncoding(NodeKind):
    """Adds waves to a sequence, so that attention can tell positions apart.

    Shapes:
        in: (N, T, E)
        out: (N, T, E)
    Source:
        Vaswani et al. 2017.
    """

    id, title, category = "positional_encoding", "Positional encoding", "Embedding"
    icon = "mdi6.sine-wave"
    aliases = ("positions", "sinusoidal", "transformer", "pe")
    equation = "y[t, 2i] = x + sin(t / base^(2i/E)), y[t, 2i+1] = x + cos(t / base^(2i/E))"

    base: float = param(10_000.0, "Longest wave, over 2π, in positions.", low=1.0, high=1e9)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_rank(self, shape, 3, SEQUENCE)
        shape.size(1), shape.size(2)
        return {"out": shape}

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        shape = inputs["in"]
        return layer(
            "engine.torchside.layers.positions.SinusoidalPositions",
            length=shape.size(1),
            features=shape.size(2),
            **changed(self, "base"),
        )

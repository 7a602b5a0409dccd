"""Embeddings: vectors for tokens."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, Inputs, Shape, Shapes, Weighted, Weights, layer
from engine.errors import ParamError
from engine.nodes.rules import breach, changed, need_axes
from engine.spec import Values, param


class Lookup(Weighted):
    """A table with a learnt vector for each token."""

    category = "Embedding"

    num_embeddings: int = param(1000, "Size of the vocabulary: tokens are 0 to this less one.", low=1, high=2**24)
    embedding_dim: int = param(64, "Length of each vector.", low=1, high=2**16, card=True)
    padding_idx: int | None = param(
        None, "The token that stands for padding; its vector is not learnt.", low=0, high=2**24
    )
    max_norm: float | None = param(
        None, "Longest that a vector may be; longer ones are shortened.", low=1e-6, high=1e6
    )

    def conflicts(self) -> list[ParamError]:
        """Padding is one of the tokens."""
        if self.padding_idx is not None and self.padding_idx >= self.num_embeddings:
            limit = f"must be below num_embeddings, which is {self.num_embeddings:,}"
            return [ParamError("padding_idx", limit, self.padding_idx)]
        return []

    def blank_row(self) -> int | None:
        """That of padding."""
        return self.padding_idx

    def need_tokens(self, shape: Shape) -> None:
        """Refuse what cannot be looked up."""
        if shape.dtype != "int64":
            raise breach(
                self,
                f"looks up whole numbers (int64), not {shape.dtype}",
                shape,
                suggestion="Set the input's dtype to int64.",
            )

    def weights(self, inputs: Inputs) -> Weights:  # noqa: ARG002
        """A row for each token."""
        return {"weight": (self.num_embeddings, self.embedding_dim)}


class Embedding(Lookup):
    """Looks up a learnt vector for each token.

    Shapes:
        in: (N, …) of int64
        out: (N, …, embedding_dim)
    Source:
        Bengio et al. 2003; torch.nn.Embedding.
    """

    id, title = "embedding", "Embedding"
    basic = True
    icon = "mdi6.book-alphabet"
    aliases = ("lookup", "word vectors", "token", "vocabulary")
    equation = "y = W[x]"

    @classmethod
    def adaptations(cls, given: Shape, wanted: Shape | None) -> tuple[Values, ...]:
        """Vectors where tokens come."""
        return ({},) if wanted is None and given.dtype == "int64" and given.rank > 1 else ()

    def shapes(self, inputs: Inputs) -> Shapes:
        """A vector for each token."""
        shape = inputs["in"]
        need_axes(self, shape, 1)
        self.need_tokens(shape)
        return {"out": Shape((*shape.sizes, self.embedding_dim), shape.axes + "E")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.Embedding."""
        return layer(
            "torch.nn.Embedding",
            num_embeddings=self.num_embeddings,
            embedding_dim=self.embedding_dim,
            **changed(self, "padding_idx", "max_norm"),
        )


class EmbeddingBag(Lookup):
    """Looks up a learnt vector for each token and puts them together: the order is lost.

    Shapes:
        in: (N, T) of int64; padding_idx does not count
        out: (N, embedding_dim)
    Source:
        Iyyer et al. 2015; Joulin et al. 2016 (bag of words); torch.nn.EmbeddingBag.
    """

    id, title = "embedding_bag", "Embedding bag"
    icon = "mdi6.bag-personal"
    aliases = ("bag of words", "bow", "fasttext", "deep averaging", "lookup")
    equation = "y = mean_t W[x_t]"

    mode: Literal["sum", "mean", "max"] = param("mean", "How the vectors are put together.", card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """A vector for each sample."""
        shape = inputs["in"]
        self.need_tokens(shape)
        if shape.rank != 2:
            raise breach(
                self, "needs 2 axes: batch × time", shape, suggestion="Insert a Flatten or a Reshape before it."
            )
        shape.size(1)
        return {"out": Shape((shape.sizes[0], self.embedding_dim), "NE")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """An addition or comparison for each number that is looked up."""
        return inputs["in"].size(1) * self.embedding_dim

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.nn.EmbeddingBag."""
        return layer(
            "torch.nn.EmbeddingBag",
            num_embeddings=self.num_embeddings,
            embedding_dim=self.embedding_dim,
            **changed(self, "padding_idx", "max_norm", "mode"),
        )

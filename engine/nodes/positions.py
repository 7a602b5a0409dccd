"""Positions: how attention, blind to order by itself, tells steps apart."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shape, Shapes, Weighted, Weights, function, layer
from engine.errors import ShapeError
from engine.nodes.rules import SEQUENCE, breach, changed, need_floats, need_rank
from engine.spec import param

LAYERS = "engine.torchside.layers.positions"
HEADS = "4 axes: batch × heads × time × features"


class PositionalEncoding(NodeKind):
    """Adds waves to a sequence, so that attention can tell positions apart.

    Shapes:
        in: (N, T, E)
        out: (N, T, E)
    Source:
        Vaswani et al. 2017.
    """

    id, title, category = "positional_encoding", "Positional encoding", "Embedding"
    basic = True
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
            f"{LAYERS}.SinusoidalPositions",
            length=shape.size(1),
            features=shape.size(2),
            **changed(self, "base"),
        )


class LearnedPositions(Weighted):
    """Adds a learnt vector for each position to a sequence.

    Shapes:
        in: (N, T, E)
        out: (N, T, E)
    Source:
        Gehring et al. 2017; Devlin et al. 2019.
    """

    id, title, category = "learned_positions", "Learned positional encoding", "Embedding"
    icon = "mdi6.map-marker-path"
    aliases = ("position embedding", "absolute positions", "transformer", "bert", "vit")
    equation = "y[t] = x[t] + W[t]"

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_rank(self, shape, 3, SEQUENCE)
        shape.size(1), shape.size(2)
        return {"out": shape}

    def weights(self, inputs: Inputs) -> Weights:
        """A vector for each position."""
        return {"weight": (inputs["in"].size(1), inputs["in"].size(2))}

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        shape = inputs["in"]
        return layer(f"{LAYERS}.LearnedPositions", length=shape.size(1), features=shape.size(2))


class RotaryPositions(NodeKind):
    """Turns pairs of features by the position, so that scores depend on the distance alone.

    Put it between the projections and the scores, once for queries and once for keys.

    Shapes:
        in: (N, T, E) or (N, A, T, E); E is even
        out: the same
    Source:
        Su et al. 2021.
    """

    id, title, category = "rotary_positions", "Rotary positional encoding", "Embedding"
    icon = "mdi6.rotate-3d-variant"
    aliases = ("rope", "rotary embedding", "relative positions", "llama")
    equation = "(y_2i, y_2i+1) = R(t / base^(2i/E))·(x_2i, x_2i+1)"

    base: float = param(10_000.0, "Longest wave, over 2π, in positions.", low=1.0, high=1e9)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        if shape.rank not in (3, 4):
            words = "needs 3 or 4 axes: batch × time × features, or batch × heads × time × features"
            raise breach(self, words, shape, suggestion="Insert a Reshape before it.")
        shape.size(-2)
        if shape.size(-1) % 2:
            raise breach(
                self,
                f"turns pairs of features, {shape.sizes[-1]} features cannot be paired",
                shape,
                suggestion=f"Give the layer before it {shape.size(-1) + 1} features.",
            )
        return {"out": shape}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Two products and a sum for each number."""
        return 3 * inputs["in"].count

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        shape = inputs["in"]
        return layer(
            f"{LAYERS}.RotaryPositions", length=shape.size(-2), features=shape.size(-1), **changed(self, "base")
        )


def scores_shape(kind: NodeKind, inputs: Inputs) -> Shape:
    """The shape of the scores between query and key; where no key is wired, of the query with itself."""
    query, key = inputs["query"], inputs.get("key")
    need_rank(kind, query, 4, HEADS, port="query")
    if key is not None:
        need_rank(kind, key, 4, HEADS, port="key")
        if key.sizes[1] != query.sizes[1]:
            raise ShapeError(
                f"{kind.title} needs as many heads in the key as in the query. "
                f"Received: query {query.words()}, key {key.words()}.",
                port="key",
                suggestion="Split query and key into the same number of heads.",
            )
    steps = (query.size(1, port="query"), query.size(2, port="query"), (key or query).size(2, port="key"))
    return Shape.batch(*steps, axes="ATS")


QUERY_AND_KEY = (
    Port("query", "Queries, split into heads."),
    Port("key", "Keys, split into heads; the query where nothing is wired.", optional=True),
)


class RelativeBias(Weighted):
    """A learnt number for each head and distance, to be added to attention's scores.

    Wire it to the bias of a Scaled dot product, or add it to scores that are drawn.

    Shapes:
        query: (N, A, T, E)
        key: (N, A, S, E)
        out: (N, A, T, S)
    Source:
        Raffel et al. 2020; distances are clipped as in Shaw, Uszkoreit and Vaswani 2018.
    """

    id, title, category = "relative_bias", "Relative position bias", "Attention"
    icon = "mdi6.arrow-expand-horizontal"
    aliases = ("relative positions", "t5 bias", "swin bias", "distance")
    equation = "out[a, t, s] = W[a, clip(s − t)]"
    inputs = QUERY_AND_KEY

    max_distance: int = param(
        32, "Distance from which on all count alike, in steps.", low=1, high=2**16, card=True
    )

    def shapes(self, inputs: Inputs) -> Shapes:
        """A number for each score."""
        return {"out": scores_shape(self, inputs)}

    def weights(self, inputs: Inputs) -> Weights:
        """A row of distances for each head."""
        return {"weight": (inputs["query"].size(1), 2 * self.max_distance + 1)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        return layer(
            f"{LAYERS}.RelativeBias",
            args=(In("query"), In("key" if "key" in inputs else "query")),
            num_heads=inputs["query"].size(1),
            max_distance=self.max_distance,
        )


class LinearBias(NodeKind):
    """Makes attention fade with the distance, at another pace for each head.

    Wire it to the bias of a Scaled dot product, or add it to scores that are drawn.

    Shapes:
        query: (N, A, T, E)
        key: (N, A, S, E)
        out: (N, A, T, S)
    Source:
        Press, Smith and Lewis 2022.
    """

    id, title, category = "linear_bias", "Linear bias", "Attention"
    icon = "mdi6.signal-distance-variant"
    aliases = ("alibi", "attention with linear biases", "distance", "relative positions")
    equation = "out[a, t, s] = −2^(−8·a/A)·|s − t|"
    inputs = QUERY_AND_KEY

    def shapes(self, inputs: Inputs) -> Shapes:
        """A number for each score."""
        return {"out": scores_shape(self, inputs)}

    def call(self, inputs: Inputs) -> Call:
        """A function of ours: torch has none."""
        return function(f"{LAYERS}.linear_bias", In("query"), In("key" if "key" in inputs else "query"))

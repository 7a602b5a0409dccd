"""Attention without heads of its own: scores between queries and keys, and what they gather."""

from __future__ import annotations

from typing import Any, Literal

from engine.catalog import (
    Arg,
    Expr,
    In,
    Inputs,
    Item,
    NodeKind,
    Port,
    Shape,
    Shapes,
    Weighted,
    Weights,
    function,
    layer,
)
from engine.errors import ShapeError
from engine.nodes.asking import KEY, QUERY, VALUE, need_pairs, three
from engine.nodes.padding import need_mask
from engine.nodes.rules import SEQUENCE, breach, changed, need_floats, need_rank
from engine.spec import param

LAYERS = "engine.torchside.layers.attention"
MASK = Port("mask", "True where a key is hidden, as padding is.", optional=True)
WEIGHTS = Port("weights", "How much each query looked at each key.")


class ScaledDotProduct(NodeKind):
    """Gathers values by the products of queries and keys: attention without weights of its own.

    Shapes:
        query: (N, T, E) or (N, A, T, E)
        key: (N, S, E) or (N, A, S, E)
        value: (N, S, E_v) or (N, A, S, E_v)
        mask: (N, S) or (N, T, S) of bool, true where a key is hidden
        bias: (N, T, S) or (N, A, T, S), added to the scores
        out: (N, T, E_v) or (N, A, T, E_v)
        weights: (N, T, S) or (N, A, T, S)
    Source:
        Vaswani et al. 2017; torch.nn.functional.scaled_dot_product_attention.
    """

    id, title, category = "scaled_dot_product", "Scaled dot product", "Attention"
    icon = "mdi6.eye-circle-outline"
    aliases = ("sdpa", "self-attention", "cross-attention", "softmax attention")
    equation = "out = softmax(Q·Kᵀ / √E + bias)·V"
    inputs = (QUERY, KEY, VALUE, MASK, Port("bias", "What is added to the scores.", optional=True))
    outputs = (Port("out", "What each query gathered."), WEIGHTS)

    is_causal: bool = param(False, "Let each step look only at itself and at what came before.")
    scale: float | None = param(None, "Factor of the scores; 1/√E where none is given.", low=1e-6, high=1e6)
    need_weights: bool = param(False, "Give the weights as a second output; without them it runs faster.")

    def output_ports(self) -> tuple[Port, ...]:
        """Weights only where they are asked for."""
        return self.outputs if self.need_weights else self.outputs[:1]

    def shapes(self, inputs: Inputs) -> Shapes:
        """As long as the query, as wide as the value."""
        query, key, value = three(inputs)
        for port, shape in (("query", query), ("key", key), ("value", value)):
            if port in inputs:
                self._need_heads(port, shape, query)
        if key.size(-1, port="key") != query.size(-1, port="query"):
            raise ShapeError(
                "Scaled dot product multiplies query and key, so both need as many features. "
                f"Received: query {query.words()}, key {key.words()}.",
                port="key",
                suggestion="Insert a Dense before one of them.",
            )
        need_pairs(self, inputs, key, value)
        value.size(-1, port="value")
        steps, source = query.size(-2, port="query"), key.size(-2, port="key")
        scores = Shape((*query.sizes[:-1], source), query.axes[:-1] + "S")
        if (mask := inputs.get("mask")) is not None and mask.rank == 3 and mask.dtype == "bool":
            self._need_scores("mask", mask, Shape.batch(steps, source, axes="TS"))
        else:
            need_mask(self, inputs, source)
        if (bias := inputs.get("bias")) is not None:
            need_floats(self, bias, "bias")
            self._need_scores("bias", bias, scores)
        out = Shape((*query.sizes[:-1], value.sizes[-1]), query.axes)
        return {"out": out, "weights": scores} if self.need_weights else {"out": out}

    def _need_heads(self, port: str, shape: Shape, query: Shape) -> None:
        need_floats(self, shape, port)
        if query.rank not in (3, 4) or shape.rank != query.rank or shape.sizes[:-2] != query.sizes[:-2]:
            raise breach(
                self,
                "needs batch × time × features, or batch × heads × time × features, the same at each port",
                shape,
                port=port,
                suggestion="Insert a Reshape before it.",
            )

    def _need_scores(self, port: str, shape: Shape, wanted: Shape) -> None:
        if shape.sizes != wanted.sizes:
            raise breach(
                self,
                f"needs a {port} of {wanted.words()}",
                shape,
                port=port,
                suggestion=f"Make the {port} from the same queries and keys.",
            )

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """The scores and the gathering."""
        query, key, _ = three(inputs)
        return 2 * key.size(-2) * (query.count + outputs["out"].count)

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """torch's function; a function of ours where keys are hidden or weights are wanted."""
        query = In("query")
        key = In("key") if "key" in inputs else query
        value = In("value") if "value" in inputs else key
        options: dict[str, Arg] = {port: In(port) for port in ("mask", "bias") if port in inputs}
        set_here = changed(self, "is_causal", "scale")
        if self.need_weights:
            weights = function(f"{LAYERS}.attention_weights", query, key, **options, **set_here)
            return {"out": function("torch.matmul", weights, value), "weights": weights}
        target = f"{LAYERS}.attend" if options else "torch.nn.functional.scaled_dot_product_attention"
        return {"out": function(target, query, key, value, **options, **set_here)}

    def card(self) -> str:
        """`causal`."""
        return "causal" if self.is_causal else ""


class Scored(Weighted):
    """Attention of the recurrent age: a query looks at all steps of a source."""

    category = "Attention"
    inputs = (
        Port("query", "What asks: one vector, or one a step."),
        Port("key", "What is compared with the question."),
        VALUE,
        MASK,
    )
    outputs = (Port("out", "What each query gathered."), WEIGHTS)

    def shapes(self, inputs: Inputs) -> Shapes:
        """As long as the query, as wide as the value."""
        query, key, value = three(inputs)
        need_floats(self, query, "query")
        if query.rank not in (2, 3):
            words = "needs a query of batch × features, or batch × time × features"
            raise breach(self, words, query, port="query", suggestion="Insert a Flatten or a Reshape before it.")
        for port, shape in (("key", key), ("value", value)):
            if port in inputs:
                need_rank(self, shape, 3, SEQUENCE, port=port)
        need_pairs(self, inputs, key, value)
        need_mask(self, inputs, key.size(1, port="key"))
        self.need_widths(query, key)
        seen = Shape((*query.sizes[:-1], key.sizes[1]), query.axes[:-1] + "S")
        return {"out": Shape((*query.sizes[:-1], value.size(2, port="value")), query.axes), "weights": seen}

    def need_widths(self, query: Shape, key: Shape) -> None:
        """Refuse features of query and key that do not go together."""
        query.size(-1, port="query"), key.size(2, port="key")

    def attended(self, inputs: Inputs, attend: str, **build: Any) -> dict[str, Expr]:
        """The call of a layer or function of ours; a single query is one step."""
        single = inputs["query"].rank == 2
        query: Arg = function("torch.unsqueeze", In("query"), 1) if single else In("query")
        args = (query, In("key"), In("value" if "value" in inputs else "key"))
        kwargs: dict[str, Arg] = {"mask": In("mask")} if "mask" in inputs else {}
        target = f"{LAYERS}.{attend}"
        found = layer(target, args=args, kwargs=kwargs, **build) if build else function(target, *args, **kwargs)
        both: dict[str, Expr] = {"out": Item(found, 0), "weights": Item(found, 1)}
        return {port: function("torch.squeeze", item, 1) for port, item in both.items()} if single else both

    def gathering(self, inputs: Inputs, outputs: Shapes) -> int:
        """Multiply-adds of the gathering."""
        return inputs["key"].size(1) * outputs["out"].count


class AdditiveAttention(Scored):
    """A small network compares a query with each step of a source, which is gathered so.

    Shapes:
        query: (N, E) or (N, T, E)
        key: (N, S, E_k)
        value: (N, S, E_v)
        mask: (N, S) of bool, true where a key is hidden
        out: (N, E_v) or (N, T, E_v)
        weights: (N, S) or (N, T, S)
    Source:
        Bahdanau, Cho and Bengio 2015; Luong, Pham and Manning 2015 ("concat").
    """

    id, title = "additive_attention", "Additive attention"
    icon = "mdi6.eye-plus-outline"
    aliases = ("bahdanau", "concat attention", "seq2seq", "alignment")
    equation = "out = Σ_s softmax_s(v·tanh(W·q + U·k_s))·v_s"

    hidden_size: int = param(64, "Neurons of the network that compares.", low=1, high=2**16, card=True)

    def weights(self, inputs: Inputs) -> Weights:
        """Projections of query and key, and the row that scores."""
        return {
            "query.weight": (self.hidden_size, inputs["query"].size(-1)),
            "key.weight": (self.hidden_size, inputs["key"].size(2)),
            "score.weight": (1, self.hidden_size),
        }

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """Projections, scores and gathering."""
        compared = inputs["query"].count + inputs["key"].count + outputs["weights"].count
        return 2 * (self.hidden_size * compared + self.gathering(inputs, outputs))

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """A layer of ours: torch has none."""
        return self.attended(
            inputs,
            "AdditiveAttention",
            query_features=inputs["query"].size(-1),
            key_features=inputs["key"].size(2),
            hidden_size=self.hidden_size,
        )


class MultiplicativeAttention(Scored):
    """Compares a query with each step of a source by their product, and gathers the source so.

    Shapes:
        query: (N, E) or (N, T, E)
        key: (N, S, E_k); E_k is E for "dot"
        value: (N, S, E_v)
        mask: (N, S) of bool, true where a key is hidden
        out: (N, E_v) or (N, T, E_v)
        weights: (N, S) or (N, T, S)
    Source:
        Luong, Pham and Manning 2015.
    """

    id, title = "multiplicative_attention", "Multiplicative attention"
    icon = "mdi6.eye-check-outline"
    aliases = ("luong", "dot attention", "general attention", "bilinear attention", "seq2seq")
    equation = "out = Σ_s softmax_s(q·W·k_s)·v_s"

    score: Literal["general", "dot"] = param(
        "general", 'How query and key are compared: with learnt weights between them, or "dot" without.', card=True
    )

    def need_widths(self, query: Shape, key: Shape) -> None:
        """Without weights between them, query and key are equally wide."""
        super().need_widths(query, key)
        if self.score == "dot" and query.sizes[-1] != key.sizes[2]:
            raise ShapeError(
                'Multiplicative attention with score "dot" needs as many features in the key as in the query. '
                f"Received: query {query.words()}, key {key.words()}.",
                port="key",
                suggestion='Set score to "general".',
                fits={"score": "general"},
            )

    def weights(self, inputs: Inputs) -> Weights:
        """The matrix between query and key, unless it is left out."""
        if self.score == "dot":
            return {}
        return {"key.weight": (inputs["query"].size(-1), inputs["key"].size(2))}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """Projection, scores and gathering."""
        size = inputs["query"].size(-1)
        scores = size * outputs["weights"].count
        projection = 0 if self.score == "dot" else size * inputs["key"].count
        return 2 * (projection + scores + self.gathering(inputs, outputs))

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """A layer or function of ours: torch has none."""
        if self.score == "dot":
            return self.attended(inputs, "dot_attention")
        sizes = {"query_features": inputs["query"].size(-1), "key_features": inputs["key"].size(2)}
        return self.attended(inputs, "GeneralAttention", **sizes)

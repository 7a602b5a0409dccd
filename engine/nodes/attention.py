"""Attention."""

from __future__ import annotations

from typing import Any

from engine.catalog import (
    Arg,
    Expr,
    In,
    Inputs,
    Item,
    Name,
    Port,
    Shape,
    Shapes,
    Weighted,
    Weights,
    function,
    layer,
)
from engine.errors import ShapeError
from engine.nodes.rules import SEQUENCE, breach, changed, need_rank
from engine.spec import param


class MultiheadAttention(Weighted):
    """Each step of a sequence gathers from all steps what its question asks for.

    Key left unwired is the query itself (self-attention); value left unwired is the key.

    Shapes:
        query: (N, T, E)
        key: (N, S, E_k)
        value: (N, S, E_v)
        out: (N, T, E)
        weights: (N, T, S), or (N, A, T, S) for each head
    Source:
        Vaswani et al. 2017; torch.nn.MultiheadAttention with batch_first.
    """

    id, title, category = "multihead_attention", "Multi-head attention", "Attention"
    icon = "mdi6.eye-outline"
    aliases = ("attention", "mha", "self-attention", "cross-attention", "transformer", "heads")
    equation = "out = W_o·[softmax(Q_a·K_aᵀ / √d)·V_a over heads a]"
    inputs = (
        Port("query", "What asks: one answer a step."),
        Port("key", "What is compared with the question; the query where nothing is wired.", optional=True),
        Port("value", "What is gathered; the key where nothing is wired.", optional=True),
    )
    outputs = (
        Port("out", "What each step gathered."),
        Port("weights", "How much each step looked at each other."),
    )

    num_heads: int = param(
        4, "Heads that attend side by side; must divide the query's features.", low=1, high=1024, card=True
    )
    dropout: float = param(0.0, "Chance to drop an attention weight while training.", low=0.0, high=1.0)
    bias: bool = param(True, "Add learnt numbers in each projection.")
    is_causal: bool = param(False, "Let each step look only at itself and at what came before.")
    need_weights: bool = param(True, "Give the weights as a second output; without them it runs faster.")
    average_attn_weights: bool = param(True, "Give the mean of the weights over heads, not each head's.")

    def output_ports(self) -> tuple[Port, ...]:
        """Weights only where they are asked for."""
        return self.outputs if self.need_weights else self.outputs[:1]

    def shapes(self, inputs: Inputs) -> Shapes:
        """As long as the query, as wide as the query."""
        query, key, value = self._three(inputs)
        for port, shape in (("query", query), ("key", key), ("value", value)):
            if port in inputs:
                need_rank(self, shape, 3, SEQUENCE, port=port)
        if query.size(2, port="query") % self.num_heads:
            raise breach(
                self,
                f"splits the features into {self.num_heads} equal heads, {query.sizes[2]} features cannot be",
                query,
                port="query",
                suggestion=f"Set num_heads to a divisor of {query.sizes[2]}.",
            )
        if key.sizes[:2] != value.sizes[:2]:
            raise ShapeError(
                f"Multi-head attention needs a value for each key. "
                f"Received: key {key.words()}, value {value.words()}.",
                port="value" if "value" in inputs else "key",
                suggestion="Wire key and value to the same sequence, or leave value unwired.",
            )
        if not self.need_weights:
            return {"out": query}
        seen = (query.sizes[1], key.sizes[1])
        if self.average_attn_weights:
            return {"out": query, "weights": Shape((query.sizes[0], *seen), "NTS")}
        return {"out": query, "weights": Shape((query.sizes[0], self.num_heads, *seen), "NATS")}

    def _three(self, inputs: Inputs) -> tuple[Shape, Shape, Shape]:
        query = inputs["query"]
        key = inputs.get("key") or query
        return query, key, inputs.get("value") or key

    def weights(self, inputs: Inputs) -> Weights:
        """Projections of query, key and value (stacked where equally wide), and of the answer."""
        size, key, value = (shape.size(2) for shape in self._three(inputs))
        found: Weights = {}
        if size == key == value:
            found["in_proj_weight"] = (3 * size, size)
        else:
            found |= {"q_proj_weight": (size, size), "k_proj_weight": (size, key), "v_proj_weight": (size, value)}
        if self.bias:
            found["in_proj_bias"] = (3 * size,)
        found["out_proj.weight"] = (size, size)
        if self.bias:
            found["out_proj.bias"] = (size,)
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """The four projections, the scores and the gathering."""
        query, key, value = self._three(inputs)
        size, steps, source = query.size(2), query.size(1), key.size(1)
        projections = size * (2 * steps * size + source * (key.size(2) + value.size(2)))
        return 2 * (projections + 2 * steps * source * size)

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """torch.nn.MultiheadAttention."""
        size, key, value = (shape.size(2) for shape in self._three(inputs))
        first = In("query")
        second = In("key") if "key" in inputs else first
        widths: dict[str, Any] = {} if size == key == value else {"kdim": key, "vdim": value}
        attend = layer(
            "torch.nn.MultiheadAttention",
            args=(first, second, In("value") if "value" in inputs else second),
            kwargs=self._options(inputs),
            embed_dim=size,
            num_heads=self.num_heads,
            batch_first=True,
            **changed(self, "dropout", "bias"),
            **widths,
        )
        found: dict[str, Expr] = {"out": Item(attend, 0)}
        if self.need_weights:
            found["weights"] = Item(attend, 1)
        return found

    def _options(self, inputs: Inputs) -> dict[str, Arg]:
        options: dict[str, Arg] = changed(self, "need_weights")
        if self.need_weights:
            options |= changed(self, "average_attn_weights")
        if self.is_causal:
            query, key, _ = self._three(inputs)
            sizes = (query.size(1), key.size(1))
            everything = function("torch.Tensor.new_ones", In("query"), sizes, dtype=Name("torch.bool"))
            options |= {"attn_mask": function("torch.triu", everything, 1), "is_causal": True}
        return options

    def card(self) -> str:
        """`4 heads, causal`."""
        heads = f"{self.num_heads} head{'s' if self.num_heads > 1 else ''}"
        return f"{heads}, causal" if self.is_causal else heads

"""Attention with several heads."""

from __future__ import annotations

from typing import Any

from engine.catalog import (
    Arg,
    Call,
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
from engine.nodes.asking import KEY, QUERY, VALUE, need_divisor, need_pairs, shown, three
from engine.nodes.padding import need_mask
from engine.nodes.rules import SEQUENCE, breach, changed, divisor, need_rank
from engine.spec import param


class MultiheadAttention(Weighted):
    """Each step of a sequence gathers from all steps what its question asks for.

    Key left unwired is the query itself (self-attention); value left unwired is the key.

    Shapes:
        query: (N, T, E)
        key: (N, S, E_k)
        value: (N, S, E_v)
        key_padding_mask: (N, S) of bool, true where a key is padding
        out: (N, T, E)
        weights: (N, T, S), or (N, A, T, S) for each head
    Source:
        Vaswani et al. 2017; torch.nn.MultiheadAttention with batch_first.
    """

    id, title, category = "multihead_attention", "Multi-head attention", "Attention"
    basic = True
    icon = "mdi6.eye-outline"
    aliases = ("attention", "mha", "self-attention", "cross-attention", "transformer", "heads")
    equation = "out = W_o·[softmax(Q_a·K_aᵀ / √d)·V_a over heads a]"
    inputs = (
        QUERY,
        KEY,
        VALUE,
        Port("key_padding_mask", "True where a key is padding, at which no step looks.", optional=True),
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
        query, key, value = three(inputs)
        for port, shape in (("query", query), ("key", key), ("value", value)):
            if port in inputs:
                need_rank(self, shape, 3, SEQUENCE, port=port)
        need_divisor(self, query, "num_heads")
        need_pairs(self, inputs, key, value)
        need_mask(self, inputs, key.size(1, port="key"), "key_padding_mask")
        if not self.need_weights:
            return {"out": query}
        seen = (query.sizes[1], key.sizes[1])
        if self.average_attn_weights:
            return {"out": query, "weights": Shape((query.sizes[0], *seen), "NTS")}
        return {"out": query, "weights": Shape((query.sizes[0], self.num_heads, *seen), "NATS")}

    def weights(self, inputs: Inputs) -> Weights:
        """Projections of query, key and value (stacked where equally wide), and of the answer."""
        size, key, value = (shape.size(2) for shape in three(inputs))
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
        query, key, value = three(inputs)
        size, steps, source = query.size(2), query.size(1), key.size(1)
        projections = size * (2 * steps * size + source * (key.size(2) + value.size(2)))
        return 2 * (projections + 2 * steps * source * size)

    def calls(self, inputs: Inputs) -> dict[str, Expr]:
        """torch.nn.MultiheadAttention."""
        size, key, value = (shape.size(2) for shape in three(inputs))
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
        if "key_padding_mask" in inputs:
            options["key_padding_mask"] = shown("key_padding_mask")
        if self.is_causal:
            query, key, _ = three(inputs)
            sizes = (query.size(1), key.size(1))
            everything = function("torch.Tensor.new_ones", In("query"), sizes, dtype=Name("torch.bool"))
            options |= {"attn_mask": function("torch.triu", everything, 1), "is_causal": True}
        return options

    def card(self) -> str:
        """`4 heads, causal`."""
        heads = f"{self.num_heads} head{'s' if self.num_heads > 1 else ''}"
        return f"{heads}, causal" if self.is_causal else heads


class GroupedQueryAttention(Weighted):
    """Multi-head attention in which several heads of queries share one of keys and values.

    With one head of keys and values it is multi-query attention, with as many as num_heads multi-head.

    Shapes:
        query: (N, T, E)
        key: (N, S, E_k)
        value: (N, S, E_v)
        mask: (N, S) of bool, true where a key is padding
        out: (N, T, E)
    Source:
        Ainslie et al. 2023; Shazeer 2019.
    """

    id, title, category = "grouped_query_attention", "Grouped-query attention", "Attention"
    icon = "mdi6.eye-settings-outline"
    aliases = ("gqa", "mqa", "multi-query attention", "llama", "transformer")
    equation = "out = W_o·[softmax(Q_a·K_gᵀ / √d)·V_g over heads a, g = group of a]"
    inputs = (QUERY, KEY, VALUE, Port("mask", "True where a key is padding.", optional=True))

    num_heads: int = param(4, "Heads of queries; must divide the query's features.", low=1, high=1024, card=True)
    num_key_value_heads: int = param(
        2, "Heads of keys and values; must divide num_heads.", low=1, high=1024, card=True
    )
    dropout: float = param(0.0, "Chance to drop an attention weight while training.", low=0.0, high=1.0)
    bias: bool = param(False, "Add learnt numbers in each projection.")
    is_causal: bool = param(False, "Let each step look only at itself and at what came before.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """As long as the query, as wide as the query."""
        query, key, value = three(inputs)
        for port, shape in (("query", query), ("key", key), ("value", value)):
            if port in inputs:
                need_rank(self, shape, 3, SEQUENCE, port=port)
        need_divisor(self, query, "num_heads")
        if self.num_heads % self.num_key_value_heads:
            raise breach(
                self,
                f"shares keys and values evenly, {self.num_heads} heads cannot share {self.num_key_value_heads}",
                query,
                port="query",
                suggestion=f"Set num_key_value_heads to a divisor of {self.num_heads}.",
                fits={"num_key_value_heads": divisor(self.num_heads, self.num_key_value_heads)},
            )
        need_pairs(self, inputs, key, value)
        need_mask(self, inputs, key.size(1, port="key"))
        return {"out": query}

    def weights(self, inputs: Inputs) -> Weights:
        """Projections of query, key, value and answer."""
        size, key, value = (shape.size(2) for shape in three(inputs))
        shared = size // self.num_heads * self.num_key_value_heads
        projections = {
            "q_proj": (size, size),
            "k_proj": (shared, key),
            "v_proj": (shared, value),
            "out_proj": (size, size),
        }
        found: Weights = {}
        for name, sizes in projections.items():
            found[f"{name}.weight"] = sizes
            if self.bias:
                found[f"{name}.bias"] = sizes[:1]
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """The four projections, the scores and the gathering."""
        query, key, value = three(inputs)
        size, steps, source = query.size(2), query.size(1), key.size(1)
        shared = size // self.num_heads * self.num_key_value_heads
        projections = 2 * steps * size * size + source * shared * (key.size(2) + value.size(2))
        return 2 * (projections + 2 * steps * source * size)

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        size, key, value = (shape.size(2) for shape in three(inputs))
        first = In("query")
        second = In("key") if "key" in inputs else first
        widths: dict[str, Any] = {} if size == key == value else {"kdim": key, "vdim": value}
        return layer(
            "engine.torchside.layers.attention.GroupedQueryAttention",
            args=(first, second, In("value") if "value" in inputs else second),
            kwargs={"mask": In("mask")} if "mask" in inputs else {},
            embed_dim=size,
            num_heads=self.num_heads,
            num_key_value_heads=self.num_key_value_heads,
            **changed(self, "dropout", "bias", "is_causal"),
            **widths,
        )

    def card(self) -> str:
        """`4 heads, 2 shared, causal`."""
        heads = f"{self.num_heads} heads, {self.num_key_value_heads} shared"
        return f"{heads}, causal" if self.is_causal else heads

"""Layers of transformers."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from engine.catalog import Arg, Call, In, Inputs, Name, Port, Shape, Shapes, Weighted, Weights, function, layer
from engine.errors import ShapeError
from engine.nodes.asking import need_divisor, shown
from engine.nodes.padding import need_mask
from engine.nodes.rules import SEQUENCE, changed, need_axes, need_floats, need_rank
from engine.spec import param

MASK = Port("mask", "True where a step is padding.", optional=True)


class TransformerLayer(Weighted):
    """A layer of torch's transformer: attention and a feed-forward part, each with a skip and a norm."""

    category = "Attention"
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), MASK)
    attentions: ClassVar[tuple[str, ...]] = ("self_attn",)

    nhead: int = param(4, "Heads of attention; must divide the features.", low=1, high=1024, card=True)
    dim_feedforward: int = param(256, "Neurons of the feed-forward part.", low=1, high=2**20, card=True)
    dropout: float = param(0.1, "Chance to drop a number while training.", low=0.0, high=1.0)
    activation: Literal["relu", "gelu"] = param("relu", "What bends the feed-forward part.")
    norm_first: bool = param(False, "Normalize before each part rather than after it.")
    bias: bool = param(True, "Add learnt numbers in each part.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_rank(self, shape, 3, SEQUENCE)
        need_divisor(self, shape, "nhead", "in")
        need_mask(self, inputs, shape.size(1))
        return {"out": shape}

    def weights(self, inputs: Inputs) -> Weights:
        """Attention, the feed-forward part, and a norm after or before each."""
        size = inputs["in"].size(2)
        found: Weights = {}
        for attention in self.attentions:
            found |= self._with_bias(f"{attention}.in_proj_weight", f"{attention}.in_proj_bias", (3 * size, size))
            found |= self._with_bias(f"{attention}.out_proj.weight", f"{attention}.out_proj.bias", (size, size))
        for name, sizes in (("linear1", (self.dim_feedforward, size)), ("linear2", (size, self.dim_feedforward))):
            found |= self._with_bias(f"{name}.weight", f"{name}.bias", sizes)
        for number in range(len(self.attentions) + 1):
            found |= self._with_bias(f"norm{number + 1}.weight", f"norm{number + 1}.bias", (size,))
        return found

    def _with_bias(self, weight: str, bias: str, sizes: tuple[int, ...]) -> Weights:
        return {weight: sizes, bias: sizes[:1]} if self.bias else {weight: sizes}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Projections, scores and gathering of each attention, and the feed-forward part."""
        shape = inputs["in"]
        feed_forward = 2 * shape.count * self.dim_feedforward
        return 2 * (sum(self._attending(shape, source) for source in self._sources(inputs)) + feed_forward)

    def _sources(self, inputs: Inputs) -> list[Shape]:
        return [inputs["in"]]

    def _attending(self, shape: Shape, source: Shape) -> int:
        size = shape.size(2)
        return 2 * size * (shape.count + source.count) + 2 * shape.count * source.size(1)

    def built(self) -> dict[str, Any]:
        """What both layers are made with."""
        return {
            "nhead": self.nhead,
            "dim_feedforward": self.dim_feedforward,
            "batch_first": True,
            **changed(self, "dropout", "activation", "norm_first", "bias"),
        }


def later_steps(shape: Shape) -> Arg:
    """A square mask that hides what comes later."""
    steps = shape.size(1)
    everything = function("torch.Tensor.new_ones", In(), (steps, steps), dtype=Name("torch.bool"))
    return function("torch.triu", everything, 1)


class TransformerEncoderLayer(TransformerLayer):
    """Each step gathers from all steps, then a small network works on each by itself.

    Shapes:
        in: (N, T, E)
        mask: (N, T) of bool, true where a step is padding
        out: (N, T, E)
    Source:
        Vaswani et al. 2017; torch.nn.TransformerEncoderLayer with batch_first.
    """

    id, title = "transformer_encoder_layer", "Transformer encoder layer"
    basic = True
    icon = "mdi6.layers-outline"
    aliases = ("encoder block", "self-attention block", "bert", "gpt", "vit")
    equation = "h = LN(x + MHA(x)), y = LN(h + FF(h))"

    is_causal: bool = param(False, "Let each step look only at itself and at what came before, as GPT does.")

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.TransformerEncoderLayer."""
        options: dict[str, Arg] = {}
        if self.is_causal:
            options = {"src_mask": later_steps(inputs["in"]), "is_causal": True}
        if "mask" in inputs:
            options["src_key_padding_mask"] = shown("mask")
        return layer(
            "torch.nn.TransformerEncoderLayer", kwargs=options, d_model=inputs["in"].size(2), **self.built()
        )

    def card(self) -> str:
        """`4, 256, causal`."""
        return f"{super().card()}, causal" if self.is_causal else super().card()


class TransformerDecoderLayer(TransformerLayer):
    """Each step gathers from the steps before it, then from a memory; a small network follows.

    Shapes:
        in: (N, T, E)
        memory: (N, S, E)
        mask: (N, T) of bool, true where a step is padding
        memory_mask: (N, S) of bool, true where a step of the memory is padding
        out: (N, T, E)
    Source:
        Vaswani et al. 2017; torch.nn.TransformerDecoderLayer with batch_first.
    """

    id, title = "transformer_decoder_layer", "Transformer decoder layer"
    icon = "mdi6.layers-triple-outline"
    aliases = ("decoder block", "cross-attention block", "seq2seq", "translation")
    equation = "h = LN(x + MHA(x)), g = LN(h + MHA(h, memory)), y = LN(g + FF(g))"
    inputs = (
        Port("in"),
        Port("memory", "What the encoder made of the source."),
        MASK,
        Port("memory_mask", "True where a step of the memory is padding.", optional=True),
    )
    attentions = ("self_attn", "multihead_attn")

    is_causal: bool = param(True, "Let each step look only at itself and at what came before.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        found = super().shapes(inputs)
        memory = inputs["memory"]
        need_rank(self, memory, 3, SEQUENCE, port="memory")
        if memory.size(2, port="memory") != inputs["in"].sizes[2]:
            raise ShapeError(
                "Transformer decoder layer needs as many features in the memory as in the sequence. "
                f"Received: in {inputs['in'].words()}, memory {memory.words()}.",
                port="memory",
                suggestion=f"Insert a Dense with out_features {inputs['in'].sizes[2]} before the memory.",
            )
        need_mask(self, inputs, memory.size(1, port="memory"), "memory_mask")
        return found

    def _sources(self, inputs: Inputs) -> list[Shape]:
        return [inputs["in"], inputs["memory"]]

    def call(self, inputs: Inputs) -> Call:
        """torch.nn.TransformerDecoderLayer."""
        options: dict[str, Arg] = {}
        if self.is_causal:
            options = {"tgt_mask": later_steps(inputs["in"]), "tgt_is_causal": True}
        if "mask" in inputs:
            options["tgt_key_padding_mask"] = shown("mask")
        if "memory_mask" in inputs:
            options["memory_key_padding_mask"] = shown("memory_mask")
        return layer(
            "torch.nn.TransformerDecoderLayer",
            args=(In(), In("memory")),
            kwargs=options,
            d_model=inputs["in"].size(2),
            **self.built(),
        )


class FeedForward(Weighted):
    """Two dense layers at each position, wider in between, as in transformers.

    Shapes:
        in: (N, …, F)
        out: the same
    Source:
        Vaswani et al. 2017.
    """

    id, title, category = "feed_forward", "Feed-forward", "Attention"
    icon = "mdi6.arrow-expand-all"
    aliases = ("ffn", "mlp block", "position-wise", "mlp", "transformer mlp")
    equation = "y = W_2·gelu(W_1·x + b_1) + b_2"

    hidden_size: int = param(256, "Neurons in between.", low=1, high=2**20, card=True)
    activation: Literal["gelu", "relu", "silu"] = param("gelu", "What bends it.", card=True)
    dropout: float = param(0.0, "Chance to drop a number in between while training.", low=0.0, high=1.0)
    bias: bool = param(True, "Add a learnt number to each neuron.")

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_axes(self, shape, 2)
        shape.size(-1)
        return {"out": shape}

    def weights(self, inputs: Inputs) -> Weights:
        """Both dense layers."""
        size = inputs["in"].size(-1)
        found: Weights = {}
        for name, sizes in (("linear1", (self.hidden_size, size)), ("linear2", (size, self.hidden_size))):
            found[f"{name}.weight"] = sizes
            if self.bias:
                found[f"{name}.bias"] = sizes[:1]
        return found

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A multiply-add for each weight and position."""
        return 4 * inputs["in"].count * self.hidden_size

    def call(self, inputs: Inputs) -> Call:
        """A layer of ours: torch has none."""
        return layer(
            "engine.torchside.layers.transformers.FeedForward",
            features=inputs["in"].size(-1),
            hidden_size=self.hidden_size,
            **changed(self, "activation", "dropout", "bias"),
        )

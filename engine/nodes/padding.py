"""Sequences of unequal length: how long each one is, which steps are padding, and what is read of the rest."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shape, Shapes, function
from engine.nodes.rules import breach, need_floats
from engine.nodes.shaping import Rearrangement, without
from engine.spec import param

LAYERS = "engine.torchside.layers.padding"
LENGTHS = Port("lengths", "Number of real steps of each sample; what follows is padding.", optional=True)


def need_lengths(kind: NodeKind, inputs: Inputs) -> None:
    """Refuse lengths that are not one whole number a sample."""
    shape = inputs.get("lengths")
    if shape is not None and (shape.rank != 1 or shape.dtype != "int64"):
        raise breach(
            kind,
            "needs lengths as one whole number (int64) a sample",
            shape,
            port="lengths",
            suggestion="Wire a Lengths node, or an input of dtype int64 without axes, to it.",
        )


def need_mask(kind: NodeKind, inputs: Inputs, steps: int, port: str = "mask") -> None:
    """Refuse a mask of padding that does not have one answer for each of so many steps."""
    shape = inputs.get(port)
    if shape is not None and (shape.rank != 2 or shape.dtype != "bool" or shape.size(1, port=port) != steps):
        raise breach(
            kind,
            f"needs a mask of {steps} steps a sample, true where there is padding",
            shape,
            port=port,
            suggestion="Wire a Padding mask of the same sequence to it.",
        )


def need_steps(kind: NodeKind, shape: Shape, port: str = "in") -> int:
    """The number of steps; a shape without a time axis is refused."""
    if shape.rank < 2:
        raise breach(
            kind,
            "needs a sequence: batch × time, and what axes there are",
            shape,
            port=port,
            suggestion="Wire a sequence to it.",
        )
    return shape.size(1, port=port)


class LastStep(Rearrangement):
    """The last step of a sequence; with lengths wired, the last that is no padding.

    Shapes:
        in: (N, T, …)
        lengths: (N) of int64; a length below 1 counts as 1
        out: (N, …)
    Source:
        Sutskever, Vinyals and Le 2014 (a sequence read into one vector); torch.select.
    """

    id, title, category = "last_step", "Last step", "Recurrent"
    icon = "mdi6.page-last"
    aliases = ("final state", "last token", "many to one", "select last")
    equation = "y = x[lengths − 1]"
    inputs = (Port("in"), LENGTHS)

    def shapes(self, inputs: Inputs) -> Shapes:
        """The time axis is gone."""
        shape = inputs["in"]
        need_steps(self, shape)
        need_lengths(self, inputs)
        return {"out": without(shape, 1)}

    def call(self, inputs: Inputs) -> Call:
        """torch.select, or by lengths."""
        if "lengths" in inputs:
            return function(f"{LAYERS}.last_real_step", In(), In("lengths"))
        return function("torch.select", In(), 1, -1)


class Lengths(NodeKind):
    """Counts the tokens of each sample that are no padding.

    Shapes:
        in: (N, T) of int64
        out: (N) of int64
    Source:
        what torch.nn.utils.rnn.pack_padded_sequence is told.
    """

    id, title, category = "lengths", "Lengths", "Recurrent"
    icon = "mdi6.ruler"
    aliases = ("count", "sequence length", "padding", "number of tokens")
    equation = "y = Σ_t [x_t ≠ padding_idx]"

    padding_idx: int = param(0, "The token that stands for padding.", low=0, high=2**24, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """One number a sample."""
        need_tokens(self, inputs["in"])
        return {"out": Shape.batch(dtype="int64")}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """A comparison and an addition a token."""
        return 2 * inputs["in"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """torch.sum of torch.ne."""
        return function("torch.sum", function("torch.ne", In(), self.padding_idx), 1)


def need_tokens(kind: NodeKind, shape: Shape) -> None:
    """Refuse what is no sequence of tokens."""
    if shape.rank != 2 or shape.dtype != "int64":
        raise breach(
            kind,
            "needs a sequence of tokens: batch × time, of whole numbers (int64)",
            shape,
            suggestion="Wire the tokens themselves to it, as they come before the Embedding.",
        )


class PaddingMask(NodeKind):
    """Tells which steps are padding: true where a token is padding_idx, or beyond lengths.

    With lengths wired, `in` may be any sequence; it says only how many steps there are.

    Shapes:
        in: (N, T) of int64, or (N, T, …) with lengths
        lengths: (N) of int64
        out: (N, T) of bool
    Source:
        Vaswani et al. 2017; torch.eq.
    """

    id, title, category = "padding_mask", "Padding mask", "Recurrent"
    icon = "mdi6.drama-masks"
    aliases = ("key_padding_mask", "mask", "sequence mask", "lengths to mask")
    equation = "y[t] = [x_t = padding_idx], or [t ≥ lengths]"
    inputs = (Port("in", "Tokens, or any sequence where lengths are wired."), LENGTHS)

    padding_idx: int = param(0, "The token that stands for padding.", low=0, high=2**24, card=True)

    def shapes(self, inputs: Inputs) -> Shapes:
        """One answer a step."""
        shape = inputs["in"]
        if "lengths" in inputs:
            need_lengths(self, inputs)
        else:
            need_tokens(self, shape)
        return {"out": Shape.batch(need_steps(self, shape), axes="T", dtype="bool")}

    def call(self, inputs: Inputs) -> Call:
        """torch.eq, or by lengths."""
        if "lengths" in inputs:
            return function(f"{LAYERS}.beyond", In(), In("lengths"))
        return function("torch.eq", In(), self.padding_idx)


class MaskedMean(NodeKind):
    """The mean over the steps of a sequence that are no padding.

    Shapes:
        in: (N, T, …)
        mask: (N, T) of bool, true where there is padding
        out: (N, …); 0 where all is padding
    Source:
        Reimers and Gurevych 2019 (mean pooling).
    """

    id, title, category = "masked_mean", "Masked mean", "Recurrent"
    icon = "mdi6.sigma"
    aliases = ("mean pooling", "average over time", "masked average", "sentence vector")
    equation = "y = Σ_t (1 − m_t)·x_t / Σ_t (1 − m_t)"
    inputs = (Port("in"), Port("mask", "True where a step is padding."))

    def shapes(self, inputs: Inputs) -> Shapes:
        """The time axis is gone."""
        shape = inputs["in"]
        need_floats(self, shape)
        need_mask(self, inputs, need_steps(self, shape))
        return {"out": without(shape, 1)}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:
        """An addition a number, and a division a mean."""
        return inputs["in"].count + outputs["out"].count

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """A function of ours: torch has none."""
        return function(f"{LAYERS}.mean_of_real_steps", In(), In("mask"))


class ReverseSequence(Rearrangement):
    """Turns a sequence round in time; with lengths wired, the padding stays at the end.

    Shapes:
        in: (N, T, …)
        lengths: (N) of int64
        out: the same as in
    Source:
        Sutskever, Vinyals and Le 2014; torch.flip.
    """

    id, title, category = "reverse_sequence", "Reverse sequence", "Recurrent"
    icon = "mdi6.rewind"
    aliases = ("flip", "backward", "time reversal", "backwards")
    equation = "y[t] = x[lengths − 1 − t]"
    inputs = (Port("in"), LENGTHS)

    def shapes(self, inputs: Inputs) -> Shapes:
        """Unchanged."""
        shape = inputs["in"]
        need_steps(self, shape)
        need_lengths(self, inputs)
        return {"out": shape}

    def call(self, inputs: Inputs) -> Call:
        """torch.flip, or by lengths."""
        if "lengths" in inputs:
            return function(f"{LAYERS}.reverse_real_steps", In(), In("lengths"))
        return function("torch.flip", In(), (1,))

"""Noise that enters the graph beside the data."""

from __future__ import annotations

from typing import Literal

from engine.catalog import Call, In, Inputs, NodeKind, Port, Shape, Shapes, layer
from engine.errors import ParamError
from engine.nodes.inputs import sample_conflicts
from engine.nodes.rules import changed, need_axes
from engine.spec import Sizes, param


class NoiseInput(NodeKind):
    """Random numbers, as many samples as the batch wired to it: a generator's latent input.

    Drawn anew for each batch in training. In evaluation the same each time, under its own seed, so that
    pictures of several epochs can be compared.

    Shapes:
        like: (N, …), of which only the batch counts
        out: (N, *shape)
    Source:
        Goodfellow et al. 2014; torch.randn, torch.rand.
    """

    id, title, category = "noise_input", "Noise input", "Input & output"
    icon = "mdi6.auto-fix"
    aliases = ("latent", "random input", "gan", "generator input", "gaussian noise", "z", "prior")
    equation = "z ~ N(0, 1), or U(−1, 1)"
    inputs = (Port("like", "Anything of the batch; it says how many rows there are."),)

    shape: Sizes = param((64,), "Size of each axis of one sample.", low=1, high=2**28, card=True)
    distribution: Literal["normal", "uniform"] = param("normal", "Normal, or uniform from −1 to 1.", card=True)
    seed: int = param(0, "Seed of the noise in evaluation.", low=0, high=2**31)

    def conflicts(self) -> list[ParamError]:
        """A sample has bounds."""
        return sample_conflicts(self.shape)

    def shapes(self, inputs: Inputs) -> Shapes:
        """(N, *shape)."""
        need_axes(self, inputs["like"], 1, port="like")
        return {"out": Shape.batch(*self.shape)}

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """Draws at each call."""
        options = changed(self, "distribution", "seed")
        return layer("engine.torchside.layers.sources.Noise", args=(In("like"),), sizes=self.shape, **options)

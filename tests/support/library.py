"""The blocks that come with Neuroloom: opened, placed in documents, and run beside formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from engine.build import as_tuple, compile
from engine.graph import AddGraph, AddNode, Connect, Document, file
from tests.support.drawing import Drawing

FOLDER: Final = Path(__file__).parents[2] / "resources" / "blocks"
FILES: Final = sorted(FOLDER.glob("*.loom"))

State = dict[str, Tensor]


def library(name: str) -> Document:
    """The document of one block."""
    return file.load(FOLDER / f"{name}.loom")


Shapes = dict[str, tuple[int, ...]]

_NARROW: Final[Shapes] = {"in": (64, 8, 8)}
_WIDE: Final[Shapes] = {"in": (256, 8, 8)}
_SEQUENCE: Final[Shapes] = {"in": (16, 64)}
_STEPS: Final[Shapes] = {"in": (12, 8)}
INPUTS: Final[dict[str, Shapes]] = {
    "conv_bn_relu": {"in": (3, 16, 16)},
    "convnext_block": {"in": (96, 8, 8)},
    "convnext_down": {"in": (96, 8, 8)},
    "dense_block": _NARROW,
    "dense_layer": _NARROW,
    "dense_transition": _WIDE,
    "elman_cell": _STEPS,
    "gated_linear": {"in": (64, 16)},
    "gpt_block": _SEQUENCE,
    "gru_cell": _STEPS,
    "highway_block": {"in": (64,)},
    "inception_v1": {"in": (192, 14, 14)},
    "inception_v3_a": {"in": (192, 35, 35)},
    "inception_v3_b": {"in": (288, 35, 35)},
    "inception_v3_c": {"in": (768, 17, 17)},
    "inception_v3_d": {"in": (768, 17, 17)},
    "inception_v3_e": {"in": (1280, 8, 8)},
    "inverted_residual": {"in": (32, 8, 8)},
    "inverted_residual_down": {"in": (16, 8, 8)},
    "llama_block": _SEQUENCE,
    "lstm_cell": _STEPS,
    "minimal_gated_unit": _STEPS,
    "mixer_block": _SEQUENCE,
    "mlp_block": {"in": (64,)},
    "preactivation_residual": _NARROW,
    "residual_basic": _NARROW,
    "residual_basic_down": _NARROW,
    "residual_bottleneck": _WIDE,
    "residual_bottleneck_down": _WIDE,
    "resnext_bottleneck": _WIDE,
    "resnext_bottleneck_down": _WIDE,
    "separable_block": {"in": (32, 8, 8)},
    "squeeze_excite": _NARROW,
    "transformer_decoder": {"in": (12, 64), "memory": (16, 64)},
    "transformer_encoder": _SEQUENCE,
    "transformer_encoder_post": _SEQUENCE,
    "unet_down": {"in": (3, 16, 16)},
    "unet_level": {"in": (3, 16, 16)},
    "unet_up": {"in": (128, 8, 8), "skip": (64, 16, 16)},
    "wavenet_block": {"in": (32, 16)},
    "xception_block": {"in": (728, 19, 19)},
}
"""Shapes of one sample that each block takes with its default parameters."""


class Sketch(Drawing):
    """A drawing that takes blocks from the library as it needs them."""

    def block_of(self, id: str, name: str, *sources: str, to: dict[str, str] | None = None, **params: Any) -> str:
        """Place a block of the library; returns its id."""
        if name not in self.document.blocks():
            borrow(name, self.document)
        return self.add(id, f"block:{name}", *sources, to=to, **params)


def borrow(name: str, document: Document) -> None:
    """Copy a block of the library and the graphs that it needs, but for those that are there."""
    source = library(name)
    for other in source.blocks():
        if other in document.blocks():
            continue
        document.apply(AddGraph(other, source.block(other)))
        for node in source.graph(other).nodes():
            document.apply(AddNode(node, other))
        for edge in source.graph(other).edges():
            document.apply(Connect(edge, other))


def placed(name: str, shapes: Shapes, **params: Any) -> Document:
    """A document with one block, its inputs of these shapes."""
    drawing = Sketch(name)
    for port, shape in shapes.items():
        drawing.add(f"x_{port}", "input", shape=list(shape), field=port)
    drawing.block_of("block", name, to={port: f"x_{port}" for port in shapes}, **params)
    return drawing.document


class Ran:
    """A block computed once on random numbers, with random weights, so that no scale of 1 hides."""

    def __init__(
        self,
        name: str,
        shapes: Shapes,
        *,
        training: bool = True,
        state: State | None = None,
        **params: Any,
    ) -> None:
        self.network: nn.Module = compile(placed(name, shapes, **params), seed=0).network.train(training)
        dice = torch.Generator().manual_seed(len(name))
        if state is not None:
            self.network.load_state_dict({f"block.{key}": value for key, value in state.items()})
        else:
            for weight in self.network.parameters():
                weight.data.normal_(0.0, 0.3, generator=dice)
        self.inputs = [torch.randn(3, *shape, generator=dice) for shape in shapes.values()]
        self.state: State = {
            key.removeprefix("block."): value.clone() for key, value in self.network.state_dict().items()
        }
        with torch.no_grad():
            self.outputs = as_tuple(self.network(*self.inputs))

    def gives(self, *expected: Tensor) -> None:
        """Compare what came out.

        Raises:
            AssertionError: it differs.
        """
        torch.testing.assert_close(self.outputs, expected, rtol=1e-4, atol=1e-4)

"""Kinds run by torch: shapes become tensors, calls become results."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor, nn

from engine.catalog import Inputs, NodeKind, Shape
from engine.nodes import standard_catalog
from engine.torchside.make import evaluate, make_layers

DTYPES = {"float32": torch.float32, "int64": torch.int64, "bool": torch.bool}

PROBABILITIES = {"bce", "kl_div"}
"""Kinds that take nothing but numbers from 0 to 1."""

Tensors = dict[str, tuple[Tensor, ...]]


def sizes(shape: Shape, batch: int) -> tuple[int, ...]:
    """Sizes as a batch of so many samples has them."""
    return tuple(batch if isinstance(size, str) else size for size in shape.sizes)


def on_meta(inputs: Inputs, batch: int) -> Tensors:
    """Tensors without content."""
    return {
        port: tuple(
            torch.empty(sizes(shape, batch), dtype=DTYPES[shape.dtype], device="meta")
            for shape in inputs.many(port)
        )
        for port in inputs
    }


def filled(inputs: Inputs, batch: int, seed: int = 0, *, shares: bool = False) -> Tensors:
    """Tensors with random content; whole numbers are 0 or 1, and the first truth of each row is false.

    With `shares`, decimals lie between 0 and 1.
    """
    dice = torch.Generator().manual_seed(seed)

    def one(shape: Shape) -> Tensor:
        if shape.dtype == "int64":
            return torch.randint(0, 2, sizes(shape, batch), generator=dice)
        if shape.dtype == "bool":
            truths = torch.rand(sizes(shape, batch), generator=dice) < 0.3
            truths[..., :1] = False  # a mask that hides all leaves nothing to compute with
            return truths
        draw = torch.rand if shares else torch.randn
        return draw(sizes(shape, batch), generator=dice)

    return {port: tuple(one(shape) for shape in inputs.many(port)) for port in inputs}


def built(kind: NodeKind, inputs: Inputs, device: str = "cpu") -> dict[str, nn.Module]:
    """The layers of a kind."""
    with torch.device(device):
        return make_layers(kind.calls(inputs))


def computed(kind: NodeKind, inputs: Inputs, tensors: Tensors, layers: dict[str, nn.Module]) -> dict[str, Tensor]:
    """What a kind's calls give; a placeholder gives nothing, for nothing feeds it here."""
    return evaluate(kind.calls(inputs), layers, tensors) if kind.input_ports() else {}


def run(
    id: str, params: dict[str, Any], twin: nn.Module | None = None, *, training: bool = True, **feeds: Tensor
) -> dict[str, Tensor]:
    """What a kind computes with the weights of its twin; `in_` feeds the port `in`."""
    kind = standard_catalog().parse(id, params)
    tensors = {port.rstrip("_"): (tensor,) for port, tensor in feeds.items()}
    inputs = Inputs({port: (_shape_of(tensor),) for port, (tensor,) in tensors.items()})
    layers = built(kind, inputs)
    if twin is not None:
        layers[""].load_state_dict(twin.state_dict())
    for layer in layers.values():
        layer.train(training)
    return computed(kind, inputs, tensors, layers)


def _shape_of(tensor: Tensor) -> Shape:
    names = {dtype: name for name, dtype in DTYPES.items()}
    return Shape.batch(*tensor.shape[1:], dtype=names[tensor.dtype])  # type: ignore[arg-type]


def state(layers: dict[str, nn.Module], *, learnt: bool) -> dict[str, tuple[int, ...]]:
    """Names and shapes of what is learnt, or of what else the state dict keeps."""
    found = {}
    for layer in layers.values():
        names = {name for name, _ in layer.named_parameters()}
        found |= {name: tuple(t.shape) for name, t in layer.state_dict().items() if (name in names) == learnt}
    return found


def seeds(kind: type[NodeKind], count: int) -> list[Random]:
    """Dice for so many cases of a kind, the same in each run."""
    return [Random(f"{kind.id} {number}") for number in range(count)]

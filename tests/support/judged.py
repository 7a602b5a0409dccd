"""Losses and metrics computed from tensors."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.catalog import Inputs, Shape
from engine.nodes import standard_catalog
from tests.support.torch_side import built, computed


def shaped(tensor: Tensor) -> Shape:
    """The shape of a batch; of a single number where the tensor has no axes."""
    dtype: Any = str(tensor.dtype).removeprefix("torch.")
    return Shape.batch(*tensor.shape[1:], dtype=dtype) if tensor.dim() else Shape((), dtype=dtype)


def judged(id: str, params: dict[str, Any], found: Tensor | None = None, **ports: Tensor) -> float:
    """The number that a loss or metric gives; `found` arrives at `in`."""
    tensors = {"in": found, **ports} if found is not None else ports
    kind = standard_catalog().parse(id, params)
    inputs = Inputs({port: (shaped(tensor),) for port, tensor in tensors.items()})
    assert kind.shapes(inputs)["out"].sizes == ()
    with torch.no_grad():
        out = computed(kind, inputs, {port: (t,) for port, t in tensors.items()}, built(kind, inputs))["out"]
    assert out.dtype == torch.float32
    return float(out)

"""One node run by torch, or refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from engine.catalog import Dtype, Inputs, NodeKind, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import built, computed

CATALOG = standard_catalog()
DTYPES: dict[torch.dtype, Dtype] = {torch.int64: "int64", torch.bool: "bool"}


def shape_of(tensor: Tensor) -> Shape:
    """The shape of a tensor whose first axis is the batch."""
    return Shape.batch(*tensor.shape[1:], dtype=DTYPES.get(tensor.dtype, "float32"))


def prepare(
    id: str, params: dict[str, Any] | None, ports: dict[str, Any]
) -> tuple[NodeKind, Inputs, dict[str, tuple[Tensor, ...]]]:
    """A kind, its shapes and its tensors; `in_` means the port `in`."""
    kind = CATALOG.parse(id, params or {})
    feeds = {
        port.rstrip("_"): tuple(tensors) if isinstance(tensors, list) else (tensors,)
        for port, tensors in ports.items()
    }
    return kind, Inputs({port: tuple(map(shape_of, tensors)) for port, tensors in feeds.items()}), feeds


def run(id: str, params: dict[str, Any] | None = None, **ports: Tensor | list[Tensor]) -> dict[str, Tensor]:
    """What a kind gives for tensors, checked against the shapes that it foretells."""
    kind, inputs, feeds = prepare(id, params, ports)
    outputs = computed(kind, inputs, feeds, built(kind, inputs))
    for port, shape in kind.shapes(inputs).items():
        assert tuple(outputs[port].shape[1:]) == shape.sample
        assert DTYPES.get(outputs[port].dtype, "float32") == shape.dtype
    return outputs


def out(id: str, params: dict[str, Any] | None = None, **ports: Tensor | list[Tensor]) -> Tensor:
    """The only output of `run`."""
    return run(id, params, **ports)["out"]


def refusal(id: str, *shapes: Shape, params: dict[str, Any] | None = None, **ports: Shape) -> ShapeError:
    """The sentence with which a kind refuses shapes."""
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, params or {}).shapes(Inputs.of(*shapes, **ports))
    return error.value


def axes(id: str, source: Shape, **params: Any) -> str:
    """The axis letters that a kind gives to its output."""
    return CATALOG.parse(id, params).shapes(Inputs.of(source))["out"].axes

"""One node in a document of its own, compiled and run: what a user gets who wires it up."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor, nn

from engine.build import Compiled, as_tuple, compile
from engine.graph import Document
from tests.support.drawing import Drawing

NAMES: dict[torch.dtype, Literal["float32", "int64"]] = {torch.float32: "float32", torch.int64: "int64"}


def drawn(kind: str, params: dict[str, Any] | None = None, **ports: Tensor) -> Document:
    """A document that feeds tensors of such shapes to a node `node`; `in_` feeds the port `in`."""
    drawing = Drawing()
    wires = {}
    for name, tensor in ports.items():
        source = drawing.add(f"x_{name}", "input", shape=list(tensor.shape[1:]), dtype=NAMES[tensor.dtype])
        wires[name.rstrip("_")] = [source]
    drawing.wired("node", kind, wires, params or {})
    return drawing.document


def given(
    kind: str,
    params: dict[str, Any] | None = None,
    *,
    twin: nn.Module | None = None,
    training: bool = False,
    seed: int = 0,
    **ports: Tensor,
) -> Tensor:
    """The first output of a node for tensors, with the weights of its twin."""
    made = compile(drawn(kind, params, **ports), seed=seed)
    if twin is not None:
        adopt(made, "node", twin)
    torch.manual_seed(seed)
    out: Tensor = as_tuple(made.network.train(training)(*ports.values()))[0]
    return out


def adopt(made: Compiled, node: str, twin: nn.Module) -> None:
    """Give a node's layer the weights of another."""
    made.layer(node).load_state_dict(twin.state_dict())

"""Exported source executed beside the compiled document, and what flows through both compared."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.build import Compiled, as_tuple, compile
from engine.graph import Document
from engine.source import python_source
from tests.support.torch_side import DTYPES, sizes


def execute(source: str) -> dict[str, Any]:
    """The names that exported source defines."""
    names: dict[str, Any] = {"__name__": "exported"}
    exec(source, names)  # noqa: S102 - our own source
    return names


def feeds(compiled: Compiled, batch: int = 3, seed: int = 0) -> tuple[list[Tensor], list[Tensor]]:
    """Random inputs and targets; tokens and labels are 0, which every vocabulary has."""
    dice = torch.Generator().manual_seed(seed)
    found = []
    for held in (*compiled.inputs, *compiled.targets):
        of, dtype = sizes(held.shape, batch), DTYPES[held.shape.dtype]
        whole = dtype is torch.int64
        found.append(torch.zeros(of, dtype=dtype) if whole else torch.randn(of, generator=dice))
    count = len(compiled.inputs)
    return found[:count], found[count:]


class Pass:
    """One forward pass, with the criterion and all gradients, under a seed."""

    def __init__(self, net: nn.Module, criterion: Any, losses: tuple[str, ...], given: Any, seed: int = 7) -> None:
        inputs, targets = given
        torch.manual_seed(seed)
        net.zero_grad(set_to_none=True)
        self.outputs = as_tuple(net(*inputs))
        self.scores = dict(criterion(*self.outputs, *targets)) if criterion else {}
        total = sum((self.scores[name] for name in losses), torch.zeros(()))
        if total.requires_grad:
            total.backward()
        self.gradients = {name: weight.grad for name, weight in net.named_parameters() if weight.grad is not None}


def assert_same(one: Any, other: Any) -> None:
    """Equal to the last bit; NaN equals NaN."""
    torch.testing.assert_close(one, other, rtol=0, atol=0, equal_nan=True)


def assert_source_agrees(document: Document, seed: int = 3) -> None:
    """The executed source starts with the compiled network's weights and computes its numbers, bit by bit.

    In eval mode and in train mode under the same seed, with gradients and with what batch norm keeps.
    """
    compiled = compile(document, seed=seed)
    names = execute(python_source(document))
    torch.manual_seed(seed)
    net = names["Net"]()
    assert list(net.state_dict()) == list(compiled.network.state_dict())
    assert_same(net.state_dict(), compiled.network.state_dict())
    criterion = names["Criterion"]() if "Criterion" in names else names.get("criterion")
    if isinstance(criterion, nn.Module) and compiled.criterion is not None:
        criterion.load_state_dict(compiled.criterion.state_dict())
    given = feeds(compiled)
    for mode in (False, True):
        ours = Pass(compiled.network.train(mode), compiled.criterion, compiled.losses, given)
        theirs = Pass(net.train(mode), criterion, compiled.losses, given)
        assert_same(theirs.outputs, ours.outputs)
        assert_same(theirs.scores, ours.scores)
        assert_same(theirs.gradients, ours.gradients)
        assert_same(net.state_dict(), compiled.network.state_dict())

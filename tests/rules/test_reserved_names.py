"""Ids that would hide what torch or exported source needs are refused."""

from __future__ import annotations

import pytest
import torch
from torch import fx, nn

from engine.errors import EditError
from engine.graph import check_id
from engine.graph.node import RESERVED


def _public(kind: object) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def test_every_name_of_a_module_is_reserved() -> None:
    assert _public(nn.Module()) <= RESERVED


def test_every_name_of_a_graph_module_is_reserved() -> None:
    class Identity(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x

    assert _public(fx.symbolic_trace(Identity())) <= RESERVED


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_reserved_names_are_refused(name: str) -> None:
    with pytest.raises(EditError, match="Python or torch needs for itself"):
        check_id(name)

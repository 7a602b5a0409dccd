"""A13: each normalization of the course equals torch's function or its paper's equation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.support.drawn import given

VECTORS, SERIES = torch.randn(12, 6) * 3 + 1, torch.randn(12, 6, 9) * 2 - 1
IMAGES, VOLUMES = torch.randn(5, 6, 4, 3) * 2 + 1, torch.randn(4, 6, 3, 2, 4) + 2


def over(x: Tensor, *axes: int, eps: float = 1e-5) -> Tensor:
    """Mean 0 and variance 1 over some axes."""
    return (x - x.mean(axes, keepdim=True)) / (x.var(axes, unbiased=False, keepdim=True) + eps).sqrt()


def renormalized(x: Tensor) -> Tensor:
    """Ioffe 2017, algorithm 1, from a moving mean of 0 and deviation of 1, with r and d in bounds of 3 and 5."""
    mean, sigma = x.mean(0), (x.var(0, unbiased=False) + 1e-5).sqrt()
    return (x - mean) / sigma * sigma.clamp(1 / 3, 3) + mean.clamp(-5, 5)


def by_neighbours(x: Tensor) -> Tensor:
    """Krizhevsky et al. 2012, section 3.3, with torch's mean over 5 neighbours."""
    squares = functional.pad(x.square(), (0, 0, 0, 0, 2, 2))
    sums = torch.stack([squares[:, at : at + 6] for at in range(5)]).sum(0)
    return x / (1 + 1e-2 * sums / 5) ** 0.75


Case = tuple[str, dict[str, Any], Tensor, Callable[[Tensor], Tensor]]
COURSE: dict[str, Case] = {
    "batch 1d": ("batch_norm1d", {}, VECTORS, lambda x: over(x, 0)),
    "batch 1d, series": ("batch_norm1d", {}, SERIES, lambda x: over(x, 0, 2)),
    "batch 2d": ("batch_norm2d", {}, IMAGES, lambda x: over(x, 0, 2, 3)),
    "batch 3d": ("batch_norm3d", {}, VOLUMES, lambda x: over(x, 0, 2, 3, 4)),
    "batch renorm": ("batch_renorm", {"r_max": 3.0, "d_max": 5.0}, VECTORS, renormalized),
    "layer": ("layer_norm", {}, VECTORS, lambda x: functional.layer_norm(x, (6,))),
    "instance 1d": ("instance_norm1d", {}, SERIES, lambda x: over(x, 2)),
    "instance 2d": ("instance_norm2d", {}, IMAGES, lambda x: over(x, 2, 3)),
    "instance 3d": ("instance_norm3d", {}, VOLUMES, lambda x: over(x, 2, 3, 4)),
    "group": ("group_norm", {"num_groups": 3}, IMAGES, lambda x: over(x.reshape(5, 3, -1), 2).reshape(x.shape)),
    "RMS": (
        "rms_norm",
        {"eps": 1e-6},
        VECTORS,
        lambda x: x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt(),
    ),
    "local response": ("local_response_norm", {"size": 5, "alpha": 1e-2}, IMAGES, by_neighbours),
}


@pytest.mark.parametrize("name", COURSE)
def test_it_equals_its_truth(name: str) -> None:
    id, params, x, truth = COURSE[name]
    torch.testing.assert_close(given(id, params, training=True, in_=x), truth(x), rtol=1e-4, atol=1e-5)

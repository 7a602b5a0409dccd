"""A5: each loss of the course equals torch's or its closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.support.judged import judged

torch.manual_seed(0)
LABELS = torch.tensor([0, 2, 1, 2, 0, 1])
SCORES = torch.randn(6, 3)
FOUND, WANTED, THIRD = torch.randn(6, 4), torch.randn(6, 4), torch.randn(6, 4)
BITS = (torch.rand(6, 4) < 0.5).float()
SHARES = torch.softmax(torch.randn(6, 4), -1)
MAPS, AREA = torch.randn(2, 1, 5, 5), (torch.rand(2, 1, 5, 5) < 0.4).float()
SAME = torch.tensor([1, 0, 1, 1, 0, 0])
STEPS = torch.randn(6, 9, 5).log_softmax(-1)  # batch, time, classes
WORDS = torch.tensor([[1, 2, 3], [2, 2, 1], [4, 1, 4], [1, 3, 3], [2, 4, 1], [3, 3, 3]])

Case = tuple[str, dict[str, Any], dict[str, Tensor], Callable[[], Tensor]]


def focal() -> Tensor:
    """−(1 − p)²·ln p of the right class: Lin et al. 2017, equation 4."""
    right = torch.softmax(SCORES, -1)[torch.arange(6), LABELS]
    return -((1 - right) ** 2 * right.log()).mean()


def dice() -> Tensor:
    """1 − (2·Σpy + 1) / (Σp + Σy + 1), sums over the whole batch: Sudre et al. 2017, smoothed by 1."""
    p = torch.sigmoid(MAPS)
    return 1 - (2 * (p * AREA).sum() + 1) / (p.sum() + AREA.sum() + 1)


def contrastive() -> Tensor:
    """Friends: half the squared distance; strangers: half the squared rest to the margin. Hadsell et al. 2006."""
    distance = (FOUND - WANTED).square().sum(-1).sqrt()
    rest = (2.5 - distance).clamp(min=0)
    return torch.where(SAME.bool(), distance.square(), rest.square()).mean() / 2


COURSE: dict[str, Case] = {
    "MSE": ("mse", {}, {"in": FOUND, "target": WANTED}, lambda: functional.mse_loss(FOUND, WANTED)),
    "MAE": ("mae_loss", {}, {"in": FOUND, "target": WANTED}, lambda: functional.l1_loss(FOUND, WANTED)),
    "Huber": (
        "huber",
        {"delta": 0.5},
        {"in": FOUND, "target": WANTED},
        lambda: functional.huber_loss(FOUND, WANTED, delta=0.5),
    ),
    "BCE with logits": (
        "bce_with_logits",
        {},
        {"in": FOUND, "target": BITS},
        lambda: functional.binary_cross_entropy_with_logits(FOUND, BITS),
    ),
    "BCE": (
        "bce",
        {},
        {"in": SHARES, "target": BITS},
        lambda: functional.binary_cross_entropy(SHARES, BITS),
    ),
    "cross entropy of labels": (
        "cross_entropy",
        {},
        {"in": SCORES, "target": LABELS},
        lambda: functional.cross_entropy(SCORES, LABELS),
    ),
    "cross entropy of one-hot targets": (
        "cross_entropy",
        {},
        {"in": SCORES, "target": functional.one_hot(LABELS, 3).float()},
        lambda: functional.cross_entropy(SCORES, LABELS),
    ),
    "NLL": (
        "nll",
        {},
        {"in": SCORES.log_softmax(-1), "target": LABELS},
        lambda: functional.nll_loss(SCORES.log_softmax(-1), LABELS),
    ),
    "KL": (
        "kl_div",
        {},
        {"in": FOUND.log_softmax(-1), "target": SHARES},
        lambda: functional.kl_div(FOUND.log_softmax(-1), SHARES, reduction="batchmean"),
    ),
    "hinge": (
        "hinge",
        {},
        {"in": FOUND, "target": BITS},
        lambda: (1 - FOUND * (2 * BITS - 1)).clamp(min=0).mean(),
    ),
    "cosine": (
        "cosine_loss",
        {},
        {"in": FOUND, "target": WANTED},
        lambda: 1 - functional.cosine_similarity(FOUND, WANTED).mean(),
    ),
    "triplet": (
        "triplet_margin",
        {},
        {"anchor": FOUND, "positive": WANTED, "negative": THIRD},
        lambda: functional.triplet_margin_loss(FOUND, WANTED, THIRD),
    ),
    "contrastive": ("contrastive", {"margin": 2.5}, {"in": FOUND, "other": WANTED, "target": SAME}, contrastive),
    "CTC": (
        "ctc",
        {},
        {"in": STEPS, "target": WORDS},
        lambda: functional.ctc_loss(STEPS.transpose(0, 1), WORDS, (9,) * 6, (3,) * 6),
    ),
    "focal": ("focal", {}, {"in": SCORES, "target": LABELS}, focal),
    "Dice": ("dice_loss", {}, {"in": MAPS, "target": AREA}, dice),
}


@pytest.mark.parametrize("name", COURSE)
def test_a_loss_equals_its_truth(name: str) -> None:
    id, params, ports, truth = COURSE[name]
    rest = {port: tensor for port, tensor in ports.items() if port != "in"}
    assert judged(id, params, ports.get("in"), **rest) == pytest.approx(truth().item(), rel=1e-5)

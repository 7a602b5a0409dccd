"""Soft overlaps of prediction and truth."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def soft_overlap(
    shares: Tensor, truth: Tensor, dims: list[int], alpha: float, beta: float, smooth: float
) -> Tensor:
    """Tversky's index: hits over hits, false alarms times α and misses times β.

    Source:
        Salehi et al. 2017.
    """
    hits = (shares * truth).sum(dims)
    alarms, misses = shares.sum(dims) - hits, truth.sum(dims) - hits
    return (hits + smooth) / (hits + alpha * alarms + beta * misses + smooth)


def overlap_loss(
    scores: Tensor, target: Tensor, alpha: float, beta: float, smooth: float, from_logits: bool = True
) -> Tensor:
    """One minus the overlap of yes and no over the whole batch."""
    shares = torch.sigmoid(scores) if from_logits else scores
    return 1 - soft_overlap(shares, target, list(range(shares.dim())), alpha, beta, smooth)


def class_overlap_loss(
    scores: Tensor,
    labels: Tensor,
    alpha: float,
    beta: float,
    smooth: float,
    from_logits: bool = True,
    reduction: str = "mean",
) -> Tensor:
    """One minus the overlap of each class over the whole batch, scores (N, K, …); their mean or sum."""
    shares = torch.softmax(scores, 1) if from_logits else scores
    truth = F.one_hot(labels, scores.shape[1]).movedim(-1, 1).to(shares.dtype)
    dims = [dim for dim in range(shares.dim()) if dim != 1]
    lost = 1 - soft_overlap(shares, truth, dims, alpha, beta, smooth)
    return lost.sum() if reduction == "sum" else lost.mean()

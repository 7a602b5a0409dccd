"""Losses that torch lacks; each gives a single number."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def reduced(values: Tensor, reduction: str) -> Tensor:
    """Their mean, or their sum."""
    return values.sum() if reduction == "sum" else values.mean()


def hinge(
    scores: Tensor, target: Tensor, margin: float = 1.0, squared: bool = False, reduction: str = "mean"
) -> Tensor:
    """What scores lack to the margin on their side; a target above 0 means yes, any other no.

    Source:
        Cortes and Vapnik 1995.
    """
    sides = torch.where(target > 0, scores, -scores)
    short = torch.relu(margin - sides)
    return reduced(short.square() if squared else short, reduction)


def focal(
    scores: Tensor, labels: Tensor, gamma: float = 2.0, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """Cross entropy of class scores (N, K, …), times (1 − p)^γ of the true class.

    Source:
        Lin et al. 2017, over classes.
    """
    logs = F.log_softmax(scores, 1)
    chance = logs.gather(1, labels.unsqueeze(1)).squeeze(1).exp()
    return reduced((1 - chance) ** gamma * F.nll_loss(logs, labels, weight, reduction="none"), reduction)


def binary_focal(
    scores: Tensor, target: Tensor, gamma: float = 2.0, alpha: float = 0.25, reduction: str = "mean"
) -> Tensor:
    """Cross entropy of yes and no, times α and (1 − p)^γ of the truth.

    Source:
        Lin et al. 2017, equation 5.
    """
    surprise = F.binary_cross_entropy_with_logits(scores, target, reduction="none")
    shares = alpha * target + (1 - alpha) * (1 - target)
    return reduced(shares * (1 - torch.exp(-surprise)) ** gamma * surprise, reduction)


def log_cosh(found: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The logarithm of the hyperbolic cosine of the error, written so that nothing overflows.

    Source:
        Green 1990.
    """
    distance = (found - target).abs()
    return reduced(distance + F.softplus(-2 * distance) - math.log(2), reduction)


def gaussian_nll(
    mean: Tensor, log_var: Tensor, target: Tensor, full: bool = False, reduction: str = "mean"
) -> Tensor:
    """The negative log-likelihood of numbers under normal distributions.

    Source:
        Nix and Weigend 1994.
    """
    surprise = 0.5 * (log_var + (target - mean).square() * torch.exp(-log_var))
    return reduced(surprise + 0.5 * math.log(2 * math.pi) if full else surprise, reduction)


def cosine_distance(found: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """One minus the cosine between vectors along the last axis."""
    return reduced(1 - F.cosine_similarity(found, target, dim=-1), reduction)


def contrastive(
    left: Tensor, right: Tensor, together: Tensor, margin: float = 1.0, reduction: str = "mean"
) -> Tensor:
    """Half the squared distance of those together, half the squared shortfall to the margin of the others.

    Source:
        Hadsell, Chopra and LeCun 2006.
    """
    distance = F.pairwise_distance(left, right)
    return reduced(0.5 * torch.where(together, distance, torch.relu(margin - distance)).square(), reduction)


def activity(values: Tensor, norm: str = "l1", reduction: str = "mean") -> Tensor:
    """The sum of absolute values, or of squares, of each sample; then the mean or sum over the batch."""
    sizes = values.abs() if norm == "l1" else values.square()
    return reduced(sizes.reshape(len(values), -1).sum(1), reduction)

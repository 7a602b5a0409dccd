"""Samples through which gradients pass, and a divergence in closed form."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class GaussianSample(nn.Module):
    """Draws from normal distributions in training, gives their means in evaluation.

    Source:
        Kingma and Welling 2013.
    """

    def forward(self, mean: Tensor, log_var: Tensor) -> Tensor:
        """A sample of each."""
        if not self.training:
            return mean
        return mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)


class BernoulliSample(nn.Module):
    """Draws 0 or 1 in training, gives the likelier one in evaluation; the gradient is that of the probability.

    Source:
        Bengio, Léonard and Courville 2013.
    """

    def __init__(self, from_logits: bool = True) -> None:
        super().__init__()
        self.from_logits = from_logits

    def forward(self, scores: Tensor) -> Tensor:
        """A sample of each."""
        chance = torch.sigmoid(scores) if self.from_logits else scores
        level = torch.rand_like(chance) if self.training else 0.5
        return (chance > level).to(chance.dtype) + (chance - chance.detach())


class GumbelSoftmax(nn.Module):
    """Draws a class softly in training; gives the softmax, or the best class, in evaluation.

    Source:
        Jang et al. 2016.
    """

    def __init__(self, tau: float = 1.0, hard: bool = False, dim: int = -1) -> None:
        super().__init__()
        self.tau, self.hard, self.dim = tau, hard, dim

    def forward(self, scores: Tensor) -> Tensor:
        """Shares of the classes along `dim`."""
        if self.training:
            return F.gumbel_softmax(scores, self.tau, self.hard, dim=self.dim)
        shares = torch.softmax(scores / self.tau, self.dim)
        if not self.hard:
            return shares
        best = shares.argmax(self.dim, keepdim=True)
        return torch.zeros_like(shares).scatter(self.dim, best, 1.0) + (shares - shares.detach())


class CategoricalSample(nn.Module):
    """Draws the number of a class in training, gives the best one in evaluation.

    Source:
        Gumbel 1954.
    """

    def __init__(self, tau: float = 1.0, dim: int = -1) -> None:
        super().__init__()
        self.tau, self.dim = tau, dim

    def forward(self, scores: Tensor) -> Tensor:
        """A class for each vector along `dim`."""
        if not self.training:
            return scores.argmax(self.dim)
        noise = torch.empty_like(scores).exponential_().log()
        return (scores / self.tau - noise).argmax(self.dim)


def gaussian_log_prob(values: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """The logarithm of the density of each sample, (N).

    Source:
        Gauss 1809.
    """
    each = math.log(2 * math.pi) + log_var + (values - mean).square() * torch.exp(-log_var)
    return -0.5 * each.reshape(len(values), -1).sum(1)


def kl_unit_gaussian(mean: Tensor, log_var: Tensor, reduction: str = "mean") -> Tensor:
    """The divergence of normal distributions from the unit one, summed over each sample.

    Source:
        Kingma and Welling 2013, appendix B.
    """
    each = -0.5 * (1 + log_var - mean.square() - log_var.exp()).reshape(len(mean), -1).sum(1)
    return each.sum() if reduction == "sum" else each.mean()

"""Sums over sequences of labels, and the metrics made of them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def double(device: torch.device) -> torch.dtype:
    """The most exact decimal numbers of a device."""
    return torch.float32 if device.type == "mps" else torch.float64


def surprises(scores: Tensor, labels: Tensor, ignore_index: int = -100) -> Tensor:
    """The summed cross entropy of scores (N, K, …), and over how many labels."""
    dtype = double(scores.device)
    lost = F.cross_entropy(scores.detach().float(), labels, ignore_index=ignore_index, reduction="none")
    return torch.stack([lost.to(dtype).sum(), (labels != ignore_index).to(dtype).sum()])


def perplexity(sums: Tensor) -> Tensor:
    """The exponential of the mean surprise."""
    return (sums[0] / sums[1]).exp().to(torch.float32)


def compacted(tokens: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
    """Tokens (N, T) with those not kept moved behind the others, and how many are kept."""
    order = torch.sort((~kept).to(torch.int64), dim=1, stable=True).indices
    return tokens.gather(1, order), kept.sum(1)


def changes(found: Tensor, target: Tensor, padding_idx: int = 0, collapse: bool = False) -> Tensor:
    """How many tokens must be put in, taken out or replaced in all, and how many there should be.

    Source:
        Levenshtein 1966; one row of the table at a time.
    """
    kept = found != padding_idx
    if collapse:
        kept = kept & (found != F.pad(found[:, :-1], (1, 0), value=padding_idx))
    found, lengths = compacted(found, kept)
    target, wanted = compacted(target, target != padding_idx)
    places = torch.arange(target.shape[1] + 1, device=target.device)
    row = places.expand(len(target), -1)
    last = row
    for step in range(found.shape[1]):
        swapped = row[:, :-1] + (target != found[:, step : step + 1])
        above = torch.minimum(row[:, 1:] + 1, swapped)
        fresh = torch.cat([row[:, :1] + 1, above], 1)
        row = places + torch.cummin(fresh - places, 1).values
        last = torch.where((lengths == step + 1).unsqueeze(1), row, last)
    distances = last.gather(1, wanted.unsqueeze(1))
    return torch.stack([distances.sum(), wanted.sum()]).to(double(found.device))


def error_rate(sums: Tensor) -> Tensor:
    """Changes for each token."""
    return (sums[0] / sums[1]).to(torch.float32)

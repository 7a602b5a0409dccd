"""Counts of right and wrong answers that add up over batches, and the metrics made of them."""

from __future__ import annotations

import torch
from torch import Tensor


def exact(device: torch.device) -> torch.dtype:
    """The most exact decimal numbers of a device."""
    return torch.float32 if device.type == "mps" else torch.float64


def top_k_accuracy(scores: Tensor, labels: Tensor, k: int) -> Tensor:
    """The share of labels among the k best of scores (N, K, …)."""
    best = scores.topk(k, dim=1).indices
    return (best == labels.unsqueeze(1)).any(1).to(torch.float32).mean()


def tally(cells: Tensor, size: int) -> Tensor:
    """How often each number below `size` comes."""
    counts = torch.zeros(size, dtype=exact(cells.device), device=cells.device)
    return counts.index_add(0, cells, torch.ones_like(cells, dtype=counts.dtype))


def confusion(found: Tensor, truth: Tensor, classes: int) -> Tensor:
    """How often each true class (row) was taken for each other (column), row by row."""
    return tally(truth.reshape(-1).long() * classes + found.reshape(-1).long(), classes * classes)


def diagonal(sums: Tensor) -> Tensor:
    """The share of a square table that lies on its diagonal."""
    size = round(len(sums) ** 0.5)
    return (sums[:: size + 1].sum() / sums.sum()).to(torch.float32)


def counts(found: Tensor, truth: Tensor, classes: int) -> Tensor:
    """For each class how often it was found rightly, how often found, and how often true."""
    found, truth = found.reshape(-1).long(), truth.reshape(-1).long()
    hits = torch.where(found == truth, truth, classes)
    return torch.cat([tally(hits, classes + 1)[:-1], tally(found, classes), tally(truth, classes)])


def averaged(hits: Tensor, of: Tensor, truths: Tensor, seen: Tensor, average: str) -> Tensor:
    """Shares of classes as one number: of class 1, over all, by class size, or each class alike."""
    if average == "micro":
        hits, of = hits.sum(), of.sum()
    shares = hits / of.clamp(min=1)
    if average == "binary":
        shares = shares[1]
    elif average == "weighted":
        shares = (shares * truths).sum() / truths.sum()
    elif average == "macro":
        shares = shares.sum() / seen.sum()
    return shares.to(torch.float32)


def precision(sums: Tensor, average: str) -> Tensor:
    """Hits over all that was found."""
    hits, found, truths = sums.view(3, -1)
    return averaged(hits, found, truths, found + truths > 0, average)


def recall(sums: Tensor, average: str) -> Tensor:
    """Hits over all that is true."""
    hits, found, truths = sums.view(3, -1)
    return averaged(hits, truths, truths, found + truths > 0, average)


def f1(sums: Tensor, average: str) -> Tensor:
    """Twice the hits over all that was found and all that is true."""
    hits, found, truths = sums.view(3, -1)
    return averaged(2 * hits, found + truths, truths, found + truths > 0, average)


def iou(sums: Tensor, average: str) -> Tensor:
    """Hits over all that was found or is true."""
    hits, found, truths = sums.view(3, -1)
    return averaged(hits, found + truths - hits, truths, found + truths > 0, average)


def ranks(scores: Tensor, truth: Tensor, bins: int) -> Tensor:
    """How many of yes, then of no, have scores in each bin; bins are finest around 0."""
    scores = scores.detach().reshape(-1).to(torch.float32)
    place = (scores / (1 + scores.abs()) + 1) / 2
    cells = (place * bins).long().clamp(0, bins - 1)
    return tally(cells + torch.where(truth.reshape(-1).bool(), 0, bins), 2 * bins)


def class_ranks(scores: Tensor, labels: Tensor, bins: int) -> Tensor:
    """The same for the odds of each class against the rest, class by class; scores (N, K, …)."""
    odds = torch.logit(torch.softmax(scores.detach().to(torch.float32), 1), eps=1e-6)
    return torch.cat([ranks(odds.select(1, number), labels == number, bins) for number in range(scores.shape[1])])


def area(sums: Tensor, bins: int) -> Tensor:
    """The area under the curve of each class from its bins; the mean of those that are defined.

    Source:
        Fawcett 2006, section 7: the chance that a yes is above a no, ties counted half.
    """
    yes, no = sums.view(-1, 2, bins).unbind(1)
    below = no.cumsum(1) - no / 2
    pairs = yes.sum(1) * no.sum(1)
    areas = (yes * below).sum(1) / pairs
    return areas.nanmean().to(torch.float32)

"""Connectionist temporal classification."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

IMPOSSIBLE = -1e30  # an infinity would leave gradients that are no numbers


def ctc(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor | None = None,
    target_lengths: Tensor | None = None,
    blank: int = 0,
    zero_infinity: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """How improbable labels (N, S) are under log-probabilities (N, T, K) of each moment.

    The mean is over samples, each divided by the length of its target, as torch divides.

    Source:
        Graves et al. 2006, section 4.1.
    """
    if target_lengths is None:
        target_lengths = (targets != blank).sum(1)
    batch, steps, _ = log_probs.shape
    path = F.pad(torch.stack([torch.full_like(targets, blank), targets], 2).flatten(1), (0, 1), value=blank)
    emitted = log_probs.gather(2, path.unsqueeze(1).expand(batch, steps, path.shape[1]))
    places = torch.arange(path.shape[1], device=path.device)
    leaps = (path != blank) & (path != F.pad(path, (2, 0), value=blank)[:, :-2])
    forward = torch.where(places < 2, emitted[:, 0], IMPOSSIBLE)
    for step in range(1, steps):
        before = F.pad(forward, (2, 0), value=IMPOSSIBLE)
        leap = torch.where(leaps, before[:, :-2], IMPOSSIBLE)
        arrived = torch.logsumexp(torch.stack([forward, before[:, 1:-1], leap]), 0) + emitted[:, step]
        if input_lengths is None:
            forward = arrived
        else:
            forward = torch.where((step < input_lengths).unsqueeze(1), arrived, forward)
    ends = 2 * target_lengths.unsqueeze(1)
    last = (places == ends) | (places == ends - 1)
    lost = -torch.logsumexp(torch.where(last, forward, IMPOSSIBLE), 1)
    lost = torch.where(lost < -IMPOSSIBLE / 2, lost, 0.0 if zero_infinity else torch.inf)
    return lost.sum() if reduction == "sum" else (lost / target_lengths.clamp(min=1)).mean()

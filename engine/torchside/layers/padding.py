"""Sequences of unequal length, laid out to the same length with padding at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def read_unpadded(read: Callable[..., Any], sequence: Tensor, lengths: Tensor, state: Any) -> tuple[Tensor, Any]:
    """What a recurrent layer reads in the real steps of (N, T, F); steps of padding give 0.

    A length below 1 counts as 1: torch packs no empty sequence.
    """
    if lengths.is_meta:  # shapes are asked for, and lengths have no values
        return read(sequence, state)  # type: ignore[no-any-return]
    steps = sequence.size(1)
    real = lengths.clamp(1, steps).cpu()
    packed, last = read(pack_padded_sequence(sequence, real, batch_first=True, enforce_sorted=False), state)
    return pad_packed_sequence(packed, batch_first=True, total_length=steps)[0], last


class UnpaddedRNN(nn.RNN):
    """torch.nn.RNN that reads only the first `lengths` steps of each sample."""

    def forward(self, sequence: Tensor, lengths: Tensor, state: Any = None) -> Any:  # type: ignore[override]
        """States by step, and the last ones; `lengths` is (N)."""
        return read_unpadded(super().forward, sequence, lengths, state)


class UnpaddedLSTM(nn.LSTM):
    """torch.nn.LSTM that reads only the first `lengths` steps of each sample."""

    def forward(self, sequence: Tensor, lengths: Tensor, state: Any = None) -> Any:  # type: ignore[override]
        """States by step, and the last ones; `lengths` is (N)."""
        return read_unpadded(super().forward, sequence, lengths, state)


class UnpaddedGRU(nn.GRU):
    """torch.nn.GRU that reads only the first `lengths` steps of each sample."""

    def forward(self, sequence: Tensor, lengths: Tensor, state: Any = None) -> Any:  # type: ignore[override]
        """States by step, and the last ones; `lengths` is (N)."""
        return read_unpadded(super().forward, sequence, lengths, state)


def last_real_step(sequence: Tensor, lengths: Tensor) -> Tensor:
    """The last step of (N, T, …) before the padding begins."""
    last = lengths.clamp(1, sequence.size(1)) - 1
    return sequence[torch.arange(sequence.size(0), device=sequence.device), last]


def beyond(sequence: Tensor, lengths: Tensor) -> Tensor:
    """Which steps of (N, T, …) are padding, as (N, T)."""
    return torch.arange(sequence.size(1), device=sequence.device) >= lengths[:, None]


def mean_of_real_steps(sequence: Tensor, mask: Tensor) -> Tensor:
    """The mean over the steps of (N, T, …) that the mask (N, T) does not hide; 0 where it hides all."""
    real = ~mask.reshape(*mask.shape, *[1] * (sequence.dim() - 2))
    return sequence.where(real, 0).sum(1) / real.sum(1).clamp(min=1)


def reverse_real_steps(sequence: Tensor, lengths: Tensor) -> Tensor:
    """The real steps of (N, T, …) from last to first, the padding left where it is."""
    steps = torch.arange(sequence.size(1), device=sequence.device)
    source = torch.where(steps < lengths[:, None], lengths[:, None] - 1 - steps, steps)
    return sequence[torch.arange(sequence.size(0), device=sequence.device)[:, None], source]

"""Changes the values of inputs: (N, …) of numbers."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def add_noise(inputs: list[Tensor], generator: Generator, std: float) -> list[Tensor]:
    """Gaussian noise, drawn on the inputs' own device."""
    found = []
    for each in inputs:
        seed = int(torch.randint(2**62, (1,), generator=generator))
        chance = torch.Generator(each.device).manual_seed(seed)
        found.append(each + std * torch.randn(each.shape, generator=chance, device=each.device))
    return found


def random_brightness(inputs: list[Tensor], generator: Generator, most: float) -> list[Tensor]:
    """One number added to all of a sample, up to a share of its range."""
    changes = _around_zero(most, len(inputs[0]), generator)
    return [each + _beside(changes, each) * (_over(each, "amax") - _over(each, "amin")) for each in inputs]


def random_contrast(inputs: list[Tensor], generator: Generator, most: float) -> list[Tensor]:
    """Distances from a sample's mean made larger or smaller."""
    changes = _around_zero(most, len(inputs[0]), generator)
    means = [_over(each, "mean") for each in inputs]
    return [mean + (each - mean) * (1 + _beside(changes, each)) for each, mean in zip(inputs, means, strict=True)]


def cutout(inputs: list[Tensor], generator: Generator, size: float, p: float) -> list[Tensor]:
    """A square around a random point put to 0; at the border a part of it lies outside."""
    count = len(inputs[0])
    across, down = (torch.rand(count, generator=generator) for _ in range(2))
    chosen = torch.rand(count, generator=generator) < p
    return [each.masked_fill(_square(each, across, down, size) & _beside(chosen, each), 0.0) for each in inputs]


def _square(each: Tensor, across: Tensor, down: Tensor, size: float) -> Tensor:
    height, width = each.shape[-2:]
    rows = (torch.arange(height) + 0.5) / height
    columns = (torch.arange(width) + 0.5) / width
    inside = ((rows - down[:, None]).abs() <= size / 2)[:, :, None]
    inside = inside & ((columns - across[:, None]).abs() <= size / 2)[:, None, :]
    return inside.to(each.device).unsqueeze(1)


def _around_zero(most: float, count: int, generator: Generator) -> Tensor:
    return most * (2 * torch.rand(count, generator=generator) - 1)


def _over(each: Tensor, what: str) -> Tensor:
    found: Tensor = getattr(each, what)(dim=tuple(range(1, each.ndim)), keepdim=True)
    return found


def _beside(numbers: Tensor, each: Tensor) -> Tensor:
    return numbers.to(each.device).reshape(-1, *[1] * (each.ndim - 1))

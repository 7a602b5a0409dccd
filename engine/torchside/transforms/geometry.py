"""Moves the points of pictures: (N, C, H, W) of numbers, or (N, H, W) of labels, all in the same way."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional


def random_flip(pictures: list[Tensor], generator: Generator, p: float, axis: int) -> list[Tensor]:
    """Mirror a share of the samples along an axis."""
    chosen = torch.rand(len(pictures[0]), generator=generator) < p
    return [
        torch.where(_beside(chosen, picture), picture.flip(axis), picture) if bool(chosen.any()) else picture
        for picture in pictures
    ]


def random_crop(pictures: list[Tensor], generator: Generator, padding: int) -> list[Tensor]:
    """Pad with 0 and cut windows of the old size out."""
    count = len(pictures[0])
    height, width = pictures[0].shape[-2:]
    top, left = (torch.randint(2 * padding + 1, (count, 1), generator=generator) for _ in range(2))
    rows, columns = top + torch.arange(height), left + torch.arange(width)
    return [_window(picture, padding, rows.to(picture.device), columns.to(picture.device)) for picture in pictures]


def random_scale(
    pictures: list[Tensor], generator: Generator, smallest: float, largest: float, outside: str
) -> list[Tensor]:
    """Zoom around the middle."""
    sizes = _between(smallest, largest, len(pictures[0]), generator)
    return scaled(pictures, sizes, outside)


def random_rotate(pictures: list[Tensor], generator: Generator, degrees: float, outside: str) -> list[Tensor]:
    """Turn around the middle."""
    return rotated(pictures, _between(-degrees, degrees, len(pictures[0]), generator), outside)


def random_translate(pictures: list[Tensor], generator: Generator, share: float, outside: str) -> list[Tensor]:
    """Shift along both axes."""
    right, down = (_between(-share, share, len(pictures[0]), generator) for _ in range(2))
    return translated(pictures, right, down, outside)


def scaled(pictures: list[Tensor], sizes: Tensor, outside: str = "zeros") -> list[Tensor]:
    """Each sample zoomed to a size, 1 being its own."""
    zero = torch.zeros_like(sizes)
    return _warped(pictures, [1 / sizes, zero, zero], [zero, 1 / sizes, zero], outside)


def rotated(pictures: list[Tensor], degrees: Tensor, outside: str = "zeros") -> list[Tensor]:
    """Each sample turned, counterclockwise."""
    height, width = pictures[0].shape[-2:]
    angle = degrees * (math.pi / 180)
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    return _warped(pictures, [cos, -sin * (height / width), zero], [sin * (width / height), cos, zero], outside)


def translated(pictures: list[Tensor], right: Tensor, down: Tensor, outside: str = "zeros") -> list[Tensor]:
    """Each sample shifted by shares of its width and height."""
    one, zero = torch.ones_like(right), torch.zeros_like(right)
    return _warped(pictures, [one, zero, -2 * right], [zero, one, -2 * down], outside)


def _warped(pictures: list[Tensor], first: list[Tensor], second: list[Tensor], outside: str) -> list[Tensor]:
    places = torch.stack([torch.stack(first, 1), torch.stack(second, 1)], 1)
    return [_sampled(picture, places.to(picture.device), outside) for picture in pictures]


def _sampled(picture: Tensor, places: Tensor, outside: str) -> Tensor:
    labels = not picture.is_floating_point()
    values = picture.unsqueeze(1).float() if labels else picture
    grid = functional.affine_grid(places, list(values.shape), align_corners=False)
    mode = "nearest" if labels else "bilinear"
    found = functional.grid_sample(values, grid, mode=mode, padding_mode=outside, align_corners=False)
    return found.squeeze(1).to(picture.dtype) if labels else found


def _window(picture: Tensor, padding: int, rows: Tensor, columns: Tensor) -> Tensor:
    padded = functional.pad(picture, (padding, padding, padding, padding))
    samples = torch.arange(len(picture), device=picture.device)[:, None, None]
    if picture.ndim == 3:
        return padded[samples, rows[:, :, None], columns[:, None, :]]
    return padded.movedim(1, -1)[samples, rows[:, :, None], columns[:, None, :]].movedim(-1, 1)


def _between(low: float, high: float, count: int, generator: Generator) -> Tensor:
    return low + (high - low) * torch.rand(count, generator=generator)


def _beside(chosen: Tensor, picture: Tensor) -> Tensor:
    return chosen.to(picture.device).reshape(-1, *[1] * (picture.ndim - 1))

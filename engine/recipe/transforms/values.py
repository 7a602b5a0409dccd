"""Transforms of the values of inputs; targets stay as they are."""

from __future__ import annotations

from engine.recipe.transform import Transform
from engine.spec import param

ROOM = "engine.torchside.transforms.values"


class Noise(Transform):
    """Adds Gaussian noise to inputs of any shape."""

    id, title, target = "noise", "Noise", f"{ROOM}.add_noise"

    std: float = param(0.1, "Deviation of the noise.", low=0.0, high=1e6)


class Brightness(Transform):
    """Adds one number to all of a sample."""

    id, title, target = "brightness", "Brightness", f"{ROOM}.random_brightness"

    most: float = param(0.2, "Largest change, as a share of the sample's range.", low=0.0, high=100.0)


class Contrast(Transform):
    """Moves all values of a sample towards its mean, or away from it."""

    id, title, target = "contrast", "Contrast", f"{ROOM}.random_contrast"

    most: float = param(0.2, "Largest change of the distance from the mean.", low=0.0, high=1.0)


class Cutout(Transform):
    """Puts a square of a picture to 0.

    Source:
        DeVries and Taylor 2017.
    """

    id, title, target = "cutout", "Cutout", f"{ROOM}.cutout"
    spatial = True

    size: float = param(0.3, "Side of the square, as a share of width and height.", low=0.0, high=1.0)
    p: float = param(1.0, "Share of the samples that are cut.", low=0.0, high=1.0)

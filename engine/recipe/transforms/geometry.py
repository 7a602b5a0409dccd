"""Transforms that move the points of a picture; targets that are pictures move with it."""

from __future__ import annotations

from typing import Any, Literal

from engine.recipe.transform import Transform
from engine.spec import param

ROOM = "engine.torchside.transforms.geometry"
Outside = Literal["zeros", "border", "reflection"]


class Geometry(Transform):
    """A transform of places."""

    reach, spatial = "pictures", True


class Crop(Geometry):
    """Pads a picture and cuts a window of its size out at a random place.

    Source:
        He et al. 2016, section 4.2.
    """

    id, title, target = "crop", "Random crop", f"{ROOM}.random_crop"

    padding: int = param(4, "Border added on each side before cutting.", low=1, high=10_000, unit="pixels")


class HorizontalFlip(Geometry):
    """Mirrors left and right."""

    id, title, target = "horizontal_flip", "Horizontal flip", f"{ROOM}.random_flip"

    p: float = param(0.5, "Share of the samples that are mirrored.", low=0.0, high=1.0)

    def arguments(self) -> dict[str, Any]:
        """Along the last axis."""
        return {"p": self.p, "axis": -1}


class VerticalFlip(Geometry):
    """Mirrors top and bottom."""

    id, title, target = "vertical_flip", "Vertical flip", f"{ROOM}.random_flip"

    p: float = param(0.5, "Share of the samples that are mirrored.", low=0.0, high=1.0)

    def arguments(self) -> dict[str, Any]:
        """Along the last axis but one."""
        return {"p": self.p, "axis": -2}


class Scale(Geometry):
    """Zooms in and out around the middle."""

    id, title, target = "scale", "Scale", f"{ROOM}.random_scale"

    smallest: float = param(0.8, "Smallest size, as a share of the picture's.", low=0.01, high=100.0)
    largest: float = param(1.2, "Largest size, as a share of the picture's.", low=0.01, high=100.0)
    outside: Outside = param("zeros", "What lies beyond the border.")


class Rotate(Geometry):
    """Turns around the middle."""

    id, title, target = "rotate", "Rotate", f"{ROOM}.random_rotate"

    degrees: float = param(10.0, "Largest angle, to either side.", low=0.0, high=180.0, unit="°")
    outside: Outside = param("zeros", "What lies beyond the border.")


class Translate(Geometry):
    """Shifts along both axes."""

    id, title, target = "translate", "Translate", f"{ROOM}.random_translate"

    share: float = param(0.1, "Largest shift, as a share of width and height.", low=0.0, high=1.0)
    outside: Outside = param("zeros", "What lies beyond the border.")

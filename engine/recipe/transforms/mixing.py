"""Transforms that bring two samples together."""

from __future__ import annotations

from engine.recipe.transform import Transform
from engine.spec import param

ROOM = "engine.torchside.transforms.mixing"


class Mixup(Transform):
    """Averages each sample with another, and their losses with the same shares.

    Targets that are numbers are averaged too; of class labels, which cannot be, both count: for cross
    entropy that is the loss of their one-hot shares.

    Source:
        Zhang et al. 2018.
    """

    id, title, target = "mixup", "Mixup", f"{ROOM}.mixup"
    mixes = True

    alpha: float = param(0.2, "Shares are drawn from Beta(α, α): small ones mix little.", low=1e-6, high=1e6)


class Cutmix(Transform):
    """Puts a window of another sample into each, and weighs their losses by area.

    Source:
        Yun et al. 2019.
    """

    id, title, target = "cutmix", "CutMix", f"{ROOM}.cutmix"
    mixes, spatial = True, True

    alpha: float = param(1.0, "The window's area is drawn from Beta(α, α).", low=1e-6, high=1e6)

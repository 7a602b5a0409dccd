"""Transforms: how training samples are changed anew each time they are seen."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from engine.spec import Declaration, Registry, family

Reach = Literal["pictures", "inputs"]


class Transform(Declaration):
    """A change of training samples: a function of `engine.torchside.transforms` kept as data.

    `reach` says what it changes: "pictures" are inputs and targets with height and width, all in the same
    way; "inputs" are inputs that are numbers. `spatial` ones among the latter want height and width too.
    `mixes`: it brings two samples together, and so their targets.
    """

    target: ClassVar[str] = ""
    reach: ClassVar[Reach] = "inputs"
    spatial: ClassVar[bool] = False
    mixes: ClassVar[bool] = False

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of the function."""
        return self.values()


@family("transform")
def all_transforms() -> Registry[Transform]:
    """Every transform, by id."""
    from engine.recipe import transforms as folder

    return Registry(Transform, "transform").discover(folder)

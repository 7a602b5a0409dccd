"""Optimizers: how weights follow their gradients."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.spec import Declaration, Registry, family


class Optimizer(Declaration):
    """An optimizer: a torch class kept as data."""

    target: ClassVar[str] = ""
    equation: ClassVar[str] = ""
    searches: ClassVar[bool] = False
    """Whether a step computes its batch several times, through a closure."""

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of the torch class; the parameters' names are torch's own."""
        return self.values()


@family("optimizer")
def all_optimizers() -> Registry[Optimizer]:
    """Every optimizer, by id."""
    from engine.recipe import optimizers as folder

    return Registry(Optimizer, "optimizer").discover(folder)

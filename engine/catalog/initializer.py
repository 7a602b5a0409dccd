"""Initializers: the numbers that weights begin with."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from engine.spec import Declaration, Registry, Values, family

Sort: TypeAlias = Literal["weight", "bias", "scale"]
"""What a learnt tensor is: weights between numbers, a shift, or a factor for each channel."""


class Initializer(Declaration):
    """First numbers for a tensor: a function of torch.nn.init kept as data.

    `least` and `most` bound the axes of a tensor that it can fill. Scales (the factors of a normalization, one
    axis) keep torch's own numbers except under one that `suits_scales`.
    """

    target: ClassVar[str] = ""
    equation: ClassVar[str] = ""
    least: ClassVar[int] = 1
    most: ClassVar[int] = 99
    suits_scales: ClassVar[bool] = False

    def arguments(self) -> Values:
        """Keyword arguments of the torch function; the parameters' names are torch's own."""
        return self.values()

    def fits(self, sizes: tuple[int, ...]) -> bool:
        """Whether a tensor of such sizes can be filled."""
        return self.least <= len(sizes) <= self.most

    @classmethod
    def axes_words(cls) -> str:
        """How many axes it needs, in words: `2 axes`, `at least 2 axes`."""
        if cls.least == cls.most:
            return f"{cls.least} axes"
        return f"{cls.least} to {cls.most} axes" if cls.most < 99 else f"at least {cls.least} axes"


def sort_of(name: str, sizes: tuple[int, ...]) -> Sort:
    """What the tensor of a name ("weight", "linear.bias", "bias_hh_l0") is."""
    if "bias" in name.rpartition(".")[2]:
        return "bias"
    return "weight" if len(sizes) > 1 else "scale"


@family("initializer")
def all_initializers() -> Registry[Initializer]:
    """Every initializer, by id."""
    from engine.catalog import initializers as folder

    return Registry(Initializer, "initializer").discover(folder)

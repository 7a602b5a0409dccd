"""Which curves there are, in which panel each stands, and in which colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

SPLITS: Final = ("train", "val", "test")


class Series(msgspec.Struct, frozen=True):
    """A recorded series: `name` as recorded ("val/loss"), the quantity it measures, on which split."""

    name: str
    quantity: str
    split: str = ""

    @classmethod
    def of(cls, name: str) -> Series:
        """A series by its recorded name."""
        head, _, tail = name.partition("/")
        return cls(name, tail, head) if tail and head in SPLITS else cls(name, name)

    @property
    def title(self) -> str:
        """What the legend says."""
        return f"{self.split} {self.quantity}".strip()

    @property
    def is_loss(self) -> bool:
        """Whether it stands with the losses."""
        return "loss" in self.quantity.casefold()

    @property
    def is_main(self) -> bool:
        """Whether it is shown without being asked for: the losses and metrics of a split."""
        return bool(self.split)


def panels(names: Iterable[str]) -> dict[str, list[Series]]:
    """Series by panel: all losses first, then one for each other quantity, in a steady order."""
    found: dict[str, list[Series]] = {}
    for series in sorted(map(Series.of, names), key=_order):
        found.setdefault("loss" if series.is_loss else series.quantity, []).append(series)
    return found


def colours(panel: list[Series]) -> dict[str, int]:
    """The index of each series' colour: a split keeps its colour in all panels."""
    quantities = list(dict.fromkeys(series.quantity for series in panel))
    return {
        series.name: quantities.index(series.quantity) * 2 + (SPLITS.index(series.split) if series.split else 2)
        for series in panel
    }


def _order(series: Series) -> tuple[bool, bool, bool, str, int]:
    split = SPLITS.index(series.split) if series.split else 0
    return not series.is_main, not series.is_loss, series.quantity != "loss", series.quantity, split

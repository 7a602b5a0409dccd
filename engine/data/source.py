"""What a data source is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from engine.catalog import Shape
from engine.spec import Declaration, Registry, family

if TYPE_CHECKING:
    import numpy as np


class Field(msgspec.Struct, frozen=True):
    """One named array of a source: the shape of a batch of it, and names of its classes if it has any."""

    name: str
    shape: Shape
    classes: tuple[str, ...] = ()


class Samples(msgspec.Struct):
    """Loaded data: arrays by field name, all with as many rows (the first axis).

    Float arrays are float32, labels int64.
    """

    fields: tuple[Field, ...]
    arrays: dict[str, np.ndarray]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(next(iter(self.arrays.values())))


class Source(Declaration):
    """A source of samples. Loading imports what it needs; declaring imports nothing heavy.

    By convention the field `x` feeds inputs and `y` targets; a source may have others.
    """

    category: ClassVar[str] = "Data"
    icon: ClassVar[str] = "mdi6.database-outline"

    def fields(self) -> tuple[Field, ...]:
        """The fields with their shapes, without loading where a formula or a file's head can tell.

        Raises:
            DataError: the file is not there or is not what it should be.
        """
        raise NotImplementedError

    def load(self) -> Samples:
        """All samples.

        Raises:
            DataError: naming file, row and column.
        """
        raise NotImplementedError


@family("data source")
def all_sources() -> Registry[Source]:
    """Every source, by id."""
    from engine.data import sources as folder

    return Registry(Source, "data source").discover(folder)

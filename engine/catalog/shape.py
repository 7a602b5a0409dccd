"""Shapes of tensors: sizes, axis letters and dtype, without torch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

import msgspec

from engine.errors import ShapeError

Dim: TypeAlias = int | str
"""A size, or a letter for a size known only when data flows ("N", the batch)."""

Dtype: TypeAlias = Literal["float32", "int64", "bool"]

BATCH: Final = "N"

BYTES: Final[dict[str, int]] = {"float32": 4, "int64": 8, "bool": 1}

AXES_BY_RANK: Final = {0: "", 1: "N", 2: "NF", 3: "NTF", 4: "NCHW", 5: "NCDHW"}

AXIS_NAMES: Final = {
    "N": "batch",
    "C": "channels",
    "D": "depth",
    "H": "height",
    "W": "width",
    "T": "time",
    "F": "features",
    "K": "classes",
    "E": "embedding",
    "A": "heads",
    "S": "source length",
    "·": "unnamed",
}


class Shape(msgspec.Struct, frozen=True):
    """Sizes of a tensor's axes, a letter for each (see `AXIS_NAMES`), and its dtype.

    The first axis is the batch, of size `BATCH`, except for a single number (a loss), which has no axis.
    """

    sizes: tuple[Dim, ...]
    axes: str = ""
    dtype: Dtype = "float32"

    def __post_init__(self) -> None:
        if len(self.axes) != len(self.sizes):
            letters = AXES_BY_RANK.get(len(self.sizes), "N".ljust(len(self.sizes), "·"))
            msgspec.structs.force_setattr(self, "axes", letters)

    @classmethod
    def batch(cls, *sizes: Dim, axes: str = "", dtype: Dtype = "float32") -> Shape:
        """A batch of samples of the given sizes; `axes` names the sample's axes only."""
        return cls((BATCH, *sizes), "N" + axes if axes or not sizes else "", dtype)

    @property
    def rank(self) -> int:
        """Number of axes, the batch included."""
        return len(self.sizes)

    @property
    def sample(self) -> tuple[Dim, ...]:
        """Sizes without the batch."""
        return self.sizes[1:]

    @property
    def count(self) -> int:
        """Elements in one sample; an axis of unknown size counts once."""
        return math.prod([size for size in self.sizes if isinstance(size, int)])

    @property
    def nbytes(self) -> int:
        """Bytes of one sample."""
        return self.count * BYTES[self.dtype]

    def __str__(self) -> str:
        return "×".join(map(str, self.sizes)) if self.sizes else "scalar"

    def words(self) -> str:
        """The shape with each axis named: `N batch × 6 channels × 28 height × 28 width`."""
        if not self.sizes:
            return "a single number"
        return " × ".join(
            f"{size} {AXIS_NAMES.get(letter, letter)}" for size, letter in zip(self.sizes, self.axes, strict=True)
        )

    def size(self, axis: int, *, port: str = "in") -> int:
        """The size of an axis as a number.

        Raises:
            ShapeError: there is no such axis, or its size is not known before data flows.
        """
        if not -self.rank <= axis < self.rank:
            raise ShapeError(
                f"An axis {axis} is needed. Received: {self.words()}.",
                port=port,
                suggestion="Insert a Reshape before it.",
            )
        size = self.sizes[axis]
        if not isinstance(size, int):
            raise ShapeError(
                f"The size of axis {axis} must be known before data flows. Received: {self.words()}.",
                port=port,
                suggestion="Give the input a fixed size on that axis.",
            )
        return size

    def with_last(self, size: int, letter: str = "") -> Shape:
        """The same shape with another last axis, in float32."""
        return Shape((*self.sizes[:-1], size), self.axes[:-1] + (letter or self.axes[-1:]))

    def with_dtype(self, dtype: Dtype) -> Shape:
        """The same shape in another dtype."""
        return self if dtype == self.dtype else Shape(self.sizes, self.axes, dtype)


Shapes: TypeAlias = dict[str, Shape]
"""Shapes by output port."""


class Inputs:
    """The shapes that reach a node, by input port; a port that takes many has several, in edge order."""

    __slots__ = ("_by_port",)

    def __init__(self, by_port: dict[str, tuple[Shape, ...]]) -> None:
        self._by_port = by_port

    @classmethod
    def of(cls, *shapes: Shape, **ports: Shape) -> Inputs:
        """Shapes for tests and previews: the positional ones arrive at `in`."""
        by_port: dict[str, tuple[Shape, ...]] = {name: (shape,) for name, shape in ports.items()}
        if shapes:
            by_port["in"] = shapes
        return cls(by_port)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Inputs) and self._by_port == other._by_port

    __hash__ = None  # type: ignore[assignment]  # it holds a dict

    def __repr__(self) -> str:
        return f"Inputs({self._by_port!r})"

    def __getitem__(self, port: str) -> Shape:
        return self._by_port[port][0]

    def get(self, port: str) -> Shape | None:
        """The shape at an optional port, or None where nothing is wired."""
        shapes = self._by_port.get(port)
        return shapes[0] if shapes else None

    def many(self, port: str = "in") -> tuple[Shape, ...]:
        """All shapes at a port that takes many, in order."""
        return self._by_port.get(port, ())

    def __iter__(self) -> Iterator[str]:
        return (port for port, shapes in self._by_port.items() if shapes)

    def __contains__(self, port: object) -> bool:
        return bool(self._by_port.get(port))  # type: ignore[call-overload]

    def all(self) -> list[Shape]:
        """Every shape, port by port."""
        return [shape for shapes in self._by_port.values() for shape in shapes]

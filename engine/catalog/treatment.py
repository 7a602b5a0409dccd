"""What is done to a layer once it is made, kept as data: first weights, parametrizations, freezing."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.spec import Values

METHOD: Final = "torch.nn.Module."


class Treatment(msgspec.Struct, frozen=True):
    """A call that changes a layer: of a function, or of a method where `target` begins with `METHOD`.

    The first argument is the layer's tensor of that name ("linear.weight"), the layer itself where the name is
    empty; then `args` and `kwargs`. `row` takes one row of the tensor only.
    """

    target: str
    tensor: str = ""
    args: tuple[str | int | bool, ...] = ()
    kwargs: Values = {}
    row: int | None = None

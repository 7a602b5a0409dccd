"""Calls made into torch: dotted names resolved, layers built, expressions computed."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from torch import Tensor, nn

from engine.catalog.call import Call, Expr, Item, Name, layers
from engine.catalog.fold import fold
from engine.errors import BuildError, received

ROOTS: Final = (
    "torch",
    "operator",
    "engine.torchside.layers",
    "engine.torchside.optimizers",
    "engine.torchside.transforms",
)


@functools.cache
def resolve(target: str) -> Any:
    """What a dotted name stands for: `torch.nn.Conv2d`, `operator.add`.

    Raises:
        BuildError: the name lies outside `ROOTS`, is private, or names nothing.
    """
    root = next((root for root in ROOTS if target.startswith(root + ".")), None)
    parts = target.split(".")
    if root is None or not all(part.isidentifier() and not part.startswith("_") for part in parts):
        raise BuildError(f"A call names something public in {', '.join(ROOTS)}. Received: {received(target)}.")
    found: Any = importlib.import_module(root)
    name = root
    for part in parts[root.count(".") + 1 :]:
        name = f"{name}.{part}"
        found = getattr(found, part) if hasattr(found, part) else _submodule(name, target)
    return found


def _submodule(name: str, target: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise BuildError(f'There is no "{target}": "{name}" is not there.') from None


def value(argument: Any) -> Any:
    """An argument to build a layer with; names become what they stand for, inside tuples and lists too."""
    if isinstance(argument, Name):
        return resolve(argument.target)
    if isinstance(argument, (tuple, list)):
        return type(argument)(map(value, argument))
    return argument


def make_layer(call: Call) -> nn.Module:
    """The module behind a call, with torch's own first weights.

    Raises:
        BuildError: the target is no module class, or refuses its arguments.
    """
    kind = resolve(call.target)
    if call.build is None or not (isinstance(kind, type) and issubclass(kind, nn.Module)):
        raise BuildError(f"{call.target} is no layer that can be made.")
    try:
        return kind(**{name: value(argument) for name, argument in call.build.items()})
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise BuildError(f"{call.target} cannot be made: {error}") from error


def make_layers(calls: dict[str, Expr]) -> dict[str, nn.Module]:
    """The modules of one node's expressions, by `Call.part`.

    Raises:
        BuildError: two calls have the same part, or one cannot be made.
    """
    made: dict[str, nn.Module] = {}
    for call in layers(calls):
        if call.part in made:
            raise BuildError(f'Two layers of one node are called "{call.part}".')
        made[call.part] = make_layer(call)
    return made


def evaluate(
    calls: Mapping[str, Expr], layers: Mapping[str, nn.Module], feeds: Mapping[str, Sequence[Tensor]]
) -> dict[str, Tensor]:
    """The tensor behind each expression of one node.

    `layers` are the node's modules by part (see `make_layers`), `feeds` the tensors at each input port in
    edge order. A `Call` that several expressions share is computed once.
    """
    return fold(calls, feeds, _Eager(layers))


class _Eager:
    """Computes at once."""

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self._layers = layers

    def call(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        callee = resolve(call.target) if call.build is None else self._layers[call.part]
        return callee(*args, **kwargs)

    def item(self, item: Item, of: Any) -> Any:
        return of[item.index]

    def name(self, name: Name) -> Any:
        return resolve(name.target)

"""Random kinds with shapes that they accept, drawn from their declarations."""

from __future__ import annotations

from random import Random
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from engine.catalog import Inputs, NodeKind
from engine.errors import ParamError, ShapeError
from engine.spec import Numbers, Param, Sizes
from tests.support.forms import Feeds, images, numbers, sequences, tokens, vectors, volumes
from tests.support.legal import drawings

FORMS = (images, vectors, sequences, volumes, numbers, tokens)
LEGAL = drawings()


def draw_feeds(kind: NodeKind, rng: Random) -> Feeds:
    """Shapes that a kind may accept."""
    if kind.id in LEGAL:
        return LEGAL[kind.id](kind, rng)
    form = rng.choice(FORMS)
    if any(port.many for port in kind.input_ports()):
        return {port.name: (form(rng),) * rng.randint(2, 4) for port in kind.input_ports()}
    shape = form(rng)
    return {port.name: (shape,) for port in kind.input_ports()}


def draw_value(param: Param, rng: Random) -> Any:
    """A legal value of a parameter, mostly a small one."""
    if param.choices:
        return rng.choice(param.choices)
    if param.type is bool:
        return rng.random() < 0.5
    if param.type is str:
        return rng.choice(("x", "y", "image"))
    if param.type is float:
        low, high = max(param.low or 0.0, -2.0), min(1.0 if param.high is None else param.high, 2.0)
        return rng.uniform(low, high)
    if param.type == Numbers:
        low = -2.0 if param.low is None else max(param.low, -2.0)
        high = 2.0 if param.high is None else min(param.high, 2.0)
        count = rng.choice((1, 4, 9, rng.randint(0, 12)))
        return tuple(round(rng.uniform(low, high), 2) for _ in range(count))
    return _draw_whole(param, rng)


def _draw_whole(param: Param, rng: Random) -> Any:
    low = max(-3, int(param.low or 0))
    high = min(low + 8, int(param.high if param.high is not None else 8))
    if param.type is int:
        return rng.randint(low, high)
    if param.type == Sizes:
        return tuple(rng.randint(low, high) for _ in range(rng.randint(0, 3)))
    options: list[Any] = []
    for member in get_args(param.type):
        if member is int:
            options.append(rng.randint(low, min(high, low + 3)))
        elif member is float:
            options.append(rng.uniform(low, high))
        elif member is NoneType:
            options.append(None)
        elif get_origin(member) is tuple:
            options.append(tuple(rng.randint(low, min(high, low + 3)) for _ in get_args(member)))
        elif get_origin(member) is Literal:
            options += get_args(member)
    return rng.choice(options)


def draw_params(kind: type[NodeKind], rng: Random) -> dict[str, Any]:
    """Some of a kind's own parameters set, the others left as they are."""
    own = (param for param in kind.params.values() if not param.group)
    return {param.name: draw_value(param, rng) for param in own if rng.random() < 0.6}


def draw(kind: type[NodeKind], rng: Random, *, default: bool = False) -> tuple[NodeKind, Inputs]:
    """A kind, with shapes that it accepts."""
    for _ in range(2_000):
        try:
            made = kind.parse({} if default else draw_params(kind, rng))
            inputs = Inputs(draw_feeds(made, rng))
            made.shapes(inputs)
        except (ParamError, ShapeError):
            continue
        return made, inputs
    raise AssertionError(f"No legal shapes were found for {kind.id}; give it a line in tests/support/legal.")

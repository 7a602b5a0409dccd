"""Random kinds with shapes that they accept, drawn from their declarations."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Literal, get_args, get_origin

from engine.catalog import Inputs, NodeKind, Shape
from engine.errors import ParamError, ShapeError
from engine.spec import Param, Sizes

Feeds = dict[str, tuple[Shape, ...]]


def images(rng: Random) -> Shape:
    """A small batch of images."""
    return Shape.batch(rng.choice((1, 2, 4, 6, 8)), rng.randint(4, 12), rng.randint(4, 12))


def vectors(rng: Random) -> Shape:
    """A batch of feature vectors."""
    return Shape.batch(rng.choice((1, 2, 3, 6, 8, 12)))


def sequences(rng: Random) -> Shape:
    """A batch of sequences of features."""
    return Shape.batch(rng.randint(1, 7), rng.choice((2, 4, 6, 8, 24)))


def volumes(rng: Random) -> Shape:
    """A batch with four axes a sample."""
    return Shape.batch(rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4))


def numbers(rng: Random) -> Shape:
    """One number a sample."""
    return Shape.batch()


def tokens(rng: Random) -> Shape:
    """A batch of token sequences."""
    return Shape.batch(rng.randint(1, 7), axes="T", dtype="int64")


FORMS = (images, vectors, sequences, volumes, numbers, tokens)


def _matrices(rng: Random) -> Feeds:
    rows, inner, columns, more = rng.randint(1, 5), rng.randint(1, 5), rng.randint(1, 5), rng.choice(((), (3,)))
    return {"a": (Shape.batch(*more, rows, inner),), "b": (Shape.batch(*more, inner, columns),)}


def _classes(rng: Random) -> Feeds:
    classes, rest = rng.randint(2, 9), rng.choice(((), (5,), (3, 4)))
    labels = Shape.batch(*rest, dtype="int64")
    targets = (labels, Shape.batch(*rest, 1, dtype="int64"), Shape.batch(classes, *rest))
    return {"in": (Shape.batch(classes, *rest),), "target": (rng.choice(targets),)}


def _pairs(rng: Random) -> Feeds:
    rest = rng.choice(((), (3,), (2, 5)))
    forms = (Shape.batch(*rest), Shape.batch(*rest, 1))
    target = rng.choice(forms).with_dtype(rng.choice(("float32", "int64")))
    return {"in": (rng.choice(forms),), "target": (target,)}


def _answers(rng: Random) -> Feeds:
    if rng.random() < 0.6:
        return _classes(rng)
    forms = (Shape.batch(), Shape.batch(1))
    return {
        "in": (rng.choice(forms),),
        "target": (rng.choice(forms).with_dtype(rng.choice(("float32", "int64"))),),
    }


def _attention(rng: Random) -> Feeds:
    size, steps, source = rng.choice((4, 8, 12)), rng.randint(1, 6), rng.randint(1, 6)
    feeds: Feeds = {"query": (Shape.batch(steps, size),)}
    if rng.random() < 0.6:
        feeds["key"] = (Shape.batch(source, rng.choice((size, 5))),)
        if rng.random() < 0.6:
            feeds["value"] = (Shape.batch(source, rng.choice((size, 7))),)
    return feeds


def _broadcast(*ports: str) -> Callable[[Random], Feeds]:
    def draw(rng: Random) -> Feeds:
        whole = rng.choice((images, vectors, sequences))(rng)
        thin = Shape(("N", *(rng.choice((size, 1)) for size in whole.sample)), whole.axes)
        if len(ports) == 2:
            first, second = rng.sample((whole, thin), 2)
            return {ports[0]: (first,), ports[1]: (second,)}
        return {ports[0]: tuple(rng.choices((whole, thin), k=rng.randint(2, 6)))}

    return draw


LEGAL: dict[str, Callable[[Random], Feeds]] = {
    "matmul": _matrices,
    "cross_entropy": _classes,
    "accuracy": _answers,
    "mse": _pairs,
    "bce_with_logits": _pairs,
    "mae": _pairs,
    "multihead_attention": _attention,
    "add": _broadcast("in"),
    "multiply": _broadcast("in"),
    "subtract": _broadcast("a", "b"),
    "gate": _broadcast("value", "gate"),
}
"""Shapes for kinds whose ports do not all take the same; all others need no line here."""


def draw_feeds(kind: NodeKind, rng: Random) -> Feeds:
    """Shapes that a kind may accept."""
    if kind.id in LEGAL:
        return LEGAL[kind.id](rng)
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
        elif get_origin(member) is tuple:
            options.append(tuple(rng.randint(low, min(high, low + 3)) for _ in get_args(member)))
        elif get_origin(member) is Literal:
            options += get_args(member)
    return rng.choice(options)


def draw_params(kind: type[NodeKind], rng: Random) -> dict[str, Any]:
    """Some parameters set, the others left as they are."""
    return {name: draw_value(param, rng) for name, param in kind.params.items() if rng.random() < 0.6}


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
    raise AssertionError(f"No legal shapes were found for {kind.id}; give it a line in LEGAL.")

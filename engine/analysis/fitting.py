"""Parameters of a new node that fit what it is wired to, and the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.analysis.blocks import BlockKind
from engine.analysis.completing import bringing
from engine.analysis.mending import plain
from engine.analysis.program import field_of
from engine.catalog import Inputs, NodeKind, Shape
from engine.data import Field
from engine.errors import NeuroloomError, ShapeError
from engine.spec import Values, holds_formula

TRIES: Final = 4


def fitted(kind: type[NodeKind], given: Values, shape: Shape | None, fields: Mapping[str, Field]) -> Values:
    """Parameters for a new node: those given, and others that fit the shape at its first input.

    An input or target fits the field of the data that feeds it. What does not fit stays at its default.
    """
    if any(map(holds_formula, given.values())):
        return given
    if kind.role in ("input", "target"):
        return _of_the_data(kind, given, fields)
    return with_shape(kind, given, shape) or given if shape is not None else given


def _of_the_data(kind: type[NodeKind], given: Values, fields: Mapping[str, Field]) -> Values:
    try:
        made = kind.parse(given)
    except (NeuroloomError, TypeError):
        return given
    field = fields.get(field_of(made))
    fresh = bringing(made, field.shape) if field is not None else None
    return given if fresh is None or fresh.keys() & given.keys() else {**fresh, **given}


def with_shape(kind: type[NodeKind], given: Values, shape: Shape) -> Values | None:
    """The parameters given, and those with which a shape fits at the first input; None where there are none.

    Where a kind has several inputs, the others are thought to get the same shape.
    """
    found = dict(given)
    for _ in range(TRIES):
        try:
            made = kind.parse(found)
            ports = made.input_ports()
            needed = [port for port in ports if not port.optional] or list(ports[:1])
            inputs = Inputs({port.name: (shape, shape) if port.many else (shape,) for port in needed})
            made.shapes(inputs)
        except ShapeError as error:
            fits = made.fitting(inputs) if isinstance(made, BlockKind) else error.fits
            fresh = {name: plain(value) for name, value in fits.items() if name not in found}
            if not fresh:
                return None
            name = next(iter(fresh))
            found[name] = fresh[name]
        except (NeuroloomError, LookupError, TypeError, ValueError, AttributeError):
            return None  # the kind is at fault, or cannot be made without more
        else:
            return found if ports else None
    return None

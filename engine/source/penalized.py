"""Where the weights are that nodes ask to keep small: in the network, in blocks and in recurrent groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.analysis import Program
from engine.analysis.expand import alone
from engine.catalog import Weighted
from engine.catalog.call import layers
from engine.source.names import Attributes, attributes_of


class Penalized(NamedTuple):
    """A tensor of the layer at a dotted path, and the kind that says how it is penalized or cut."""

    path: str
    tensor: str
    kind: Weighted


def penalized(program: Program, names: Attributes) -> list[Penalized]:
    """The weights of a program, its blocks expanded, under a penalty or a longest length; shared ones once."""
    return list({(each.path, each.tensor): each for each in _walk(program, names)}.values())


def _walk(program: Program, names: Attributes) -> Iterator[Penalized]:
    for step in program.steps:
        kind = step.kind
        paths = [names[step.node, call.part] for call in layers(step.calls)]
        if step.body is not None:
            cell = alone(step.body.programs[0])
            for each in _walk(cell, attributes_of(cell.steps)):
                yield each._replace(path=f"{paths[0]}.{each.path}")
        elif isinstance(kind, Weighted) and (kind.l1 or kind.l2 or kind.max_weight_norm):
            for tensor in kind.penalized(step.inputs):
                yield Penalized(paths[0], tensor, kind)

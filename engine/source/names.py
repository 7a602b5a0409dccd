"""What things are called: attributes of the network, and variables of its forward pass.

The graph module and the printed source take their names from here, so that state-dict keys agree.
"""

from __future__ import annotations

import itertools
import keyword
from collections.abc import Container, Iterable

from engine.analysis.program import Placeholder, Plan, Program, Step, Value
from engine.catalog.call import Call, attribute, layers
from engine.graph.node import RESERVED

Attributes = dict[tuple[str, str], str]
"""Attribute of a network by node and part."""


def attributes(plan: Plan) -> Attributes:
    """The attribute of every layer: the node's id, with `_part` where a node owns several.

    A name that is taken, or that `nn.Module` needs, gets a number: `lstm_proj_2`. Where a node uses the
    layers of another, the names are the other's.
    """
    return attributes_of(_steps(plan))


def attributes_of(steps: Iterable[Step]) -> Attributes:
    """The attribute of every layer of the steps; those that use another's layers have its attributes."""
    found: Attributes = {}
    steps = list(steps)
    taken = {step.owner or step.node for step in steps}
    owned: Attributes = {}
    for step in steps:
        for call in layers(step.calls):
            owner = step.owner or step.node
            key = owner, call.part
            if key not in owned:
                owned[key] = claim(attribute(owner, call), taken) if call.part else owner
            found[step.node, call.part] = owned[key]
    return found


def variables(plan: Plan, avoid: Iterable[str] = ()) -> dict[Value, str]:
    """The variable of every value: the node's id, with `_port` where it is one of several and not `out`.

    Names in `avoid` are not used.
    """
    return variables_of((plan.network, plan.criterion), avoid)


def variables_of(programs: Iterable[Program], avoid: Iterable[str] = ()) -> dict[Value, str]:
    """The variable of every value of programs that follow each other."""
    programs = list(programs)
    steps = ((step.node, list(step.calls)) for program in programs for step in program.steps)
    held = ((each.node, [each.port]) for program in programs for each in program.placeholders)
    ports = dict([*held, *steps])
    avoided = frozenset(avoid)
    taken = {*avoided, *ports}
    found = {}
    for node, names in ports.items():
        for port in names:
            stem = node.replace(".", "_")
            if port == "out" or len(names) == 1:
                plain = stem == node and node not in avoided
                found[Value(node, port)] = node if plain else claim(stem, taken)
            else:
                found[Value(node, port)] = claim(f"{stem}_{port}", taken)
    return found


def scratch(node: str, call: Call) -> str:
    """A name for what a node's call gives on the way to its outputs."""
    what = call.part or ("all" if call.build is not None else call.target.rpartition(".")[2])
    return f"{node.replace('.', '_')}_{what}"


def entry(placeholder: Placeholder) -> Value:
    """The value that a placeholder brings."""
    return Value(placeholder.node, placeholder.port)


def needed(program: Program, more: Iterable[Value] = ()) -> frozenset[Value]:
    """The values that a step or the outputs of a program consume, and those in `more`."""
    fed = (value for step in program.steps for values in step.feeds.values() for value in values)
    return frozenset([*fed, *program.outputs, *more])


def _steps(plan: Plan) -> list[Step]:
    return [*plan.network.steps, *plan.criterion.steps]


def claim(name: str, taken: set[str]) -> str:
    """The first of `name`, `name_2`, … that is free and no reserved word; it is taken from then on."""
    free = next(n for n in _numbered(name) if _usable(n, taken))
    taken.add(free)
    return free


def _numbered(name: str) -> Iterable[str]:
    yield name
    for number in itertools.count(2):
        yield f"{name}_{number}"


def _usable(name: str, taken: Container[str]) -> bool:
    last = name.rpartition(".")[2]
    return name not in taken and last not in RESERVED and not keyword.iskeyword(last)

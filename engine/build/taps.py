"""Taps: what flows through the nodes of a network, read beside its outputs."""

from __future__ import annotations

from collections.abc import Iterable

from torch import fx

from engine.analysis import Value
from engine.build.compiler import Compiled
from engine.build.graph import Tracing
from engine.build.layers import assemble, present, returned
from engine.errors import BuildError, nearest


def tapped(compiled: Compiled, nodes: Iterable[str]) -> fx.GraphModule:
    """A second graph module over the same layers that returns (outputs, {node: tensor}).

    `outputs` are as the network's own; each node gives its first output port. The network is not changed
    and pays nothing for the taps. The layers are shared, so train and eval mode are too (see `evaluating`).

    Raises:
        BuildError: a node is not in the network.
    """
    program = compiled.plan.network
    values = {**compiled.plan.placed, **{value.node: value for value in reversed(_values(compiled))}}
    wanted = list(nodes)
    for node in wanted:
        if node not in values:
            raise BuildError(f'The network has no node "{node}" to tap.{nearest(node, values)}')
    taps = {node: values[node] for node in wanted}
    tracing = Tracing(program, compiled.attributes, compiled.variables, more=taps.values())
    outputs = returned([tracing.values[value] for value in program.outputs])
    tracing.graph.output((outputs, {node: tracing.values[value] for node, value in taps.items()}))
    return assemble(present(compiled.network, compiled.attributes.values()), tracing.graph, "Tapped")


def _values(compiled: Compiled) -> list[Value]:
    program = compiled.plan.network
    held = [Value(placeholder.node, placeholder.port) for placeholder in program.placeholders]
    return [*held, *(Value(step.node, port) for step in program.steps for port in step.calls)]

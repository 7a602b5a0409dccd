"""A program as a `torch.fx` graph."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any, Final

from torch import fx

from engine.analysis import Program, Step, Value
from engine.catalog import Call, Expr, Item, Name
from engine.catalog.fold import fold
from engine.source.names import Attributes, entry, needed, scratch
from engine.torchside.make import resolve

METHOD: Final = "torch.Tensor."


class Tracing:
    """An fx graph in the making: each fx node is named after its value and carries `meta["node"]`.

    `before` are values that enter ahead of the program's own placeholders; `more` are values to compute
    beside those that the program needs.
    """

    def __init__(
        self,
        program: Program,
        attributes: Attributes,
        variables: Mapping[Value, str],
        before: Iterable[Value] = (),
        more: Iterable[Value] = (),
    ) -> None:
        self.graph = fx.Graph()
        self.values: dict[Value, fx.Node] = {}
        self._attributes, self._variables = attributes, variables
        for value in (*before, *map(entry, program.placeholders)):
            self.values[value] = self._add(value.node, "placeholder", variables[value], (), {}, variables[value])
        wanted = needed(program, more)
        for step in program.steps:
            self._step(step, wanted)

    def _step(self, step: Step, wanted: frozenset[Value]) -> None:
        ports: dict[str, Expr] = {}
        names: dict[int, str] = {}
        for port, expression in step.calls.items():
            value = Value(step.node, port)
            if value in wanted:
                ports[port] = expression
                names[id(expression)] = self._variables[value]
        feeds = {port: [self.values[value] for value in values] for port, values in step.feeds.items()}
        for port, node in fold(ports, feeds, _StepReader(self, step.node, names)).items():
            self.values[Value(step.node, port)] = node

    def call(self, node: str, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], name: str) -> fx.Node:
        """Add a call: of a module, of a tensor's method, or of a function."""
        if call.build is not None:
            return self._add(node, "call_module", self._attributes[node, call.part], args, kwargs, name)
        if call.target.startswith(METHOD) and args:
            return self._add(node, "call_method", call.target.removeprefix(METHOD), args, kwargs, name)
        return self._add(node, "call_function", resolve(call.target), args, kwargs, name)

    def item(self, node: str, of: fx.Node, index: int, name: str) -> fx.Node:
        """Add the choice of one item of a tuple."""
        return self._add(node, "call_function", operator.getitem, (of, index), {}, name)

    def _add(
        self, node: str, op: str, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any], name: str
    ) -> fx.Node:
        made = self.graph.create_node(op, target, name=name)
        made.args = args  # given to create_node, they are searched for symbolic sizes
        if kwargs:
            made.kwargs = kwargs
        made.meta["node"] = node
        return made


class _StepReader:
    """Adds the calls of one node; `names` are the variables of its outputs, by the identity of the expression."""

    def __init__(self, tracing: Tracing, node: str, names: Mapping[int, str]) -> None:
        self._tracing, self._node, self._names = tracing, node, names

    def call(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> fx.Node:
        name = self._names.get(id(call)) or scratch(self._node, call)
        return self._tracing.call(self._node, call, args, kwargs, name)

    def item(self, item: Item, of: fx.Node) -> fx.Node:
        name = self._names.get(id(item)) or f"{self._node}_{item.index}"
        return self._tracing.item(self._node, of, item.index, name)

    def name(self, name: Name) -> Any:
        return resolve(name.target)

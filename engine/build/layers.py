"""The layers of a plan: made, treated as their nodes ask, tied; and graph modules over them."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn

from engine.analysis import Body, Enclosed, Plan, Program, Step
from engine.analysis.expand import alone
from engine.build.graph import Tracing
from engine.build.scan import Scan
from engine.catalog import Call, Weighted
from engine.catalog.call import layers
from engine.catalog.treatment import METHOD, Treatment
from engine.errors import BuildError
from engine.source.names import Attributes, attributes_of, variables_of
from engine.torchside.make import make_layer, resolve


@contextlib.contextmanager
def seeded(seed: int | None) -> Iterator[None]:
    """Inside, the CPU draws from a seed; after, torch's random state is as before. None changes nothing."""
    if seed is None:
        yield
        return
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def make_layers(plan: Plan, names: Attributes) -> dict[str, nn.Module]:
    """Every layer by its attribute, in the order in which the exported source makes them.

    Raises:
        BuildError: torch refuses a layer, or what shall be done to it; names the node.
    """
    return _made((plan.network, plan.criterion), names)


def _made(programs: Iterable[Program], names: Attributes) -> dict[str, nn.Module]:
    made: dict[str, nn.Module] = {}
    for program in programs:
        nodes = {step.node for step in program.steps}
        for step in program.steps:
            # Of repetitions that share their layers, the first makes them.
            if not step.owner or (step.owner not in nodes and made.keys().isdisjoint(_names_of(step, names))):
                made |= _layers_of(step, names)
        for tie in program.ties:
            holder, owner = (made[name] for name in (_only(names, tie.node), _only(names, tie.owner)))
            place, _, tensor = tie.tensor.rpartition(".")
            setattr(holder.get_submodule(place), tensor, operator.attrgetter(tie.tensor)(owner))
    return made


def _layers_of(step: Step, names: Attributes) -> dict[str, nn.Module]:
    made: dict[str, nn.Module] = {}
    for call in layers(step.calls):
        name = names[step.node, call.part]
        if name in made:
            raise BuildError(f'Two layers of this node are called "{call.part}".', node=step.node)
        made[name] = _make(step, call)
    if isinstance(step.kind, Weighted) and step.kind.has_options():
        for treatment in step.kind.treatments(step.inputs):
            for layer in made.values():
                _treat(step, layer, treatment)
    return made


def _make(step: Step, call: Call) -> nn.Module:
    try:
        return _scan(call.body) if isinstance(call, Enclosed) and call.body else make_layer(call)
    except BuildError as error:
        raise BuildError(str(error), node=step.node) from error


def _treat(step: Step, layer: nn.Module, treatment: Treatment) -> None:
    subject: Any = operator.attrgetter(treatment.tensor)(layer) if treatment.tensor else layer
    if treatment.row is not None:
        subject = subject[treatment.row]
    try:
        if treatment.target.startswith(METHOD):
            getattr(subject, treatment.target.removeprefix(METHOD))(*treatment.args, **treatment.kwargs)
        else:
            resolve(treatment.target)(subject, *treatment.args, **treatment.kwargs)
    except (TypeError, ValueError, RuntimeError) as error:
        raise BuildError(f"{treatment.target} cannot be applied: {error}", node=step.node) from error


def _names_of(step: Step, names: Attributes) -> list[str]:
    return [names[step.node, call.part] for call in layers(step.calls)]


def _only(names: Attributes, node: str) -> str:
    """The attribute of a node that has one layer."""
    return next(name for (owner, _), name in names.items() if owner == node)


def _scan(body: Body) -> Scan:
    """The module of a recurrent group: its cell, one time step as a graph module, and its first states."""
    program = alone(body.programs[0])
    names, values = attributes_of(program.steps), variables_of([program])
    made = _made([program], names)
    tracing = Tracing(program, names, values)
    tracing.graph.output(tuple(tracing.values[value] for value in program.outputs))
    return Scan(
        assemble(made, tracing.graph, "Cell"),
        {state.node: _layers_of(state.first, {(state.node, ""): state.node})[state.node] for state in body.states},
        tuple(state.node for state in body.states if state.port),
        body.entries_stepwise,
        body.exits_stepwise,
        reverse=bool(body.kind.reverse),
    )


def returned(values: list[fx.Node]) -> Any:
    """One value as it is, several as a tuple."""
    return values[0] if len(values) == 1 else tuple(values)


def as_tuple(outputs: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """What a network returned, always as a tuple."""
    return outputs if isinstance(outputs, tuple) else (outputs,)


def assemble(layers: Mapping[str, nn.Module], graph: fx.Graph, title: str) -> fx.GraphModule:
    """A graph module over existing layers, which keeps those too that the graph does not call."""
    module = fx.GraphModule({}, fx.Graph(), title)
    for name, layer in layers.items():
        _put(module, name, layer)
    module.graph = graph
    del type(module).__call__  # its wrapper only words tracebacks, and costs a tiny net 1 to 2 %
    return module


def found_layer(module: nn.Module, name: str) -> nn.Module | None:
    """The layer under a dotted name, None where there is none."""
    found: nn.Module | None = module
    for part in name.split("."):
        found = found._modules.get(part) if found is not None else None
    return found


def present(module: nn.Module, names: Iterable[str]) -> dict[str, nn.Module]:
    """Those layers that a module has, by name."""
    found = ((name, found_layer(module, name)) for name in names)
    return {name: layer for name, layer in found if layer is not None}


def _put(module: nn.Module, name: str, layer: nn.Module) -> None:
    *way, last = name.split(".")
    for part in way:
        if part not in module._modules:
            module.add_module(part, nn.Module())
        module = module.get_submodule(part)
    module.add_module(last, layer)

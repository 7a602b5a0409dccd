"""Metrics of a whole epoch: what adds up over its batches, read beside the other scores."""

from __future__ import annotations

import msgspec
import torch
from torch import Tensor, fx

from engine.analysis import Step, Value
from engine.build.compiler import Compiled
from engine.build.graph import Tracing
from engine.build.layers import assemble, present
from engine.catalog import In
from engine.torchside.make import evaluate

SUMS = "sums"


def counted(compiled: Compiled) -> dict[str, Step]:
    """The metrics that are no mean over samples, by node, in the order of the plan."""
    steps = {step.node: step for step in compiled.plan.criterion.steps}
    return {
        node: steps[node] for node in compiled.metrics if steps[node].kind.sums(steps[node].inputs) is not None
    }


def summing(compiled: Compiled) -> fx.GraphModule | None:
    """The criterion, giving for each metric of an epoch the vector that adds up in place of the number.

    It is a second graph module over the same layers; the criterion itself where there is no such metric.
    """
    held = counted(compiled)
    if compiled.criterion is None or not held:
        return compiled.criterion
    program = compiled.plan.criterion
    steps = tuple(_with_sums(step) if step.node in held else step for step in program.steps)
    outputs = tuple(Value(value.node, SUMS) if value.node in held else value for value in program.outputs)
    names = {**compiled.variables, **{Value(node, SUMS): f"{node}_{SUMS}" for node in held}}
    tracing = Tracing(
        msgspec.structs.replace(program, steps=steps, outputs=outputs),
        compiled.attributes,
        names,
        before=compiled.plan.network.outputs,
    )
    tracing.graph.output({value.node: tracing.values[value] for value in outputs})
    return assemble(present(compiled.criterion, compiled.attributes.values()), tracing.graph, "Summing")


def finished(step: Step, sums: Tensor) -> float:
    """The metric of an epoch from its sums."""
    call = step.kind.finish(In(SUMS), step.inputs)
    with torch.no_grad():
        return evaluate({"out": call}, {}, {SUMS: (sums,)})["out"].item()


def _with_sums(step: Step) -> Step:
    sums = step.kind.sums(step.inputs)
    assert sums is not None
    return msgspec.structs.replace(step, calls={**step.calls, SUMS: sums})

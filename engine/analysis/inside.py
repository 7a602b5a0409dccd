"""What goes on behind a node that stands for a block: repetitions, time steps, what leaves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.analysis.blocks import BlockKind
from engine.analysis.report import Analysis, Diagnostic, Inside, NodeReport, Pass
from engine.catalog import Inputs, Shape, Shapes
from engine.errors import ShapeError

Entries = Mapping[str, Shape | None]
Inner = Callable[[BlockKind, Entries], Analysis | None]
"""The analysis of the graph behind a kind for what enters it; None where too many differ already."""

MOST_NODES: Final = 200_000
"""As many as a file may hold; blocks are expanded to compile them."""


def look(kind: BlockKind, inputs: Inputs | None, inner: Inner) -> Inside:
    """What a block makes of what comes in, repetition by repetition.

    Without inputs, what can be said all the same.
    """
    names = [port.name for port in kind.input_ports()]
    unknown = dict.fromkeys(names)
    if inputs is None:
        return _unknown(kind, inner, unknown)
    shapes = {name: inputs[name] for name in names}
    passes: list[Pass] = []
    left, steps = kind.repeat, 1
    outputs: Shapes | None = None
    while left:
        try:
            steps = time_steps(kind, shapes)
        except ShapeError as error:
            problem = Diagnostic("error", "shape", f"{error} {error.suggestion}".strip(), port=error.port)
            return _unknown(kind, inner, unknown, problem)
        analysis = inner(kind, _entering(kind, shapes))
        if analysis is None:
            return Inside((), None, _TOO_MANY, (_TOO_MANY,))
        outputs = _leaving(kind, analysis, steps)
        again = _fed(shapes, outputs) if outputs is not None else shapes
        count = left if again == shapes else 1
        passes.append(Pass(analysis, count))
        left, shapes = left - count, again
        misfit = _misfit(kind, passes) or _oversized(kind, passes)
        if misfit is not None:
            return Inside(tuple(passes), None, misfit, (*_told(passes), misfit))
    return _summed(kind, passes, outputs, steps)


_TOO_MANY: Final = Diagnostic(
    "error",
    "size",
    "The blocks inside differ from place to place in too many ways to look at each. Nest fewer, or let them agree "
    "in their parameters.",
)


def _unknown(kind: BlockKind, inner: Inner, entries: Entries, problem: Diagnostic | None = None) -> Inside:
    """What can be said of a graph whose shapes are not known."""
    analysis = inner(kind, entries)
    told = (problem,) if problem is not None else ()
    return Inside((Pass(analysis),) if analysis is not None else (), None, problem, told)


def time_steps(kind: BlockKind, shapes: Mapping[str, Shape]) -> int:
    """How many steps a recurrent group runs, the size of axis 1 of what it takes step by step; 1 for a block.

    Raises:
        ShapeError: nothing is taken step by step, or sizes differ.
    """
    if kind.block.form != "recurrent":
        return 1
    steps: int | None = None
    for end in kind.ends.entries:
        if not end.stepwise:
            continue
        shape = shapes[end.name]
        if shape.rank < 2:
            raise ShapeError(
                f"{kind.title} runs over time, so it needs the axes batch × time × …. "
                f"Received at {end.name}: {shape.words()}.",
                port=end.name,
                suggestion="Wire a sequence to it, or set feed of that block input to whole.",
            )
        size = shape.size(1, port=end.name)
        if steps is not None and size != steps:
            raise ShapeError(
                f"{kind.title} takes its inputs step by step, so they need equally many. "
                f"Received: {steps}, and {size} at {end.name}.",
                port=end.name,
                suggestion="Give both sequences the same length.",
            )
        steps = size
    if steps is None:
        raise ShapeError(
            f"{kind.title} has no input that is fed step by step, so there is no time to run over.",
            suggestion="Go in and set feed of a block input to step.",
        )
    return steps


def _entering(kind: BlockKind, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """What the nodes inside get: of a sequence that is fed step by step, one step."""
    stepwise = {end.name for end in kind.ends.entries if end.stepwise and kind.block.form == "recurrent"}
    return {name: one_step(shape) if name in stepwise else shape for name, shape in shapes.items()}


def one_step(shape: Shape) -> Shape:
    """One time step of a sequence."""
    axes = shape.axes[:1] + shape.axes[2:]
    return Shape((shape.sizes[0], *shape.sizes[2:]), "" if shape.axes[1] != "T" else axes, shape.dtype)


def _leaving(kind: BlockKind, analysis: Analysis, steps: int) -> Shapes | None:
    """What leaves the graph, None where that cannot be told."""
    if not analysis.ok:
        return None
    found: Shapes = {}
    for end in kind.ends.exits:
        edges = kind.drawn.incoming(end.node)
        shape = analysis.shape(edges[0]) if edges else None
        if shape is None:
            return None
        if end.stepwise and kind.block.form == "recurrent":
            sizes = (shape.sizes[0], steps, *shape.sizes[1:])
            shape = Shape(sizes, shape.axes[:1] + "T" + shape.axes[1:], shape.dtype)
        found[end.name] = shape
    return found


def _fed(shapes: Mapping[str, Shape], outputs: Shapes) -> dict[str, Shape]:
    """What enters the next repetition: outputs in the place of the first inputs, the others as before."""
    return {**shapes, **dict(zip(shapes, outputs.values(), strict=False))}


def _misfit(kind: BlockKind, passes: list[Pass]) -> Diagnostic | None:
    """Why a block cannot be repeated as it is."""
    if kind.repeat == 1:
        return None
    given, taken = len(kind.output_ports()), len(kind.input_ports())
    if given > taken:
        message = (
            f"{kind.title} is repeated, so each output feeds an input of the next one; it gives {given} and takes "
            f"{taken}. Take an output away, or set repeat to 1."
        )
        return Diagnostic("error", "repeat", message, param="repeat")
    if kind.share_weights and len(passes) > 1:
        first, second = (_weights(each.analysis) for each in passes[:2])
        different = next((name for name in first if first[name] != second.get(name)), None)
        if different is not None:
            message = (
                f"Repetitions of {kind.title} share their weights, so each must get the shapes of the first; "
                f"those of {different} would differ. Set share_weights to false, or let it give what it takes."
            )
            return Diagnostic("error", "repeat", message, param="share_weights")
    return None


def _oversized(kind: BlockKind, passes: list[Pass]) -> Diagnostic | None:
    count = _count(passes)
    if count <= MOST_NODES:
        return None
    message = (
        f"{kind.title} would be {count:,} nodes, all repetitions counted; at most {MOST_NODES:,} are computed."
    )
    return Diagnostic("error", "size", message, param="repeat")


def _count(passes: list[Pass]) -> int:
    """Nodes that are computed, those of inner blocks counted as often as they are."""
    return sum(
        each.count * sum(report.inside.nodes if report.inside else 1 for report in each.analysis.nodes.values())
        for each in passes
    )


def _weights(analysis: Analysis) -> dict[str, Any]:
    return {id: report.weights or _inner_weights(report) for id, report in analysis.nodes.items()}


def _inner_weights(report: NodeReport) -> list[dict[str, Any]]:
    return [_weights(each.analysis) for each in report.inside.passes] if report.inside is not None else []


def _told(passes: list[Pass]) -> list[Diagnostic]:
    return [diagnostic for each in passes for diagnostic in each.analysis.diagnostics]


def _summed(kind: BlockKind, passes: list[Pass], outputs: Shapes | None, steps: int) -> Inside:
    """Costs of all repetitions; shared weights count once, a recurrent group computes each step."""
    parameters = flops = memory = frozen = 0
    for each in passes:
        parameters += each.analysis.parameters * (1 if kind.share_weights else each.count)
        frozen += each.analysis.frozen * each.count
        flops += each.analysis.flops * each.count * steps
        memory += each.analysis.memory * each.count * steps
    if kind.share_weights:
        parameters, frozen = passes[0].analysis.parameters, passes[0].analysis.frozen
    told = tuple(_told(passes))
    cause = next((each for each in told if each.severity == "error"), None)
    return Inside(tuple(passes), outputs, cause, told, parameters, flops, memory, frozen, _count(passes))

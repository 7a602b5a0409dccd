"""A plan without blocks: what is drawn inside each stands in its place, named by the way to it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import msgspec

from engine.analysis.program import Body, Enclosed, Plan, Program, Step, Value
from engine.analysis.sharing import Tie
from engine.catalog import Expr, Item, function


def expanded(plan: Plan) -> Plan:
    """The plan with all blocks expanded but recurrent groups, which stay a step that runs over time.

    A step inside is called `stage.conv1`, or `stage.0.conv1` in the first of several repetitions; where
    repetitions share weights, they use the layers of `stage.conv1`.
    """
    programs = (plan.network, plan.criterion)
    if all(step.body is None for program in programs for step in program.steps):
        return plan
    places = _Places("", "", {}, [])
    network, criterion = (_program(program, places) for program in programs)
    predictions = tuple(map(places.of, plan.predictions))
    return Plan(network, criterion, plan.losses, plan.metrics, predictions, places.placed)


def alone(program: Program) -> Program:
    """One time step of a recurrent group with all blocks in it expanded."""
    return _program(program, _Places("", "", {}, []))


class _Places:
    """Where the values of one graph are once it is expanded: below a prefix, or elsewhere if they are `known`.

    `owner` is the prefix of the steps whose layers are used; `placed` and `ties` are shared by all graphs.
    """

    def __init__(self, prefix: str, owner: str, placed: dict[str, Value], ties: list[Tie]) -> None:
        self.prefix, self.owner = prefix, owner
        self.placed, self.ties = placed, ties
        self.known: dict[Value, Value] = {}

    def of(self, value: Value) -> Value:
        known = self.known.get(value)
        return known if known is not None else Value(self.prefix + value.node, value.port)


def _program(program: Program, places: _Places) -> Program:
    first = len(places.ties)
    steps = tuple(_steps(program, places))
    ties = (*program.ties, *places.ties[first:])
    return Program(program.placeholders, steps, tuple(map(places.of, program.outputs)), ties)


def _steps(program: Program, places: _Places) -> Iterator[Step]:
    for step in program.steps:
        feeds = {port: tuple(map(places.of, values)) for port, values in step.feeds.items()}
        node, owner = places.prefix + step.node, places.owner + (step.owner or step.node)
        if step.body is None:
            yield Step(node, step.kind, step.inputs, step.calls, feeds, owner if owner != node else "")
            continue
        entering = [feeds[port][0] for port in step.body.ports]
        for place, inner in enumerate(step.body.passes()):
            below = f"{node}.{place}" if step.body.kind.repeat > 1 else node
            own = owner if step.body.kind.share_weights else owner + below.removeprefix(node)
            if step.body.is_recurrent:
                leaving = yield from _over_time(step, inner, below, own, entering)
            else:
                leaving = yield from _in_place(inner, below, own, entering, places)
                places.placed |= {below: leaving[0], node: leaving[0]}
            entering = [*leaving, *entering[len(leaving) :]]
        places.known |= zip((Value(step.node, port) for port in step.calls), leaving, strict=True)


def _in_place(
    inner: Program, node: str, owner: str, entering: list[Value], around: _Places
) -> Generator[Step, None, list[Value]]:
    places = _Places(f"{node}.", f"{owner}.", around.placed, around.ties)
    held = (Value(placeholder.node, placeholder.port) for placeholder in inner.placeholders)
    places.known |= zip(held, entering, strict=True)
    yield from _steps(inner, places)
    places.ties += (Tie(places.prefix + tie.node, places.prefix + tie.owner, tie.tensor) for tie in inner.ties)
    return [places.of(value) for value in inner.outputs]


def _over_time(
    step: Step, inner: Program, node: str, owner: str, entering: list[Value]
) -> Generator[Step, None, list[Value]]:
    assert step.body is not None
    body: Body = msgspec.structs.replace(step.body, programs=(inner,), counts=(1,))
    call = _call(step)
    once = Enclosed("", call.args, build={}, body=body)
    ports = list(step.calls)
    left: list[Expr] = [once] if len(ports) == 1 else [Item(once, place) for place, _ in enumerate(ports)]
    # All steps come as a list, so that they are put together only where somebody reads them.
    calls: dict[str, Expr] = {
        port: function("torch.stack", each, 1) if stepwise else each
        for port, each, stepwise in zip(ports, left, body.exits_stepwise, strict=True)
    }
    feeds = {port: _one(value) for port, value in zip(body.ports, entering, strict=True)}
    yield Step(node, step.kind, step.inputs, calls, feeds, owner if owner != node else "", body)
    return [Value(node, port) for port in ports]


def _one(value: Value) -> tuple[Value, ...]:
    return (value,)


def _call(step: Step) -> Enclosed:
    expression = next(iter(step.calls.values()))
    found = expression.of if isinstance(expression, Item) else expression
    assert isinstance(found, Enclosed)
    return found

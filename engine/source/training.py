"""The function that trains by the recipe, in exported source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.analysis import Plan, expanded
from engine.catalog import Weighted
from engine.errors import NeuroloomError
from engine.recipe import Optimizer, Recipe, all_optimizers
from engine.source.copied import Import
from engine.source.expressions import BODY, spelled
from engine.source.imports import imports_for
from engine.source.literals import INDENT, WIDTH, Text, arguments, assigned, docstring, literal
from engine.source.making import path_of
from engine.source.names import attributes, claim
from engine.source.penalized import penalized

NAMES: Final = frozenset(
    "net batches epochs optimizer scores loss judge range F Net Criterion criterion train Tensor Iterable".split()
)
"""What the function itself names."""

LOOP: Final = """\
    net.train()
    for _ in range(epochs):
        for {batch} in batches:
            optimizer.zero_grad()
            scores = {judge}({judged})
            loss = {loss}
            loss.backward()
            optimizer.step(){limits}"""


def optimizer_of(recipe: Recipe) -> Optimizer | None:
    """The recipe's optimizer, None where it is not known or its parameters are wrong."""
    try:
        return all_optimizers()[recipe.optimizer.id].parse(recipe.optimizer.params)
    except NeuroloomError:
        return None


def train_imports(optimizer: Optimizer) -> set[Import]:
    """What the function needs imported."""
    return {*imports_for([optimizer.target]), ("collections.abc", "Iterable", "Iterable")}


def train_function(plan: Plan, optimizer: Optimizer, epochs: int, *, stateful: bool) -> str:
    """The function `train`; `stateful`: the criterion is a module, with layers to train."""
    taken = set(NAMES)
    inputs = [claim(held.node, taken) for held in plan.network.placeholders]
    targets = [claim(held.node, taken) for held in plan.criterion.placeholders]
    star = "" if len(plan.network.outputs) == 1 else "*"
    batch = ", ".join([*inputs, *targets])
    weights = Text("[*net.parameters(), *judge.parameters()]" if stateful else "net.parameters()")
    made = Text.call(spelled(optimizer.target), arguments([weights], optimizer.arguments()))
    loop = LOOP.format(
        batch=batch if ", " in batch else f"{batch},",
        judge="judge" if stateful else "criterion",
        judged=", ".join([f"{star}net({', '.join(inputs)})", *targets]),
        loss=_loss(plan),
        limits=_limits(plan),
    )
    lines = [
        f"def train(net: Net, batches: Iterable[tuple[Tensor, ...]], epochs: int = {epochs}) -> None:",
        docstring([f"Follow the gradient of the loss over batches of ({batch})."], INDENT),
        *([f"{INDENT}judge = Criterion()"] if stateful else []),
        assigned("optimizer", made, INDENT),
        loop,
    ]
    return "\n".join(lines)


def _loss(plan: Plan) -> str:
    """The sum of the losses, and of the penalties that nodes ask for."""
    terms = [f'scores["{node}"]' for node in plan.losses]
    for weight, _, kind in _weights(plan):
        terms += [f"{literal(kind.l1)} * {weight}.abs().sum()"] if kind.l1 else []
        terms += [f"{literal(kind.l2)} * {weight}.square().sum()"] if kind.l2 else []
    line = " + ".join(terms)
    if len(line) + len(f"{BODY}{INDENT}loss = ") <= WIDTH:
        return line
    inner = f"{BODY}{INDENT * 2}"
    return (
        "(\n"
        + "\n".join(f"{inner}{'+ ' if n else ''}{term}" for n, term in enumerate(terms))
        + f"\n{BODY}{INDENT})"
    )


def _limits(plan: Plan) -> str:
    """Lines after a step that cut weights to the length that nodes allow."""
    lines = [
        f"{weight}.data.renorm_(2, {kind.axis_of(name)}, {literal(kind.max_weight_norm)})"
        for weight, name, kind in _weights(plan)
        if kind.max_weight_norm
    ]
    return "".join(f"\n{BODY}{INDENT}{line}" for line in lines)


def _weights(plan: Plan) -> Iterator[tuple[Text, str, Weighted]]:
    whole = expanded(plan)
    names = attributes(whole)
    for program, root in ((whole.network, "net"), (whole.criterion, "judge")):
        for each in penalized(program, names):
            yield path_of(each.path, each.tensor, root), each.tensor, each.kind

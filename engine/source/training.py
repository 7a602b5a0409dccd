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
from engine.source.rates import clipped, rates, unprinted

NAMES: Final = frozenset(
    "net batches epochs optimizer scheduler warmup closure scores loss judge range len F Net Criterion criterion "
    "train Tensor Iterable Sequence".split()
)
"""What the function itself names."""

GRADIENT: Final = """\
optimizer.zero_grad()
scores = {judge}({judged})
loss = {loss}
loss.backward()"""


def optimizer_of(recipe: Recipe) -> Optimizer | None:
    """The recipe's optimizer, None where it is not known or its parameters are wrong."""
    try:
        return all_optimizers()[recipe.optimizer.id].parse(recipe.optimizer.params)
    except NeuroloomError:
        return None


def train_imports(optimizer: Optimizer, recipe: Recipe) -> set[Import]:
    """What the function needs imported."""
    plan = rates(recipe, 0.0)
    targets = [optimizer.target, *(["torch.optim"] if plan.made or recipe.clip_norm or recipe.clip_value else [])]
    collection = "Sequence" if plan.sized else "Iterable"
    return {*imports_for(targets), ("collections.abc", collection, collection)}


def train_function(plan: Plan, optimizer: Optimizer, recipe: Recipe, *, stateful: bool) -> str:
    """The function `train`; `stateful`: the criterion is a module, with layers to train."""
    taken = set(NAMES)
    inputs = [claim(held.node, taken) for held in plan.network.placeholders]
    targets = [claim(held.node, taken) for held in plan.criterion.placeholders]
    star = "" if len(plan.network.outputs) == 1 else "*"
    batch = ", ".join([*inputs, *targets])
    weights = Text("[*net.parameters(), *judge.parameters()]" if stateful else "net.parameters()")
    made = Text.call(spelled(optimizer.target), arguments([weights], optimizer.arguments()))
    gradient = GRADIENT.format(
        judge="judge" if stateful else "criterion",
        judged=", ".join([f"{star}net({', '.join(inputs)})", *targets]),
        loss=_loss(plan),
    ).splitlines()
    course = rates(recipe, float(optimizer.arguments()["lr"]))
    gradient += clipped(recipe, weights)
    step = _searching(gradient) if optimizer.searches else [*gradient, "optimizer.step()"]
    collection = "Sequence" if course.sized else "Iterable"
    left = unprinted(recipe, course.left)
    what = [f"Follow the gradient of the loss over batches of ({batch})."]
    what += ["", f"Left out of the recipe: {', '.join(left)}."] if left else []
    lines = [
        f"def train(net: Net, batches: {collection}[tuple[Tensor, ...]], epochs: int = {recipe.epochs}) -> None:",
        docstring(what, INDENT),
        *([f"{INDENT}judge = Criterion()"] if stateful else []),
        assigned("optimizer", made, INDENT),
        *course.made,
        f"{INDENT}net.train()",
        f"{INDENT}for _ in range(epochs):",
        f"{BODY}for {batch if ', ' in batch else f'{batch},'} in batches:",
        *(_inner(line) for line in (*step, *_limits(plan), *course.steps)),
        *(f"{BODY}{line}" for line in course.epochs),
    ]
    return "\n".join(lines)


def _searching(gradient: list[str]) -> list[str]:
    """The step of an optimizer that computes its batch several times."""
    return [
        "def closure() -> Tensor:",
        *(f"{INDENT}{line}" for line in (*gradient, "return loss")),
        "optimizer.step(closure)",
    ]


def _inner(line: str) -> str:
    return f"{BODY}{INDENT}{line}"


def _loss(plan: Plan) -> str:
    """The sum of the losses, and of the penalties that nodes ask for."""
    terms = [f'scores["{node}"]' for node in plan.losses]
    for weight, _, kind in _weights(plan):
        terms += [f"{literal(kind.l1)} * {weight}.abs().sum()"] if kind.l1 else []
        terms += [f"{literal(kind.l2)} * {weight}.square().sum()"] if kind.l2 else []
    line = " + ".join(terms)
    if len(line) + len(f"{BODY}{INDENT}loss = ") <= WIDTH:
        return line
    return "(\n" + "\n".join(f"{INDENT}{'+ ' if n else ''}{term}" for n, term in enumerate(terms)) + "\n)"


def _limits(plan: Plan) -> list[str]:
    """Lines after a step that cut weights to the length that nodes allow."""
    return [
        f"{weight}.data.renorm_(2, {kind.axis_of(name)}, {literal(kind.max_weight_norm)})"
        for weight, name, kind in _weights(plan)
        if kind.max_weight_norm
    ]


def _weights(plan: Plan) -> Iterator[tuple[Text, str, Weighted]]:
    whole = expanded(plan)
    names = attributes(whole)
    for program, root in ((whole.network, "net"), (whole.criterion, "judge")):
        for each in penalized(program, names):
            yield path_of(each.path, each.tensor, root), each.tensor, each.kind

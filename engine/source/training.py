"""The function that trains by the recipe, in exported source."""

from __future__ import annotations

from typing import Final

from engine.analysis import Plan
from engine.errors import NeuroloomError
from engine.recipe import Optimizer, Recipe, all_optimizers
from engine.source.copied import Import
from engine.source.expressions import spelled
from engine.source.imports import imports_for
from engine.source.literals import INDENT, Text, arguments, assigned, docstring
from engine.source.names import claim

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
            optimizer.step()"""


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
        loss=" + ".join(f'scores["{node}"]' for node in plan.losses),
    )
    lines = [
        f"def train(net: Net, batches: Iterable[tuple[Tensor, ...]], epochs: int = {epochs}) -> None:",
        docstring([f"Follow the gradient of the loss over batches of ({batch})."], INDENT),
        *([f"{INDENT}judge = Criterion()"] if stateful else []),
        assigned("optimizer", made, INDENT),
        loop,
    ]
    return "\n".join(lines)

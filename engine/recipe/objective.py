"""Objectives: which losses teach which parameters, by which optimizer, how often."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.errors import ParamError
from engine.spec import Chosen, Declaration, Numbers, Registry, family, param


class Objective(Declaration):
    """Some losses, the weights that learn from them, and their own optimizer.

    Objectives take turns on each batch, in order: two of them make a GAN, one an auxiliary head, one a stage.
    """

    id, title = "objective", "Objective"

    name: str = param("", "What it is called in curves; empty: its place in the list.")
    losses: tuple[str, ...] = param((), "The nodes of the losses it makes small; none named: all of them.")
    weights: Numbers = param((), "Weight of each of these losses; none given: 1 each.", low=-1e9, high=1e9)
    parameters: tuple[str, ...] = param(
        (), "Nodes whose weights it moves, `gen*` for all that begin so; none named: all nodes."
    )
    without: tuple[str, ...] = param((), "Nodes whose weights it leaves alone, `gen*` for all that begin so.")
    optimizer: Chosen = param(Chosen("adam"), "How these weights follow their gradients.", family="optimizer")
    schedule: Chosen = param(Chosen("constant"), "The course of its learning rate.", family="schedule")
    warmup: int = param(0, "Steps in which its rate rises from near 0.", low=0, high=10**9, unit="steps")
    period: int = param(1, "It takes its turn at every so many-th step.", low=1, high=10**6, unit="steps")
    updates: int = param(1, "How often it moves its weights in one turn, on the same batch.", low=1, high=1000)

    @property
    def series(self) -> str:
        """What its learning rate is called in curves and among the knobs of a run."""
        return f"lr/{self.name}" if self.name else "lr"

    def conflicts(self) -> list[ParamError]:
        """Each weight is that of a loss."""
        if self.weights and len(self.weights) != len(self.losses):
            rule = f"gives one number for each of the {len(self.losses)} losses named"
            return [ParamError("weights", rule, self.weights)]
        return []

    def share(self, loss: str) -> float:
        """The weight of a loss in this objective, 0 where it is none of its own."""
        if not self.losses:
            return 1.0
        return dict(zip(self.losses, self.weights or [1.0] * len(self.losses), strict=True)).get(loss, 0.0)

    def moves(self, *nodes: str) -> bool:
        """Whether a weight is this objective's; several nodes may use one weight."""

        def named(texts: Iterable[str]) -> bool:
            return any(_names(text, node) for text in texts for node in nodes)

        return (not self.parameters or named(self.parameters)) and not named(self.without)

    def strangers(self, nodes: Collection[str]) -> list[str]:
        """What its lists name that none of the given nodes is."""
        return [
            text for text in (*self.parameters, *self.without) if not any(_names(text, node) for node in nodes)
        ]


def _names(text: str, node: str) -> bool:
    """`gen*` names all nodes that begin so; a block's name all nodes inside it."""
    if text.endswith("*"):
        return node.startswith(text[:-1])
    return node == text or node.startswith((f"{text}.", f"{text}/"))


@family("objective")
def all_objectives() -> Registry[Objective]:
    """The kinds of objective, by id."""
    found = Registry(Objective, "objective")
    found.add(Objective)
    return found

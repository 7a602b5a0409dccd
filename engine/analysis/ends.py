"""The ends of a block: what enters and leaves its graph, and what a recurrent group remembers."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.catalog import Catalog, Role
from engine.errors import NeuroloomError
from engine.graph import Graph, Node
from engine.spec import Values

_ABOUT: Final = ("name", "feed", "give", "initial")


class End(msgspec.Struct, frozen=True):
    """A port of a block, as the node that stands for it inside.

    `stepwise`: in a recurrent group, whether each time step enters, or leaves, for itself.
    """

    node: str
    name: str
    role: Role
    help: str = ""
    stepwise: bool = False


class Ends(msgspec.Struct, frozen=True):
    """The ends of a graph, from top to bottom as drawn. `inputs` are entries, then states set from outside."""

    entries: tuple[End, ...] = ()
    exits: tuple[End, ...] = ()
    states: tuple[End, ...] = ()
    """All states; `stepwise` where the first value comes from an input port."""

    @property
    def inputs(self) -> tuple[End, ...]:
        return (*self.entries, *(state for state in self.states if state.stepwise))


def ends(drawn: Graph, catalog: Catalog) -> Ends:
    """The ends of a graph; of those with one name the first."""
    found: dict[Role, dict[str, End]] = {"entry": {}, "exit": {}, "state": {}}
    for node in sorted(drawn.nodes(), key=lambda node: (node.y, node.x)):
        end = _end(node, catalog)
        if end is not None:
            key = end.name if end.role != "state" or end.stepwise else f"{node.id}."
            found[end.role].setdefault(key, end)
    entries, exits, states = (tuple(family.values()) for family in found.values())
    taken = {end.name for end in entries}
    return Ends(entries, exits, tuple(end for end in states if not (end.stepwise and end.name in taken)))


def _end(node: Node, catalog: Catalog) -> End | None:
    declared = catalog.get(node.kind)
    if declared is None or declared.role not in ("entry", "exit", "state"):
        return None
    about: Values = {name: node.params[name] for name in _ABOUT if name in node.params}
    try:
        values = declared.parse(about).values()
    except NeuroloomError:
        return None
    stepwise = values.get("feed") == "step" or values.get("give") == "all" or values.get("initial") == "input"
    return End(node.id, str(values["name"]), declared.role, node.notes or node.title, stepwise)

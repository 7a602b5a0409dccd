"""What rules look at: a node as declared, as wired, a clash of shapes, the whole graph, recipe and data."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from engine.analysis.report import NodeReport
from engine.catalog import Catalog, Inputs, NodeKind, Port, Role, Weighted, Weights
from engine.data import Field, Source
from engine.errors import DataError, ShapeError
from engine.graph import Block, Edge, Graph, Node, Promoted
from engine.recipe import Objective, Recipe

MOST_MENDED: Final = 64

Report: TypeAlias = Callable[[str], NodeReport | None]
"""What is known of a node so far."""


class Budget:
    """How many more faults of a graph are given fixes: trying takes time, and nobody reads a thousand."""

    def __init__(self) -> None:
        self.left = MOST_MENDED

    def spend(self) -> bool:
        """Take one; whether there was one left."""
        self.left -= 1
        return self.left >= 0


class Surroundings(msgspec.Struct, frozen=True):
    """What a fix may use: graph and catalogue, what is known of other nodes, and the fields of the data.

    `graphs` are the names taken by graphs of the document; `params` those of the block around it.
    """

    name: str
    graph: Graph
    catalog: Catalog
    report: Report
    fields: Mapping[str, Field] = {}
    graphs: frozenset[str] = frozenset()
    params: tuple[Promoted, ...] = ()
    budget: Budget = msgspec.field(default_factory=Budget)


class DeclaredSite(msgspec.Struct, frozen=True):
    """A node whose kind is unknown or refuses its parameters: rules say why. `name` is the graph's.

    `names` are the parameters of the block around it; `unsound` says why blocks cannot be placed.
    """

    name: str
    node: Node
    catalog: Catalog
    names: Mapping[str, Any] = {}
    unsound: Mapping[str, str] = {}


class WiredSite(msgspec.Struct, frozen=True):
    """A node with its incoming edges.

    `offered` holds, for each edge, the output ports of its source, None where they cannot be known.
    """

    name: str
    node: Node
    kind: NodeKind
    ports: tuple[Port, ...]
    edges: tuple[Edge, ...]
    offered: tuple[tuple[str, ...] | None, ...]
    around: Surroundings


class ClashSite(msgspec.Struct, frozen=True):
    """A node whose kind refuses the shapes that come in."""

    name: str
    node: Node
    kind: NodeKind
    edges: tuple[Edge, ...]
    inputs: Inputs
    error: ShapeError
    around: Surroundings


class LearningSite(msgspec.Struct, frozen=True):
    """A node with weights of which an option is set; `weights` are those of the bare layer."""

    name: str
    node: Node
    kind: Weighted
    inputs: Inputs
    weights: Weights


class Topology:
    """What follows from nodes, edges and roles alone, so that it outlives most edits.

    `reports` are read for the classes of kinds only.
    """

    def __init__(self, graph: Graph, reports: dict[str, NodeReport]) -> None:
        self.graph = graph
        self.by_role: dict[Role, list[str]] = {}
        for node in graph.nodes():
            kind = reports[node.id].kind
            if kind is not None:
                self.by_role.setdefault(kind.role, []).append(node.id)

    def of(self, *roles: Role) -> list[str]:
        """The nodes of the given roles, role by role in the order of the document."""
        return [id for role in roles for id in self.by_role.get(role, ())]

    @functools.cached_property
    def idle(self) -> frozenset[str]:
        """Nodes from which no loss and no metric can be reached; none where there is neither."""
        goals = self.of("loss", "metric")
        return frozenset(self.graph) - self._walk(goals, forward=False) if goals else frozenset()

    @functools.cached_property
    def judged(self) -> frozenset[str]:
        """Targets, and all that can be reached from one."""
        return frozenset(self._walk(self.of("target"), forward=True))

    def _walk(self, starts: list[str], *, forward: bool) -> set[str]:
        found, waiting = set(starts), list(starts)
        while waiting:
            id = waiting.pop()
            edges = self.graph.outgoing(id) if forward else self.graph.incoming(id)
            fresh = {edge.target if forward else edge.source for edge in edges} - found
            found |= fresh
            waiting.extend(fresh)
        return found


class GraphSite(msgspec.Struct, frozen=True):
    """A whole graph, its nodes analysed."""

    name: str
    graph: Graph
    topology: Topology
    reports: dict[str, NodeReport]
    around: Surroundings


class BlockSite(msgspec.Struct, frozen=True):
    """The graph behind a block, its nodes analysed."""

    name: str
    graph: Graph
    block: Block
    reports: dict[str, NodeReport]
    around: Surroundings


class RecipeSite(msgspec.Struct, frozen=True):
    """The recipe: its values as the file holds them, and read, with defaults for those at fault.

    `fault` is what keeps the data source from telling its fields.
    """

    values: dict[str, Any]
    recipe: Recipe
    fault: DataError | None


class DataSite(msgspec.Struct, frozen=True):
    """A graph beside the fields of the recipe's data source."""

    name: str
    graph: Graph
    topology: Topology
    reports: dict[str, NodeReport]
    source: Source
    fields: dict[str, Field]
    around: Surroundings


class AimSite(msgspec.Struct, frozen=True):
    """A graph beside a recipe without fault, and its objectives."""

    topology: Topology
    reports: dict[str, NodeReport]
    recipe: Recipe
    aims: tuple[Objective, ...]

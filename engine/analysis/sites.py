"""What rules look at: a node as declared, as wired, a clash of shapes, the whole graph, the recipe."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.analysis.report import NodeReport
from engine.catalog import Catalog, Inputs, NodeKind, Port, Role
from engine.data import Field
from engine.errors import ShapeError
from engine.graph import Edge, Graph, Node
from engine.recipe import Recipe


class DeclaredSite(msgspec.Struct, frozen=True):
    """A node alone: its kind's id and its parameters."""

    node: Node
    catalog: Catalog


class WiredSite(msgspec.Struct, frozen=True):
    """A node with its incoming edges.

    `offered` holds, for each edge, the output ports of its source, None where they cannot be known.
    """

    node: Node
    kind: NodeKind
    ports: tuple[Port, ...]
    edges: tuple[Edge, ...]
    offered: tuple[tuple[str, ...] | None, ...]


class ClashSite(msgspec.Struct, frozen=True):
    """A node whose kind refuses the shapes that come in."""

    node: Node
    kind: NodeKind
    edges: tuple[Edge, ...]
    inputs: Inputs
    error: ShapeError
    graph: Graph
    catalog: Catalog


class GraphSite(msgspec.Struct, frozen=True):
    """A whole graph, its nodes analysed."""

    name: str
    graph: Graph
    reports: dict[str, NodeReport]

    def role(self, id: str) -> Role | None:
        """The role of a node, None where its kind is not known."""
        kind = self.reports[id].kind
        return kind.role if kind is not None else None

    def of_role(self, *roles: Role) -> list[str]:
        """The nodes of the given roles, in the order of the document."""
        return [node.id for node in self.graph.nodes() if self.role(node.id) in roles]


class RecipeSite(msgspec.Struct, frozen=True):
    """The recipe's raw values, and what they parse to (None where a value is wrong)."""

    values: dict[str, Any]
    recipe: Recipe | None


class DataSite(msgspec.Struct, frozen=True):
    """A node of role input or target beside the fields of the recipe's data source."""

    node: Node
    kind: NodeKind
    source: str
    fields: tuple[Field, ...]

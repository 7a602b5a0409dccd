"""One graph of a document, as readers see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import networkx as nx

from engine.errors import EditError
from engine.graph.node import Edge, Node

MAIN: Final = "main"


class Graph:
    """Nodes and edges, held in a networkx MultiDiGraph.

    The public methods read. Only `Document` writes, through the methods with a leading underscore.
    """

    def __init__(self) -> None:
        self._nx: nx.MultiDiGraph = nx.MultiDiGraph()
        self._incoming: dict[str, tuple[Edge, ...]] = {}
        self._order: tuple[str, ...] | None = None
        self._loops: frozenset[str] = frozenset()
        self._next = 0
        self._sorted = True

    def __len__(self) -> int:
        return len(self._nx)

    def __contains__(self, id: object) -> bool:
        return id in self._nx

    def __iter__(self) -> Iterator[str]:
        return iter(self._nx)

    def __getitem__(self, id: str) -> Node:
        try:
            return self._nx.nodes[id]["node"]  # type: ignore[no-any-return]
        except KeyError:
            raise EditError(f'There is no node "{id}".') from None

    def nodes(self) -> list[Node]:
        """All nodes, in the order they were first added (a removal undone, a rename, keep their place)."""
        found = self._nx.nodes(data=True)
        if not self._sorted:
            found = sorted(found, key=lambda item: item[1]["serial"])
        return [data["node"] for _, data in found]

    def edges(self) -> list[Edge]:
        """All edges."""
        return [edge for _, _, edge in self._nx.edges(data="edge")]

    def serial(self, id: str) -> int:
        """A node's place in the order of the file; grows with every node added."""
        self[id]
        return self._nx.nodes[id]["serial"]  # type: ignore[no-any-return]

    def incoming(self, id: str) -> tuple[Edge, ...]:
        """The edges that enter a node, ordered by port and slot."""
        edges = self._incoming.get(id)
        if edges is None:
            found = [edge for _, _, edge in self._nx.in_edges(id, data="edge")]
            found.sort(key=lambda edge: (edge.input, edge.slot))
            edges = self._incoming[id] = tuple(found)
        return edges

    def outgoing(self, id: str) -> list[Edge]:
        """The edges that leave a node."""
        return [edge for _, _, edge in self._nx.out_edges(id, data="edge")]

    def at(self, id: str, port: str) -> tuple[Edge, ...]:
        """The edges that enter one input port, in slot order."""
        return tuple(edge for edge in self.incoming(id) if edge.input == port)

    def order(self) -> tuple[str, ...]:
        """All nodes outside cycles, each after the nodes that feed it; stable under unrelated edits.

        Nodes on a cycle, or fed by one, are in `loops()` instead.
        """
        if self._order is None:
            waiting = dict(self._nx.in_degree())
            ready = [id for id, degree in waiting.items() if not degree]
            successors = dict(self._nx.adjacency())
            for id in ready:  # grows while it is walked
                for follower, parallel in successors[id].items():
                    waiting[follower] -= len(parallel)
                    if not waiting[follower]:
                        ready.append(follower)
            self._order = tuple(ready)
            self._loops = frozenset(self._nx) - frozenset(ready) if len(ready) < len(self._nx) else frozenset()
        return self._order

    def loops(self) -> frozenset[str]:
        """Nodes that lie on a cycle or can be reached only through one."""
        self.order()
        return self._loops

    def cycles(self) -> list[list[str]]:
        """The nodes of each strongly connected knot."""
        if not self.loops():
            return []
        knots = nx.strongly_connected_components(self._nx.subgraph(self.loops()))
        return [sorted(knot) for knot in knots if len(knot) > 1 or self._nx.has_edge(*([*knot] * 2))]

    def path(self, source: str, target: str) -> list[str]:
        """A shortest path of node ids from source to target, both included; empty where there is none."""
        if source not in self or target not in self:
            return []
        try:
            return list(nx.bidirectional_shortest_path(self._nx, source, target))
        except nx.NetworkXNoPath:
            return []

    def upstream(self, id: str) -> set[str]:
        """All nodes from which a node can be reached."""
        return set(nx.ancestors(self._nx, id))

    def downstream(self, id: str) -> set[str]:
        """All nodes that can be reached from a node."""
        return set(nx.descendants(self._nx, id))

    def _copy(self) -> Graph:
        other = Graph()
        other._nx, other._next, other._sorted = self._nx.copy(), self._next, self._sorted
        return other

    def _add(self, node: Node, serial: int = -1) -> None:
        self._sorted = self._sorted and serial < 0
        serial = serial if serial >= 0 else self._next
        self._next = max(self._next, serial + 1)
        self._nx.add_node(node.id, node=node, serial=serial)
        self._order = None

    def _replace(self, node: Node) -> None:
        self._nx.nodes[node.id]["node"] = node

    def _remove(self, id: str) -> None:
        for follower in self._nx.successors(id):
            self._incoming.pop(follower, None)
        self._incoming.pop(id, None)
        self._nx.remove_node(id)
        self._order = None

    def _connect(self, edge: Edge) -> None:
        self._nx.add_edge(edge.source, edge.target, key=(edge.output, edge.input, edge.slot), edge=edge)
        self._incoming.pop(edge.target, None)
        self._order = None

    def _disconnect(self, edge: Edge) -> None:
        self._nx.remove_edge(edge.source, edge.target, key=(edge.output, edge.input, edge.slot))
        self._incoming.pop(edge.target, None)
        self._order = None

    def _rename(self, old: str, new: str) -> None:
        node, edges = self[old], {*self.incoming(old), *self.outgoing(old)}
        serial = self.serial(old)
        self._remove(old)
        self._add(msgspec.structs.replace(node, id=new), serial)
        for edge in edges:
            self._connect(
                msgspec.structs.replace(
                    edge,
                    source=new if edge.source == old else edge.source,
                    target=new if edge.target == old else edge.target,
                )
            )

    def _has(self, edge: Edge) -> bool:
        return bool(self._nx.has_edge(edge.source, edge.target, key=(edge.output, edge.input, edge.slot)))

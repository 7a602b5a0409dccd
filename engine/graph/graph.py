"""One graph of a document, as readers see it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Final

import msgspec
import networkx as nx

from engine.errors import EditError
from engine.graph.node import Edge, Node

MAIN: Final = "main"

STATE: Final = "state"
NEXT: Final = "next"
"""The one kind that a graph knows: what enters a node of kind `STATE` at `NEXT` is read a time step later, so
such wires may close a cycle, and no order follows from them."""


class Graph:
    """Nodes and edges, held in a networkx MultiDiGraph.

    The public methods read. Only `Document` writes, through the methods with a leading underscore.
    What readers ask for again and again (edges of a node, order) is kept until an edit touches it.
    """

    def __init__(self) -> None:
        self._nx: nx.MultiDiGraph = nx.MultiDiGraph()
        self._nodes: dict[str, Node] = {}
        self._serials: dict[str, int] = {}
        self._slots: dict[tuple[str, str, int], Edge] = {}
        self._incoming: dict[str, tuple[Edge, ...]] = {}
        self._outgoing: dict[str, tuple[Edge, ...]] = {}
        self._order: tuple[str, ...] | None = None
        self._rank: dict[str, int] = {}
        self._loops: frozenset[str] = frozenset()
        self._next = 0
        self._sorted = True
        self._revision = 0
        self._version = 0

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, id: object) -> bool:
        return id in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __getitem__(self, id: str) -> Node:
        try:
            return self._nodes[id]
        except KeyError:
            raise EditError(f'There is no node "{id[:80]}".') from None

    @property
    def revision(self) -> int:
        """A number that grows whenever a node or an edge comes or goes."""
        return self._revision

    @property
    def version(self) -> int:
        """A number that grows with every change."""
        return self._version

    def nodes(self) -> list[Node]:
        """All nodes, in the order they were first added (a removal undone, a rename, keep their place)."""
        if self._sorted:
            return list(self._nodes.values())
        return sorted(self._nodes.values(), key=lambda node: self._serials[node.id])

    def edges(self) -> list[Edge]:
        """All edges."""
        return list(self._slots.values())

    def serial(self, id: str) -> int:
        """A node's place in the order of the file; grows with every node added."""
        self[id]
        return self._serials[id]

    def incoming(self, id: str) -> tuple[Edge, ...]:
        """The edges that enter a node, ordered by port and slot."""
        edges = self._incoming.get(id)
        if edges is None:
            found = [edge for _, _, edge in self._nx.in_edges(id, data="edge")]
            found.sort(key=lambda edge: (edge.input, edge.slot))
            edges = self._incoming[id] = tuple(found)
        return edges

    def outgoing(self, id: str) -> tuple[Edge, ...]:
        """The edges that leave a node."""
        edges = self._outgoing.get(id)
        if edges is None:
            edges = self._outgoing[id] = tuple([edge for _, _, edge in self._nx.out_edges(id, data="edge")])
        return edges

    def at(self, id: str, port: str) -> tuple[Edge, ...]:
        """The edges that enter one input port, in slot order."""
        return tuple([edge for edge in self.incoming(id) if edge.input == port])

    def edge_at(self, id: str, port: str, slot: int = 0) -> Edge | None:
        """The edge that enters one slot of an input port."""
        return self._slots.get((id, port, slot))

    def flows(self, edge: Edge) -> bool:
        """Whether an edge brings its tensor in the same time step: all but those that feed a state."""
        return edge.input != NEXT or self._nodes[edge.target].kind != STATE

    def order(self) -> tuple[str, ...]:
        """All nodes outside cycles, each after the nodes that feed it, else in the order of the file.

        It depends on nodes and edges alone, not on how they came about. Nodes on a cycle, or fed by one,
        are in `loops()` instead.
        """
        if self._order is None:
            self._order = self._sort()
            self._rank = {id: place for place, id in enumerate(self._order)}
            self._loops = (
                frozenset(self._nodes) - self._rank.keys() if len(self._rank) < len(self) else frozenset()
            )
        return self._order

    def loops(self) -> frozenset[str]:
        """Nodes that lie on a cycle or can be reached only through one."""
        self.order()
        return self._loops

    def cycles(self) -> list[list[str]]:
        """The nodes of each knot in which all reach all, in the order of the file."""
        if not self.loops():
            return []
        looped = nx.DiGraph()
        looped.add_edges_from(
            (e.source, e.target) for e in self._slots.values() if e.target in self._loops and self.flows(e)
        )
        knots = nx.strongly_connected_components(looped.subgraph(self._loops))
        tied = [knot for knot in knots if len(knot) > 1 or looped.has_edge(*([*knot] * 2))]
        place = self._serials.__getitem__
        return sorted((sorted(knot, key=place) for knot in tied), key=lambda knot: place(knot[0]))

    def reaches(self, source: str, target: str) -> bool:
        """Whether edges lead from source to target; each node counts as reaching itself.

        Only nodes between the two in the order are looked at, each once.
        """
        self.order()
        last = self._rank.get(target, len(self))
        seen, waiting = {source}, [source]
        while waiting:
            id = waiting.pop()
            if id == target:
                return True
            if self._rank.get(id, -1) < last:
                fresh = {edge.target for edge in self.outgoing(id) if self.flows(edge)} - seen
                seen |= fresh
                waiting.extend(fresh)
        return False

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

    def _sort(self) -> tuple[str, ...]:
        """The first of all orders that respect the edges, compared by serials."""
        ids = [node.id for node in self.nodes()]
        place = {id: index for index, id in enumerate(ids)}
        flowing = [edge for edge in self._slots.values() if edge.input != NEXT or self.flows(edge)]
        if all(place[edge.source] < place[edge.target] for edge in flowing):
            return tuple(ids)
        waiting = dict.fromkeys(ids, 0)
        for edge in flowing:
            waiting[edge.target] += 1
        ready = [place[id] for id, count in waiting.items() if not count]
        found = []
        while ready:
            id = ids[heapq.heappop(ready)]
            found.append(id)
            for edge in self.outgoing(id):
                if not self.flows(edge):
                    continue
                waiting[edge.target] -= 1
                if not waiting[edge.target]:
                    heapq.heappush(ready, place[edge.target])
        return tuple(found)

    def _copy(self) -> Graph:
        other = Graph()
        other._nx, other._next, other._sorted = self._nx.copy(), self._next, self._sorted
        other._nodes, other._serials, other._slots = self._nodes.copy(), self._serials.copy(), self._slots.copy()
        other._incoming, other._outgoing = self._incoming.copy(), self._outgoing.copy()
        return other

    def _add(self, node: Node, serial: int = -1) -> None:
        last = serial < 0 or serial >= self._next
        serial = serial if serial >= 0 else self._next
        self._sorted = self._sorted and last
        self._next = max(self._next, serial + 1)
        self._nx.add_node(node.id)
        self._nodes[node.id] = node
        self._serials[node.id] = serial
        self._touched()
        if last and self._order is not None and not self._loops:
            self._rank[node.id] = len(self._order)  # nothing feeds it yet, and all others stand before it
            self._order = (*self._order, node.id)
        else:
            self._order = None

    def _replace(self, node: Node) -> None:
        if STATE in (node.kind, self._nodes[node.id].kind) and node.kind != self._nodes[node.id].kind:
            self._order = None
        self._nodes[node.id] = node
        self._version += 1

    def _remove(self, id: str) -> None:
        for edge in (*self.incoming(id), *self.outgoing(id)):
            self._slots.pop((edge.target, edge.input, edge.slot), None)
            self._outgoing.pop(edge.source, None)
            self._incoming.pop(edge.target, None)
        self._incoming.pop(id, None)
        self._outgoing.pop(id, None)
        self._nx.remove_node(id)
        del self._nodes[id], self._serials[id]
        self._touched()
        self._order = None

    def _connect(self, edge: Edge) -> None:
        self._nx.add_edge(edge.source, edge.target, key=(edge.output, edge.input, edge.slot), edge=edge)
        self._slots[edge.target, edge.input, edge.slot] = edge
        self._edge_changed(edge)
        ranks = self._rank
        ordered = edge.source in ranks and ranks[edge.source] < ranks.get(edge.target, -1)
        if self._loops or not (ordered or (self._order is not None and not self.flows(edge))):
            self._order = None

    def _disconnect(self, edge: Edge) -> None:
        self._nx.remove_edge(edge.source, edge.target, key=(edge.output, edge.input, edge.slot))
        del self._slots[edge.target, edge.input, edge.slot]
        self._edge_changed(edge)
        self._order = None

    def _edge_changed(self, edge: Edge) -> None:
        self._incoming.pop(edge.target, None)
        self._outgoing.pop(edge.source, None)
        self._touched()

    def _touched(self) -> None:
        self._revision += 1
        self._version += 1

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
        return self._slots.get((edge.target, edge.input, edge.slot)) == edge

"""The scene: a view of every node and wire, kept in step with a session by what changed only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from app.canvas.boxes import Box, union
from app.canvas.card import NodeView, Plug, lay_out, strays
from app.canvas.grid import Grid
from app.canvas.look import Look
from app.canvas.returns import levels
from app.canvas.tiles import Tiles
from app.canvas.wire import Point, WireState, WireView
from app.state.edits import kind_of as declared
from engine.analysis import Analysis
from engine.catalog import Catalog, Shape
from engine.graph import Changes, Edge, Graph, GraphChanges, kind_of
from engine.messages.frames import FeatureMaps

_WORSE = {"": 0, "hint": 1, "warning": 2, "error": 3}


class Shown(Protocol):
    """What a scene shows: a graph, what is known of it, and which nodes are selected."""

    @property
    def graph(self) -> Graph: ...
    @property
    def graph_name(self) -> str: ...
    @property
    def shown(self) -> Analysis: ...
    @property
    def catalog(self) -> Catalog: ...
    @property
    def selection(self) -> tuple[str, ...]: ...


class Scene:
    """Views of what a session's graph holds.

    `damage` is told each scene box that looks different, or None for everything. `built` counts the node
    views laid out so far: an edit must add only what it touched.
    """

    def __init__(self, session: Shown, look: Look, damage: Callable[[Box | None], None]) -> None:
        self.session, self.look, self._damage = session, look, damage
        self.nodes: dict[str, NodeView] = {}
        self.wires: dict[Edge, WireView] = {}
        self.node_grid: Grid[str] = Grid()
        self.wire_grid: Grid[Edge] = Grid()
        self.tiles = Tiles(self.nodes.__getitem__, self._leaving)
        self.built = 0
        self._at: dict[str, dict[Edge, None]] = {}
        self._delayed: dict[Edge, None] = {}
        self._selected: frozenset[str] = frozenset()
        self._analysis: Analysis | None = None
        self._flagged: dict[str, str] = {}
        self._faulty: frozenset[tuple[str, str]] = frozenset()
        self._begin()

    def _begin(self) -> None:
        self._shown = self.graph
        for node in self.graph.nodes():
            self._build(node.id)
        self._lay_wires(self.graph.edges())
        self.refresh()
        self.select(self.session.selection)

    def restart(self) -> None:
        """Another graph is shown."""
        for id in list(self.nodes):
            self._drop(id)
        self._selected, self._analysis, self._flagged, self._faulty = frozenset(), None, {}, frozenset()
        self._begin()
        self._damage(None)

    @property
    def graph(self) -> Graph:
        """The graph that is shown."""
        return self.session.graph

    @property
    def bounds(self) -> Box | None:
        """The box around all cards, shapes and wires; None without any."""
        cards = [box for view in self.nodes.values() for box in (view.extent, view.written)]
        return union([*cards, *(wire.box for wire in self.wires.values())])

    @property
    def selected(self) -> list[NodeView]:
        """The views of the selected nodes."""
        return [self.nodes[id] for id in self.session.selection if id in self.nodes]

    @property
    def faulty(self) -> list[str]:
        """The nodes that an error is pinned to."""
        return [id for id, severity in self._flagged.items() if severity == "error" and id in self.nodes]

    def wires_at(self, id: str) -> list[WireView]:
        """The wires that enter or leave a node."""
        return [self.wires[edge] for edge in self._at.get(id, ())]

    def plugs(self, view: NodeView) -> tuple[Plug, ...]:
        """How a node's ports look."""
        if view.plugs is None:
            taken = {(wire.edge.input, True) for wire in self.wires_at(view.id) if wire.edge.target == view.id}
            taken |= {(wire.edge.output, False) for wire in self.wires_at(view.id) if wire.edge.source == view.id}
            view.plugs = tuple(
                (port.is_input, port.y, port.reach, (port.name, port.is_input) in taken) for port in view.ports
            )
        return view.plugs

    def at_port(self, id: str, port: str, is_input: bool) -> list[Edge]:
        """The edges at one port, in slot order at an input."""
        if is_input:
            return list(self.graph.at(id, port))
        return [edge for edge in self.graph.outgoing(id) if edge.output == port]

    def near(self, box: Box) -> tuple[list[NodeView], list[WireView]]:
        """What may show in a box, cards from the lowest to the topmost."""
        nodes = [self.nodes[id] for id in self.node_grid.near(box)]
        nodes.sort(key=_height)
        return nodes, [self.wires[edge] for edge in self.wire_grid.near(box)]

    def follow(self, changes: Changes) -> None:
        """The document changed: build again what the news names, and nothing else."""
        nodes: dict[str, None] = {}
        moved: dict[str, None] = {}
        edges: dict[Edge, None] = {}
        for part in changes.of(self.session.graph_name):
            self._name_touched(part, nodes, moved, edges)
        graph = self.graph
        blocks = {
            kind_of(name) for step in changes.flat() for pair in step.blocks.items() for name in pair if name
        }
        if blocks:
            nodes.update(dict.fromkeys(id for id, view in self.nodes.items() if view.node.kind in blocks))
        for edge in edges:
            nodes_at = [id for id in (edge.source, edge.target) if id in graph and id not in nodes]
            if not (edge.source in graph and edge.target in graph and edge in graph.at(edge.target, edge.input)):
                self._drop_wire(edge)
            nodes.update(dict.fromkeys(id for id in nodes_at if self._fans(id, edge)))
            moved.update(dict.fromkeys(nodes_at))
        for id in nodes:
            if id in graph:
                self._build(id)
            else:
                self._drop(id)
        for id in moved:
            if id in graph and id not in nodes:
                self._place(self.nodes[id], graph[id].x, graph[id].y)
        touched = [id for id in (*nodes, *moved) if id in graph]
        self._lay_wires(
            dict.fromkeys(edge for id in touched for edge in (*graph.incoming(id), *graph.outgoing(id)))
        )

    def place(self, positions: Mapping[str, Point]) -> None:
        """Show nodes at other places than the document says, while a gesture is under way."""
        for id, (x, y) in positions.items():
            if id in self.nodes:
                self._place(self.nodes[id], x, y)
        self._lay_wires(dict.fromkeys(edge for id in positions for edge in self._at.get(id, ())))

    def settle(self, ids: Iterable[str]) -> None:
        """Show nodes where the document says they are; nothing to do while another graph is about to be shown."""
        graph = self.graph
        if graph is self._shown:
            self.place({id: (graph[id].x, graph[id].y) for id in ids if id in graph})

    def hide(self, edges: Iterable[Edge], hidden: bool) -> None:
        """Leave wires out of the picture while a gesture holds them, or show them again."""
        for edge in edges:
            wire = self.wires.get(edge)
            if wire is not None:
                wire.hidden = hidden
                self._damage_wire(wire)

    def select(self, ids: Iterable[str]) -> None:
        """Show these nodes as selected."""
        chosen = frozenset(ids)
        for id in chosen ^ self._selected:
            view = self.nodes.get(id)
            if view is not None:
                view.selected = id in chosen
                self._damage(view.bounds)
        self._selected = chosen

    def refresh(self) -> None:
        """Show shapes and health as the session's analysis has them, if it is another one."""
        analysis = self.session.shown
        if analysis is self._analysis:
            return
        self._analysis = analysis
        remade = []
        for id, report in analysis.nodes.items():
            view = self.nodes.get(id)
            if view is not None and view.report is not report:
                if report.kind is not None and report.kind is not view.kind:
                    remade.append(id)
                self._report(view, analysis)
        self._flag(analysis)
        for id in remade:  # a parameter of the block around it, or the block that it stands for, is another one
            self._build(id)
        self._lay_wires(dict.fromkeys(edge for id in remade for edge in self._at[id]))

    def show_pictures(self, frames: Mapping[str, FeatureMaps]) -> None:
        """Show these live pictures, by node, on their cards."""
        for id, frame in frames.items():
            view = self.nodes.get(id)
            if view is not None and view.frame is not frame:
                grew = view.frame is None
                view.frame, view.picture = frame, None
                if grew:
                    self.node_grid.put(id, view.bounds)
                self._damage(view.bounds)

    def hide_pictures(self) -> None:
        """Show no live pictures."""
        for view in self.nodes.values():
            if view.frame is not None:
                self._damage(view.bounds)
                view.frame = view.picture = None
                self.node_grid.put(view.id, view.bounds)

    def forget_look(self) -> None:
        """The theme changed: pictures are drawn anew."""
        for view in self.nodes.values():
            view.picture = None
        self._damage(None)

    def _name_touched(
        self, part: GraphChanges, nodes: dict[str, None], moved: dict[str, None], edges: dict[Edge, None]
    ) -> None:
        nodes.update(dict.fromkeys((*part.added, *part.removed, *part.changed)))
        moved.update(dict.fromkeys(part.moved))
        edges.update(dict.fromkeys((*part.edges_added, *part.edges_removed)))
        for old, new in part.renamed.items():
            nodes.update({old: None, new: None})
            edges.update(self._at.get(old, {}))

    def _fans(self, id: str, edge: Edge) -> bool:
        view = self.nodes.get(id)
        if view is None:
            return True
        port = view.port(edge.input, True) if id == edge.target else view.port(edge.output, False)
        return port is None or port.many or port.stray

    def _build(self, id: str) -> None:
        graph, old = self.graph, self.nodes.get(id)
        node = graph[id]
        view = old or NodeView(node, graph.serial(id))
        if old is not None:
            self._damage(old.bounds)
        view.node, view.x, view.y = node, node.x, node.y
        report = self.session.shown.nodes.get(id)
        kind = report.kind if report is not None and report.kind is not None else None
        kind = kind or declared(graph, self.session.catalog, id)
        lay_out(view, kind, strays(graph, id, kind), self.look, lambda port: len(graph.at(id, port)))
        view.selected, view.plugs = id in self._selected, None
        self.nodes[id] = view
        self._at.setdefault(id, {})
        for port in view.outputs:
            self._clear_label(view, port.name)
        self.built += 1
        self._report(view, self.session.shown)
        view.severity = self._flagged.get(id, "")
        self.node_grid.put(id, view.bounds)
        self.tiles.put(view)
        self._damage(view.bounds)

    def _drop(self, id: str) -> None:
        view = self.nodes.get(id)
        if view is None:
            return
        for edge in list(self._at.get(id, ())):
            self._drop_wire(edge)
        self._damage(view.bounds)
        self.tiles.drop(view)
        self.node_grid.drop(id)
        del self.nodes[id]
        self._at.pop(id, None)

    def _drop_wire(self, edge: Edge) -> None:
        wire = self.wires.pop(edge, None)
        if wire is None:
            return
        self._damage_wire(wire)
        self.wire_grid.drop(edge)
        self._delayed.pop(edge, None)
        for id in (edge.source, edge.target):
            self._at.get(id, {}).pop(edge, None)
            self._unplug(id)
        if edge.source in self.nodes:
            self.tiles.touch(self.nodes[edge.source])
            self._clear_label(self.nodes[edge.source], edge.output)

    def _unplug(self, id: str) -> None:
        view = self.nodes.get(id)
        if view is not None:
            view.plugs = None
            self._damage(view.bounds)

    def _place(self, view: NodeView, x: float, y: float) -> None:
        if (view.x, view.y) == (x, y):
            return
        self._damage(view.bounds)
        view.x, view.y = x, y
        self.node_grid.put(view.id, view.bounds)
        self.tiles.put(view)
        self._damage(view.bounds)

    def _lay_wires(self, edges: Iterable[Edge]) -> None:
        for edge in edges:
            wire = self.wires.get(edge)
            if wire is None:
                wire = self.wires[edge] = WireView(edge)
                self._at[edge.source][edge] = self._at[edge.target][edge] = None
                wire.state = self._wire_state(edge, self.session.shown)
                wire.delayed = not self.graph.flows(edge)
                self._unplug(edge.source)
                self._unplug(edge.target)
                if wire.delayed:
                    self._delayed[edge] = None
            wire.category = self.nodes[edge.source].category
            self._run(wire, wire.level)
        if self._delayed:
            wires = [self.wires[edge] for edge in self._delayed]
            at = levels(wires, (view.extent for view in self.nodes.values()))
            for wire in wires:
                self._run(wire, at.get(wire.edge))

    def _run(self, wire: WireView, level: float | None) -> None:
        edge = wire.edge
        source, target = self.nodes[edge.source], self.nodes[edge.target]
        before = wire.parts if edge in self.wire_grid else []
        if wire.run(_leaves(source, edge), self._enters(target, edge), level):
            for part in before:
                self._damage(part)
            self._damage_wire(wire)
            self.wire_grid.put(edge, wire.box)
            self.tiles.touch(source)
            self._clear_label(source, edge.output)

    def _clear_label(self, view: NodeView, output: str) -> None:
        """Write an output's shape on the side of its wires where none passes through it."""
        port = view.port(output, False)
        if port is None:
            return
        steep = [wire for wire in self._leaving(view.id) if wire.edge.output == output and wire.steep]
        below = any(wire.y1 < wire.y0 for wire in steep) and all(wire.y1 < wire.y0 for wire in steep)
        if below != port.below:
            port.below = below
            self._damage(view.bounds)

    def _damage_wire(self, wire: WireView) -> None:
        for part in wire.parts:
            self._damage(part)

    def _enters(self, view: NodeView, edge: Edge) -> Point:
        port = view.port(edge.input, True)
        if port is None:
            return view.x, view.y + view.height / 2
        index = self.graph.at(view.id, edge.input).index(edge) if port.many else 0
        return view.x, view.y + port.anchor(index)

    def _leaving(self, id: str) -> Iterator[WireView]:
        return (self.wires[edge] for edge in self._at.get(id, ()) if edge.source == id)

    def _report(self, view: NodeView, analysis: Analysis) -> None:
        report = analysis.nodes.get(view.id)
        old, view.report = view.report, report
        state_changed = old is None or report is None or old.state != report.state
        shapes = report.outputs if report is not None else {}
        wrote = [port.show_shape(_written(shapes.get(port.name))) for port in view.outputs]
        if state_changed or any(wrote):
            self._damage(view.bounds)
        if state_changed:
            self.tiles.put(view)
        self._show_wire_states(self._at.get(view.id, ()), analysis)

    def _flag(self, analysis: Analysis) -> None:
        flagged: dict[str, str] = {}
        faulty: set[tuple[str, str]] = set()
        for found in analysis.diagnostics:
            id = found.within[0] if found.within else found.node
            if _WORSE[found.severity] > _WORSE[flagged.get(id, "")]:
                flagged[id] = found.severity
            if found.severity == "error" and found.port and not found.within:
                faulty.add((found.node, found.port))
        changed = {id for id in (*flagged, *self._flagged) if flagged.get(id) != self._flagged.get(id)}
        ports = faulty ^ self._faulty
        self._flagged, self._faulty = flagged, frozenset(faulty)
        for id in changed:
            view = self.nodes.get(id)
            if view is not None:
                view.severity = flagged.get(id, "")
                self._damage(view.bounds)
        edges = [edge for id, port in ports if id in self.graph for edge in self.graph.at(id, port)]
        self._show_wire_states(edges, analysis)

    def _show_wire_states(self, edges: Iterable[Edge], analysis: Analysis) -> None:
        for edge in edges:
            wire = self.wires.get(edge)
            if wire is not None:
                state = self._wire_state(edge, analysis)
                if state != wire.state:
                    wire.state = state
                    self._damage_wire(wire)

    def _wire_state(self, edge: Edge, analysis: Analysis) -> WireState:
        if (edge.target, edge.input) in self._faulty:
            return "error"
        return "ok" if analysis.shape(edge) is not None else "blocked"


def _height(view: NodeView) -> tuple[bool, int]:
    return view.selected, view.serial


def _leaves(view: NodeView, edge: Edge) -> Point:
    port = view.port(edge.output, False)
    return view.x + view.width, view.y + (port.y if port is not None else view.height / 2)


def _written(shape: Shape | None) -> str:
    return str(shape) if shape is not None and shape.sizes else ""

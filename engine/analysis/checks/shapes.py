"""Shapes must fit the kind that receives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import ClashSite
from engine.catalog import Inputs, NodeKind, Shape
from engine.errors import NeuroloomError
from engine.graph import AddNode, Batch, Connect, Disconnect, Edge, Node, free_id

SHOWN: Final = 4


@rule("shape", on=ClashSite)
def shape_clash(site: ClashSite) -> Iterator[Finding]:
    """The kind refuses what comes in."""
    error = site.error
    at_fault = _brought(site, error.port) or _brought(site)
    told = all(shape.words() in str(error) for _, shape in at_fault)
    wires = ", ".join(str(edge) if told else f"{edge} ({shape.words()})" for edge, shape in at_fault[:SHOWN])
    more = f" and {len(at_fault) - SHOWN} more" if len(at_fault) > SHOWN else ""
    parts = (str(error), f"It comes through {wires}{more}." if wires else "", error.suggestion)
    yield Finding(" ".join(part for part in parts if part), port=error.port, fixes=tuple(_adapters(site)))


def _brought(site: ClashSite, port: str = "") -> list[tuple[Edge, Shape]]:
    """The edges at a port, or at all, each with its shape."""
    wanted = [port] if port else [port.name for port in site.kind.input_ports()]
    return [
        pair
        for name in wanted
        for pair in zip([edge for edge in site.edges if edge.input == name], site.inputs.many(name), strict=True)
    ]


def _adapters(site: ClashSite) -> Iterator[Fix]:
    """Kinds that adapt shapes and, put into the wire at fault, make it fit."""
    if site.kind.role != "layer":
        return  # before a loss it would fit, and yet mean something else
    at_fault = _brought(site, site.error.port)
    for adapter in site.catalog:
        for place, (edge, shape) in enumerate(at_fault if adapter.adapter else ()):
            if _would_fit(site, adapter(), edge, place, shape):
                yield Fix(f"Insert {adapter.title} into {edge}", _insertion(site, adapter, edge))


def _would_fit(site: ClashSite, adapter: NodeKind, edge: Edge, place: int, shape: Shape) -> bool:
    try:
        adapted = adapter.shapes(Inputs.of(shape))["out"]
        by_port = {port: site.inputs.many(port) for port in site.inputs}
        shapes = list(by_port[edge.input])
        place = [each for each in site.edges if each.input == edge.input].index(edge)
        shapes[place] = adapted
        site.kind.shapes(Inputs({**by_port, edge.input: tuple(shapes)}))
    except NeuroloomError:
        return False
    return True


def _insertion(site: ClashSite, adapter: type[NodeKind], edge: Edge) -> Batch:
    before, after = site.graph[edge.source], site.node
    id = free_id(adapter.id, site.graph)
    node = Node(id, adapter.id, {}, (before.x + after.x) / 2, (before.y + after.y) / 2)
    inward = Edge(edge.source, edge.output, id, "in")
    outward = Edge(id, "out", edge.target, edge.input, edge.slot)
    edits = (
        Disconnect(edge, site.name),
        AddNode(node, site.name),
        Connect(inward, site.name),
        Connect(outward, site.name),
    )
    return Batch(edits, f"Insert {adapter.title}")

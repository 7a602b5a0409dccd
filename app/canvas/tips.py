"""Tool tips: help, shapes, cost and what is wrong, as plain text."""

from __future__ import annotations

from app.canvas.card import NodeView
from app.canvas.hits import Hit
from app.canvas.painting.cards import brief
from app.canvas.stage import Stage
from app.theme import tip
from engine.catalog import Shape
from engine.graph import Edge

_BYTES = 1024


def tip_for(stage: Stage, hit: Hit) -> str:
    """What to say of what the mouse is on; empty for nothing."""
    if hit.port is not None:
        return _port(stage, hit)
    if hit.node:
        return _node(stage, stage.scene.nodes[hit.node])
    return _wire(stage, hit.wire) if hit.wire is not None else ""


def _node(stage: Stage, view: NodeView) -> str:
    report, node = view.report, view.node
    lines = [f"{node.title or view.id} — {view.title}"]
    if view.kind is not None:
        lines += [type(view.kind).help(), view.kind.equation]
    lines.append(node.notes)
    if report is not None and report.state == "ok":
        arriving = [shape.words() for shape in report.inputs.all()] if report.inputs is not None else []
        lines += [f"in: {words}" for words in arriving[:4]]
        lines += [f"{port}: {shape.words()}" for port, shape in report.outputs.items()]
        lines.append(_cost(report.parameters, report.flops, report.memory))
    if view.body == "block":
        lines.append("Double-click, or press I, to go in.")
    if report is not None and report.state == "blocked":
        lines.append("Waits for what comes before it to be in order.")
    lines += [f"{found.severity.capitalize()}: {found.message}" for found in stage.session.shown.of(view.id)]
    return tip(*lines)


def _cost(parameters: int, flops: int, memory: int) -> str:
    size = f"{memory / _BYTES:.1f} KiB" if memory >= _BYTES else f"{memory} bytes"
    return f"{parameters:,} parameters · {brief(flops)}FLOP · {size} per sample"


def _port(stage: Stage, hit: Hit) -> str:
    ref = hit.port
    assert ref is not None, "asked for ports only"
    port = stage.scene.nodes[ref.node].port(ref.port, ref.is_input)
    if port is None:
        return ""
    side = "input" if ref.is_input else "output"
    takes = "takes many wires" if port.many else "may stay open" if port.optional else ""
    lines = [f"{port.name} · {side}" + (f", {takes}" if takes else ""), port.help]
    edges = stage.scene.at_port(ref.node, ref.port, ref.is_input)
    if ref.is_input:
        lines += [f"from {edge.source}: {_words(stage.session.shown.shape(edge))}" for edge in edges[:6]]
    else:
        lines.append(_words(stage.session.shown.shape(Edge(ref.node, ref.port, "", ""))))
    return tip(*lines)


def _wire(stage: Stage, edge: Edge) -> str:
    shape = stage.session.shown.shape(edge)
    dtype = shape.dtype if shape is not None else ""
    faults = [found.message for found in stage.session.shown.of(edge.target) if found.port == edge.input]
    return tip(str(edge), _words(shape), dtype, *faults)


def _words(shape: Shape | None) -> str:
    return shape.words() if shape is not None else "shape not known yet"

"""A small picture of a graph: nodes as coloured blocks, wires between them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import mix, theme
from engine.analysis.blocks import BlockKind
from engine.catalog import Catalog
from engine.graph import Document, Graph, Node, graph_of

NODE = QSize(168, 70)
MARGIN = 14.0
LARGEST = 0.42
TURN = 10.0


class GraphPicture(QWidget):
    """Shows the main graph of a document as a whole."""

    def __init__(self, document: Document, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._graph: Graph = document.graph()
        self._categories = {node.id: _category(node, catalog) for node in self._graph.nodes()}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(124)
        self.setAccessibleName(f"Picture of a graph of {len(self._graph)} nodes")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("plot_grid"), 1))
        painter.setBrush(theme.color("canvas"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        boxes = placed(self._graph, QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))
        self._draw_wires(painter, boxes)
        self._draw_nodes(painter, boxes)
        painter.end()

    def _draw_wires(self, painter: QPainter, boxes: dict[str, QRectF]) -> None:
        painter.setPen(QPen(theme.color("wire"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for edge in self._graph.edges():
            painter.drawPath(wire(boxes[edge.source], boxes[edge.target]))

    def _draw_nodes(self, painter: QPainter, boxes: dict[str, QRectF]) -> None:
        card = theme.color("card")
        for id, box in boxes.items():
            colour = theme.category(self._categories[id])
            painter.setPen(QPen(colour, 1))
            painter.setBrush(mix(card, colour, 0.35))
            corner = min(4.0, box.height() / 4)
            painter.drawRoundedRect(box, corner, corner)


def _category(node: Node, catalog: Catalog) -> str:
    kind = BlockKind if graph_of(node) is not None else catalog.get(node.kind)
    return kind.category if kind is not None else ""


def placed(graph: Graph, inside: QRectF) -> dict[str, QRectF]:
    """Where each node is drawn, so that the whole graph fits and is not larger than it need be."""
    boxes = {node.id: QRectF(node.x, node.y, NODE.width(), NODE.height()) for node in graph.nodes()}
    if not boxes:
        return {}
    whole = QRectF()
    for box in boxes.values():
        whole = whole.united(box)
    scale = min(inside.width() / whole.width(), inside.height() / whole.height(), LARGEST)
    shift = inside.center() - whole.center() * scale
    return {
        id: QRectF(box.topLeft() * scale + shift, box.size() * scale).adjusted(0.5, 0.5, -0.5, -0.5)
        for id, box in boxes.items()
    }


def wire(source: QRectF, target: QRectF) -> QPainterPath:
    """A curve that leaves and enters horizontally; one that runs back goes round half way between."""
    start = QPointF(source.right(), source.center().y())
    end = QPointF(target.left(), target.center().y())
    forward = end.x() - start.x()
    path = QPainterPath(start)
    if forward > 0:
        reach = QPointF(max(forward / 2, 4.0), 0)
        path.cubicTo(start + reach, end - reach, end)
        return path
    middle, turn = (start.y() + end.y()) / 2, QPointF(TURN, 0)
    right, left = QPointF(start.x(), middle), QPointF(end.x(), middle)
    path.cubicTo(start + turn, right + turn, right)
    path.lineTo(left)
    path.cubicTo(left - turn, end - turn, end)
    return path

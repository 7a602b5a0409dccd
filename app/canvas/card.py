"""Cards: how a node is laid out, where its ports lie, and what is kept of it for painting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPixmap, QStaticText, QTransform

from app.canvas.boxes import Box
from app.canvas.look import Look
from engine.analysis import NodeReport
from engine.analysis.blocks import BlockKind
from engine.catalog import NodeKind, Port
from engine.graph import Graph, Node
from engine.messages.frames import FeatureMaps

NARROWEST: Final = 150.0
WIDEST: Final = 250.0
STEP: Final = 10.0  # widths in steps, so that cards share their cached pictures
HEADER: Final = 48.0
STRIPE: Final = 4.0
ICON: Final = 18.0
ICON_X: Final = STRIPE + 9
TEXT_X: Final = ICON_X + ICON + 8
ROW: Final = 18.0
RADIUS: Final = 7.0
PORT_RADIUS: Final = 4.5
FAN: Final = 9.0  # between the wires at a port that takes many
MARGIN: Final = 16.0  # around a card: ports, badge, border, shadow
LABEL: Final = 130.0  # right of a card: the shapes at its outputs
_LETTER: Final = 7.0
PICTURE_GAP: Final = 5.0
PICTURE_HEIGHT: Final = 44.0
VECTOR_HEIGHT: Final = 14.0
CAPTION: Final = 14.0


class PortView:
    """A port on a card. (x, y) is its middle relative to the card's corner.

    `wires` counts what it takes; `stray` says that the kind has no such port, only a wire names it.
    """

    __slots__ = (
        "below", "far_shape_text", "help", "is_input", "label", "many", "name", "optional", "shape", "shape_text",
        "stray", "wires", "x", "y",
    )  # fmt: skip

    def __init__(self, port: Port, is_input: bool, x: float, y: float, wires: int, stray: bool = False) -> None:
        self.name, self.help, self.many, self.optional = port.name, port.help, port.many, port.optional
        self.is_input, self.x, self.y, self.wires, self.stray = is_input, x, y, wires, stray
        self.label: QStaticText | None = None
        self.shape = ""
        self.below = False  # whether its shape is written below the wire, which rises through the place above
        self.shape_text: QStaticText | None = None
        self.far_shape_text: QStaticText | None = None

    @property
    def reach(self) -> float:
        """Half the height of a port that takes many: it grows with its wires."""
        return max(0, self.wires - 1) * FAN / 2 if self.many else 0.0

    def anchor(self, index: int) -> float:
        """The y at which the wire of an index meets the port, relative to the card."""
        return self.y - self.reach + index * FAN if self.many else self.y

    def show_shape(self, shape: str) -> bool:
        """Write a shape at the port; whether it is another one."""
        if shape == self.shape:
            return False
        self.shape, self.shape_text, self.far_shape_text = shape, None, None
        return True


Plug: TypeAlias = tuple[bool, float, float, bool]
"""How a port looks: whether an input, its y, half its length, whether a wire is in it."""


Body: TypeAlias = Literal["plain", "block", "state"]
"""How a card's outline is drawn: a block's doubled, that of a state dashed."""


class NodeView:
    """What the canvas keeps of a node."""

    __slots__ = (
        "body", "category", "copies", "detail", "detail_text", "far_text", "frame", "height", "icon", "id",
        "inputs", "kind", "missing", "name", "name_text", "node", "outputs", "picture", "plugs", "report",
        "selected", "serial", "severity", "tile", "title", "width", "x", "y",
    )  # fmt: skip

    def __init__(self, node: Node, serial: int) -> None:
        self.id, self.node, self.serial = node.id, node, serial
        self.x, self.y = node.x, node.y
        self.width, self.height = NARROWEST, HEADER
        self.kind: NodeKind | None = None
        self.missing = True
        self.body: Body = "plain"
        self.copies = 1
        self.category = self.icon = self.name = self.detail = self.title = ""
        self.inputs: tuple[PortView, ...] = ()
        self.outputs: tuple[PortView, ...] = ()
        self.name_text: QStaticText | None = None
        self.detail_text: QStaticText | None = None
        self.far_text: QStaticText | None = None
        self.report: NodeReport | None = None
        self.severity = ""
        self.plugs: tuple[Plug, ...] | None = None  # how the ports look; None when wires have changed
        self.selected = False
        self.frame: FeatureMaps | None = None
        self.picture: QPixmap | None = None
        self.tile: tuple[int, int] = (0, 0)

    @property
    def box(self) -> Box:
        """The card."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    @property
    def extent(self) -> Box:
        """The card with its picture."""
        return self.x, self.y, self.x + self.width, self.y + self.height + self.picture_height

    @property
    def written(self) -> Box:
        """About where the shapes at its outputs are written."""
        room = max((len(port.shape) * _LETTER + _LETTER for port in self.outputs if port.shape), default=0.0)
        return self.x, self.y, self.x + self.width + room, self.y + self.height

    @property
    def bounds(self) -> Box:
        """All that is painted of it, the shapes at its outputs included."""
        x, y, right = self.x, self.y, LABEL if self.outputs else MARGIN
        bottom = y + self.height + MARGIN + self.picture_height
        return x - MARGIN, y - MARGIN - CAPTION, x + self.width + right, bottom

    @property
    def picture_height(self) -> float:
        """What the live picture adds below the card."""
        if self.frame is None:
            return 0.0
        return PICTURE_GAP + (VECTOR_HEIGHT if self.frame.height == 1 else PICTURE_HEIGHT)

    @property
    def ports(self) -> tuple[PortView, ...]:
        """All ports."""
        return self.inputs + self.outputs

    @property
    def state(self) -> str:
        """ok, error or blocked; a node not analysed yet counts as blocked."""
        return self.report.state if self.report is not None else "blocked"

    def port(self, name: str, is_input: bool) -> PortView | None:
        """A port by name."""
        return next((port for port in (self.inputs if is_input else self.outputs) if port.name == name), None)

    def centre(self) -> tuple[float, float]:
        """The middle of the card."""
        return self.x + self.width / 2, self.y + self.height / 2


def lay_out(view: NodeView, kind: NodeKind | None, strays: Sequence[tuple[Port, bool]], look: Look,
            wires: Callable[[str], int]) -> None:  # fmt: skip
    """Give a view its texts, its size and its ports.

    `strays` are ports that only a wire names (the kind is unknown or has them no longer); `wires` counts the
    wires at an input.
    """
    node = view.node
    view.kind, view.missing = kind, kind is None
    view.title = kind.title if kind else f"Unknown kind: {node.kind}"
    view.category = kind.category if kind else ""
    view.icon = kind.icon if kind else "mdi6.help-rhombus-outline"
    view.copies = kind.repeat if isinstance(kind, BlockKind) else 1
    view.body = "block" if isinstance(kind, BlockKind) else "state" if kind and kind.role == "state" else "plain"
    inputs = [*(kind.input_ports() if kind else ()), *(port for port, is_input in strays if is_input)]
    outputs = [*(kind.output_ports() if kind else ()), *(port for port, is_input in strays if not is_input)]
    _write(view, _card(kind), look)
    rows = max(len(inputs), len(outputs))
    fan = max((wires(port.name) for port in inputs if port.many), default=1)
    if rows > 1:
        view.width = max(view.width, _ports_width(inputs, outputs, look))
        view.height = HEADER + rows * ROW + 4
    else:
        view.height = max(HEADER, (fan - 1) * FAN + 22)
    stray = {(port.name, is_input) for port, is_input in strays}

    def port_view(port: Port, is_input: bool, index: int) -> PortView:
        taken = wires(port.name) if port.many else 1
        x = 0.0 if is_input else view.width
        return PortView(port, is_input, x, _port_y(view, index, rows), taken, (port.name, is_input) in stray)

    view.inputs = tuple(port_view(port, True, index) for index, port in enumerate(inputs))
    view.outputs = tuple(port_view(port, False, index) for index, port in enumerate(outputs))


def strays(graph: Graph, id: str, kind: NodeKind | None) -> list[tuple[Port, bool]]:
    """Ports that only a wire names; whether each is an input."""
    inputs = {port.name for port in kind.input_ports()} if kind else set()
    outputs = {port.name for port in kind.output_ports()} if kind else set()
    found: dict[tuple[str, bool], None] = {}
    for edge in graph.incoming(id):
        if edge.input not in inputs:
            found[edge.input, True] = None
    for edge in graph.outgoing(id):
        if edge.output not in outputs:
            found[edge.output, False] = None
    return [(Port(name), is_input) for name, is_input in sorted(found)]


def static(text: str, font: QFont) -> QStaticText:
    """A text to paint often in a font; never read as HTML."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(QTransform(), font)  # else its size is that of another font until it is first painted
    return made


def _write(view: NodeView, card: str, look: Look) -> None:
    name = view.node.title or view.id
    parts = [part for part in (view.title if view.title != name else "", card) if part]
    detail = " · ".join(parts)
    room = WIDEST - TEXT_X - 12
    needed = max(look.name_metrics.horizontalAdvance(name), look.detail_metrics.horizontalAdvance(detail))
    if needed > room:
        name = look.name_metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        detail = look.detail_metrics.elidedText(detail, Qt.TextElideMode.ElideRight, room)
    width = TEXT_X + min(needed, room) + 12
    view.width = max(NARROWEST, -(-width // STEP) * STEP)
    if name != view.name:
        view.name, view.name_text, view.far_text = name, None, None
    if detail != view.detail:
        view.detail, view.detail_text = detail, None


def _card(kind: NodeKind | None) -> str:
    if kind is None:
        return ""
    try:
        return kind.card()
    except Exception:  # noqa: BLE001 - a plug-in's fault must not take the canvas with it
        return ""


def _ports_width(inputs: Sequence[Port], outputs: Sequence[Port], look: Look) -> float:
    def widest(ports: Sequence[Port]) -> float:
        return max((look.label_metrics.horizontalAdvance(port.name) for port in ports), default=0.0)

    return float(-(-(widest(inputs) + widest(outputs) + 44) // STEP) * STEP)


def _port_y(view: NodeView, index: int, rows: int) -> float:
    return view.height / 2 if rows <= 1 else HEADER + index * ROW + ROW / 2 - 1

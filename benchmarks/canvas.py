"""P5, P6, P10: the canvas. CPU time of a frame, opening, building and wiring large documents, and memory."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
import PySide6
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QStaticText
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas import CanvasView
from app.state import EditorState
from app.theme import theme
from engine.graph import AddNode, Batch, Connect, Document, Edge, MoveNodes, Node, file
from engine.runs import environment

SIZES = (100, 1000, 5000)
LARGEST = max(SIZES)
WIDTH, HEIGHT = 1600, 1000
COLUMN, ROW, PER_ROW = 230, 130, 100
ROUNDS = 15
SKIPS = (1, 5)
ABOUT_SIXTY = 0.95  # scale at which some 60 cards are in view


def nodes(count: int) -> list[Node]:
    """Additions in rows: every kind of card costs the same to draw."""
    first = Node("n0", "input", {"shape": [8]})
    rest = [
        Node(f"n{i}", "add" if i >= SKIPS[-1] else "relu", {}, i % PER_ROW * COLUMN, i // PER_ROW * ROW)
        for i in range(1, count)
    ]
    return [first, *rest]


def edges(count: int) -> list[Edge]:
    """A chain, and a skip of five."""
    found = []
    for target in range(1, count):
        for slot, skip in enumerate(SKIPS):
            if target - skip >= 0 and (slot == 0 or target >= SKIPS[-1]):
                found.append(Edge(f"n{target - skip}", "out", f"n{target}", "in", slot))
    return found


def document(count: int) -> Document:
    """The graph that everything is measured on."""
    return Document.of(nodes(count), edges(count), title=f"{count} nodes")


def show(view: QWidget) -> None:
    """Bring a window up, so that repainting it paints."""
    view.resize(WIDTH, HEIGHT)
    view.show()
    QApplication.processEvents()


def cpu(do: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median CPU time in milliseconds; the first round warms up."""
    do()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        do()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


def wall(do: Callable[[], object]) -> float:
    """Seconds once."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


class Bare(QWidget):
    """The least a canvas can do for the same picture: rectangles, texts and curves."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.scale, self.dx, self.dy = 1.0, 0.0, 0.0
        self._boxes = [QRectF(node.x, node.y, 160, 48) for node in nodes(count)]
        self._texts = [QStaticText(node.id) for node in nodes(count)]
        self._path = QPainterPath()
        self._wires = [self._wire(edge) for edge in edges(count)]
        for wire in self._wires:
            self._path.addPath(wire)
        self.resize(WIDTH, HEIGHT)

    def _wire(self, edge: Edge) -> QPainterPath:
        start, end = self._boxes[int(edge.source[1:])], self._boxes[int(edge.target[1:])]
        path = QPainterPath(QPointF(start.right(), start.center().y()))
        path.cubicTo(
            start.right() + 50, start.center().y(), end.left() - 50, end.center().y(), end.left(), end.center().y()
        )
        return path

    def paintEvent(self, _event: object) -> None:
        """Everything from afar; what is in view from near."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#222"))
        painter.translate(self.dx, self.dy)
        painter.scale(self.scale, self.scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor("#888"), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        if self.scale < 0.3:
            painter.drawPath(self._path)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#468"))
            painter.drawRects(self._boxes)
            return
        seen = QRectF(-self.dx / self.scale, -self.dy / self.scale, WIDTH / self.scale, HEIGHT / self.scale)
        for wire in self._wires:
            if wire.controlPointRect().intersects(seen):
                painter.drawPath(wire)
        painter.setBrush(QColor("#333"))
        for box, text in zip(self._boxes, self._texts, strict=True):
            if box.intersects(seen):
                painter.drawRoundedRect(box, 7, 7)
                painter.drawStaticText(box.topLeft() + QPointF(40, 6), text)
                painter.drawStaticText(box.topLeft() + QPointF(40, 24), text)


def frames_of_canvas(editor: EditorState, count: int) -> dict[str, float]:
    """P5 on our canvas."""
    session = editor.new(document(count))
    view = CanvasView(editor, session)
    show(view)
    view.fit_all()
    view.repaint()
    stage, found = view.stage, {}
    whole = stage.camera.state()

    def full() -> None:
        stage.frame.damage_all()
        view.repaint()

    way = [1]

    def pan() -> None:
        way[0] = -way[0]
        stage.pan(9 * way[0], 5 * way[0])
        view.repaint()

    def zoom() -> None:
        way[0] = -way[0]
        stage.zoom(1.04 ** way[0], QPointF(WIDTH / 2, HEIGHT / 2))
        view.repaint()

    middle = f"n{count // 2}"
    home = session.graph[middle]

    def move() -> None:
        way[0] = -way[0]
        session.apply(MoveNodes({middle: (home.x + 20 * way[0], home.y)}), "Move", merge="bench")
        view.repaint()

    found["a full"] = cpu(full)
    found["b pan, all in view"] = cpu(pan)
    found["b zoom, all in view"] = cpu(zoom)
    found["d move one"] = cpu(move)
    stage.restore(whole)
    stage.zoom_to(ABOUT_SIXTY)
    view.repaint()
    found["c full, 60 in view"] = cpu(full)
    found["c pan, 60 in view"] = cpu(pan)
    found["c zoom, 60 in view"] = cpu(zoom)
    view.close()
    editor.close(session)
    return found


def frames_bare(count: int) -> dict[str, float]:
    """The same frames by the bare painter, which knows only full repaints."""
    view = Bare(count)
    show(view)
    rows = -(-count // PER_ROW)
    view.scale = min(1.0, WIDTH / (min(count, PER_ROW) * COLUMN), HEIGHT / (rows * ROW))
    whole = cpu(view.repaint)
    view.scale = ABOUT_SIXTY
    view.dx, view.dy = (-min(count, PER_ROW) * COLUMN / 3) * view.scale, (-rows * ROW / 3) * view.scale
    near = cpu(view.repaint)
    view.close()
    return {"all in view": whole, "60 in view": near}


def opening(editor: EditorState, folder: Path) -> float:
    """Seconds from a file of many nodes to its first paint."""
    path = folder / "large.loom"
    file.save(document(LARGEST), path)

    def run() -> None:
        session = editor.open(path)
        view = CanvasView(editor, session)
        show(view)
        view.repaint()
        view.close()
        editor.close(session)

    return statistics.median(wall(run) for _ in range(3))


def building(editor: EditorState, count: int, *, together: bool) -> float:
    """Seconds to build by edits in front of a canvas, each edit a step of its own or all one step."""
    session = editor.new(Document())
    view = CanvasView(editor, session)
    show(view)
    steps = [*(AddNode(node) for node in nodes(count)), *(Connect(edge) for edge in edges(count))]

    def run() -> None:
        if together:
            session.apply(Batch(tuple(steps)), "Build")
        else:
            for step in steps:
                session.apply(step, "Build")
        view.repaint()

    seconds = wall(run)
    view.close()
    editor.close(session)
    return seconds


def connecting(editor: EditorState) -> float:
    """Milliseconds to add one wire to a large graph, asked for and drawn, its cycle check included."""
    session = editor.new(document(LARGEST))
    view = CanvasView(editor, session)
    show(view)
    view.repaint()
    edge = Edge("n10", "out", f"n{LARGEST - 1}", "in", 2)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        session.apply(Connect(edge), "Connect")
        view.repaint()
        times.append(time.perf_counter() - start)
        session.undo()
        view.repaint()
    view.close()
    editor.close(session)
    return statistics.median(times) * 1000


def memory(editor: EditorState) -> float:
    """Megabytes that a large document adds, painted near and far."""
    process = psutil.Process()
    before = process.memory_info().rss
    session = editor.new(document(LARGEST))
    view = CanvasView(editor, session)
    show(view)
    view.repaint()
    for scale in (1.0, 0.45, 0.3, 0.1):
        view.zoom_to(scale)
        view.repaint()
    added = (process.memory_info().rss - before) / 2**20
    view.close()
    editor.close(session)
    return added


def tell(id: str, figure: float, unit: str, against: str, cases: dict[str, object]) -> None:
    """Print one figure."""
    about = environment.describe()
    line = {
        "id": id,
        "figure": figure,
        "unit": unit,
        "against": against,
        "cases": cases,
        "machine": f"{about['system']}, {about['machine']}, {about['cores']} cores",
        "versions": {"python": about["python"], "PySide6": PySide6.__version__},
    }
    print(json.dumps(line), flush=True)


def main() -> int:
    """Measure and print."""
    app = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NEUROLOOM_HOME"] = folder
        editor = EditorState()
        added = memory(editor)
        tell("P10", added, "MB", "", {f"{LARGEST} nodes": added})
        frames: dict[str, object] = {}
        for count in SIZES:
            frames[f"{count} canvas"] = frames_of_canvas(editor, count)
            frames[f"{count} bare painter"] = frames_bare(count)
        largest = frames[f"{LARGEST} canvas"]
        assert isinstance(largest, dict)
        tell("P5", max(largest.values()), "ms CPU", "a bare painter; full, pan, zoom, move", frames)
        connected = connecting(editor)
        cases = {
            f"open {LARGEST} to first paint (s)": opening(editor, Path(folder)),
            f"build {LARGEST} in one step (s)": building(editor, LARGEST, together=True),
            "build 1000 edit by edit (s)": building(editor, 1000, together=False),
            "connect one wire (ms)": connected,
        }
        tell("P6", cases[f"open {LARGEST} to first paint (s)"], "s", "", cases)
        editor.shut_down()
    return 0


if __name__ == "__main__":
    sys.exit(main())

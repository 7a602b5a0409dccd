"""What a run records of one node: its output as a picture, its gradient."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.parts import Facts, column
from app.state import TOP, Level, RunData
from app.theme import heat
from engine.messages.frames import FeatureMaps

TILE = 40
MOST_TILES = 48
STRIP = 14


class LiveView(QWidget):
    """The newest feature maps and norms of a node."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = MapsPicture(self)
        self.facts = Facts(self)
        whole = column(self, margin=0)
        whole.addWidget(self.picture)
        whole.addWidget(self.facts)

    def show_node(self, data: RunData | None, id: str, level: Level = TOP) -> bool:
        """Show what there is of a node of a level; says whether there is anything."""
        node = data.recorded(id, level) if data else ""
        maps = (data.maps.get(f"large/{node}") or data.maps.get(f"small/{node}")) if data else None
        self.picture.show_maps(maps)
        facts = _maps_facts(maps) if maps else []
        facts += _norm_facts(data, node) if data else []
        self.facts.show_facts(facts)
        return bool(facts)


class MapsPicture(QWidget):
    """Feature maps beside each other; a vector as one strip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps: FeatureMaps | None = None
        self._images: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Output of the node")

    def show_maps(self, maps: FeatureMaps | None) -> None:
        """Show other maps; none hides the picture."""
        if maps is self._maps:
            return
        self._maps = maps
        self._images = images(maps) if maps else []
        self.setVisible(bool(self._images))
        self.setFixedHeight(self._height(self.width()))
        self.update()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.setFixedHeight(self._height(self.width()))

    def sizeHint(self) -> QSize:
        return QSize(240, self._height(240))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        painter = QPainter(self)
        columns, side = self._tiles(self.width())
        for place, image in enumerate(self._images):
            down, across = divmod(place, columns)
            height = STRIP if self._is_strip() else side - 2
            painter.drawImage(QRectF(across * side, down * side, side - 2, height), image)
        painter.end()

    def _is_strip(self) -> bool:
        return self._maps is not None and self._maps.height == 1 and self._maps.count == 1

    def _tiles(self, width: int) -> tuple[int, float]:
        if self._is_strip():
            return 1, float(width)
        columns = max(1, min(len(self._images), width // TILE))
        return columns, width / columns if len(self._images) > 3 else min(width / columns, 2.0 * TILE)

    def _height(self, width: int) -> int:
        if not self._images or self._is_strip():
            return STRIP
        columns, side = self._tiles(max(width, TILE))
        return math.ceil(math.ceil(len(self._images) / columns) * side)


def images(maps: FeatureMaps) -> list[QImage]:
    """Each map as a picture in the colours of `heat`; 48 at most."""
    size = maps.height * maps.width
    if not size or len(maps.pixels) < size * maps.count:
        return []
    parts = [maps.pixels[place * size : (place + 1) * size] for place in range(min(maps.count, MOST_TILES))]
    return [_image(part, maps.width, maps.height) for part in parts]


def _image(pixels: bytes, width: int, height: int) -> QImage:
    indexed = QImage(pixels, width, height, width, QImage.Format.Format_Indexed8)
    indexed.setColorTable(heat())
    return indexed.convertToFormat(QImage.Format.Format_RGB32)


def _maps_facts(maps: FeatureMaps) -> list[tuple[str, str, str]]:
    return [
        ("Output", f"{maps.low:.3g} to {maps.high:.3g}", "Smallest and largest value, for one validation sample.")
    ]


def _norm_facts(data: RunData, node: str) -> list[tuple[str, str, str]]:
    norms = data.norms[-1] if data.norms else None
    if norms is None or node not in norms.nodes:
        return []
    place = norms.nodes.index(node)
    return [
        ("Gradient", f"{norms.gradients[place]:.3g}", "L2 norm of the gradients of this node's weights."),
        (
            "Update",
            f"{norms.ratios[place]:.2g} of the weights",
            "The last update over the weights, as L2 norms.",
        ),
    ]

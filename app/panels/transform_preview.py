"""Real samples before and after the recipe's transforms."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.parts import column, label, push_button
from app.state import EngineClient, Session
from app.theme import theme
from engine.graph import text
from engine.messages import protocol

COUNT: Final = 6
_GAP: Final = 3.0


class TransformPreview(QWidget):
    """A button that asks the engine, and the pictures it gives; each click draws anew."""

    def __init__(self, engine: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._session: Session | None = None
        self._shown: Any = None
        self._draw = 0
        self.button = push_button(
            "Preview", "Show what the transforms make of some training samples", self._ask, icon="image-multiple"
        )
        self.pictures = Pairs()
        self.message = label(wrap=True)
        self.message.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        whole = column(self, margin=0)
        for part in (self.button, self.pictures, self.message):
            whole.addWidget(part)

    def show_session(self, session: Session) -> None:
        """Offer a preview of a document's transforms; pictures of others go."""
        self._session = session
        recipe = session.document.recipe
        transforms = recipe.get("transforms") or []
        wanted = [id(session), recipe.get("data"), recipe.get("scaling"), transforms]
        if wanted != self._shown:
            self._shown = wanted
            self._show([], [])
        self.setVisible(bool(transforms))

    def _ask(self) -> None:
        if self._session is None:
            return
        self._draw += 1
        self.message.setText("The engine draws …")
        self.message.setVisible(True)
        asked = self._shown
        self._engine.ask(
            protocol.PreviewTransforms,
            lambda reply: self._take(reply, asked),
            design=text.dumps(self._session.document),
            count=COUNT,
            draw=self._draw,
        )

    def _take(self, reply: protocol.Reply, asked: object) -> None:
        if asked is not self._shown:
            return  # what it was asked about has changed
        if isinstance(reply, protocol.TransformedSamples):
            self._show(reply.before, reply.after)
        elif isinstance(reply, protocol.Failed):
            self._show([], [], reply.message)

    def _show(self, before: list[protocol.Picture], after: list[protocol.Picture], message: str = "") -> None:
        self.pictures.show_pairs([_image(each) for each in before], [_image(each) for each in after])
        self.message.setText(message or ("Above as they are, below as they are learnt from." if before else ""))
        self.message.setVisible(bool(self.message.text()))


class Pairs(QWidget):
    """Two rows of pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[list[QImage], list[QImage]] = ([], [])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Samples before and after the transforms")

    def show_pairs(self, before: list[QImage], after: list[QImage]) -> None:
        """Show pictures, or none."""
        self.rows = before, after
        self.setVisible(bool(before))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(round(2 * self._side(event.size().width()) + _GAP))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        painter = QPainter(self)
        side = self._side(self.width())
        for row, images in enumerate(self.rows):
            for place, image in enumerate(images):
                self._paint(painter, image, QRectF(place * (side + _GAP), row * (side + _GAP), side, side))
        painter.end()

    def _paint(self, painter: QPainter, image: QImage, box: QRectF) -> None:
        painter.fillRect(box, theme.color("plot_background"))
        share = min(box.width() / image.width(), box.height() / image.height())
        width, height = image.width() * share, max(image.height() * share, min(8.0, box.height()))
        place = QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height)
        smooth = share < 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, image)

    def _side(self, width: int) -> float:
        return max(8.0, (width - (COUNT - 1) * _GAP) / COUNT)


def _image(picture: protocol.Picture) -> QImage:
    formats = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888}
    row = picture.width * picture.channels
    return QImage(picture.pixels, picture.width, picture.height, row, formats[picture.channels]).copy()

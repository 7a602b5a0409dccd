"""The validation sample whose way through the network is shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.plots.live import LivePlot
from app.plots.parts import muted_label
from app.theme import theme
from engine.messages.frames import Samples

SIDE: Final = 96


class SampleView(LivePlot):
    """The sample's picture, its label, and what the network takes it for."""

    frames = (Samples,)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = _Picture()
        self.label, self.prediction = muted_label(), QLabel()
        self.prediction.setTextFormat(Qt.TextFormat.PlainText)
        for text in (self.label, self.prediction):
            text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 6, 8)
        column.setSpacing(4)
        column.addWidget(self.picture)
        column.addWidget(self.label)
        column.addWidget(self.prediction)
        column.addStretch(1)
        self.setFixedWidth(SIDE + 20)

    def reset(self) -> None:
        self._show(None)

    def refresh(self) -> None:
        self._show(self.data.sample if self.data is not None else None)

    def dress(self) -> None:
        self.mark()

    def _show(self, sample: Samples | None) -> None:
        self.picture.show_image(image_of(sample))
        self.label.setText(f"Label {sample.label}" if sample is not None and sample.label else "")
        predicted = sample.prediction if sample is not None else ""
        self.prediction.setText(f"Predicted {predicted}" if predicted else "")
        right = sample is not None and sample.prediction == sample.label
        palette = self.prediction.palette()
        palette.setColor(palette.ColorRole.WindowText, theme.color("success" if right else "error"))
        self.prediction.setPalette(palette)


class _Picture(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName("Validation sample")

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        size = self._image.size().scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio)
        size = size.expandedTo(QSize(1, 12))
        painter.drawImage(QRect(0, 0, size.width(), size.height()), self._image)


def image_of(sample: Samples | None) -> QImage:
    """The sample as a picture; a null one where there is none."""
    if sample is None or not sample.width or sample.channels not in (1, 3):
        return QImage()
    if len(sample.pixels) < sample.width * sample.height * sample.channels:
        return QImage()
    kind = QImage.Format.Format_Grayscale8 if sample.channels == 1 else QImage.Format.Format_RGB888
    line = sample.width * sample.channels
    return QImage(sample.pixels, sample.width, sample.height, line, kind).copy()

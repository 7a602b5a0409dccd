"""Notifications: messages in a corner that stop nothing and go by themselves."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.state import Notice
from app.theme import theme, tip

ICONS: Final = {
    "info": "information-outline",
    "success": "check-circle-outline",
    "warning": "alert-outline",
    "error": "alert-circle-outline",
}
SECONDS: Final = {"info": 6, "success": 5, "warning": 12, "error": 0}
"""How long a message of a level stays; an error until it is dismissed."""
OFFER: Final = 20
"""How long a message stays at least that offers something to do."""
AT_ONCE: Final = 4
WIDTH: Final = 380
MARGIN: Final = 16


class Toasts(QWidget):
    """The notifications of a window, newest at the bottom."""

    def __init__(self, window: QWidget, below: int = 0) -> None:
        super().__init__(window)
        self._window, self._below = window, below
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._toasts: list[Toast] = []
        self.setFixedWidth(WIDTH)
        window.installEventFilter(self)
        self.hide()

    @property
    def shown(self) -> list[Toast]:
        """The notifications that are seen, oldest first."""
        return list(self._toasts)

    def add(self, notice: Notice) -> None:
        """Show a notice; one that is shown already is shown anew."""
        for old in self._toasts:
            if old.notice.message == notice.message and old.notice.level == notice.level:
                self.remove(old)
        while len(self._toasts) >= AT_ONCE:
            self.remove(self._toasts[0])
        toast = Toast(notice, self)
        self._toasts.append(toast)
        self._column.addWidget(toast)
        toast.show()
        self._place()

    def remove(self, toast: Toast) -> None:
        """Take a notification away."""
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._column.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.setVisible(bool(self._toasts))
        if not self._toasts:
            return
        window = self._window
        self.setFixedWidth(min(WIDTH, window.width() - 2 * MARGIN))
        self.setFixedHeight(self._column.heightForWidth(self.width()))
        left = window.width() - self.width() - MARGIN
        self.move(left, window.height() - self.height() - MARGIN - self._below)
        self.raise_()


class Toast(QFrame):
    """One notification: level, message, a button where there is something to do, and a way to dismiss it."""

    def __init__(self, notice: Notice, toasts: Toasts) -> None:
        super().__init__(toasts)
        self.notice = notice
        self._toasts = toasts
        self._icon = QLabel()
        self._message = QLabel(notice.message)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.setMinimumWidth(60)
        dismiss = QToolButton()
        dismiss.setIcon(theme.icon("close", "muted"))
        dismiss.setIconSize(QSize(14, 14))
        dismiss.setToolTip(tip("Dismiss"))
        dismiss.setAccessibleName("Dismiss")
        dismiss.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 8, 9)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._message, 1)
        if notice.action:
            self.button = QPushButton(notice.action)
            self.button.clicked.connect(self._do)
            row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{notice.level}: {notice.message}")
        self._life = QTimer(self, singleShot=True, interval=1000 * _seconds(notice))
        self._life.timeout.connect(self.dismiss)
        theme.changed.connect(self._dress)
        self._dress()
        self._live()

    def dismiss(self) -> None:
        """Take it away."""
        self._toasts.remove(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._life.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._live()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("card_border"))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self.notice.level))
        painter.drawRoundedRect(5, 8, 3, self.height() - 16, 1.5, 1.5)

    def _live(self) -> None:
        if _seconds(self.notice):
            self._life.start()

    def _do(self) -> None:
        self.dismiss()
        if self.notice.do is not None:
            self.notice.do()

    def _dress(self) -> None:
        self._icon.setPixmap(theme.icon(ICONS[self.notice.level], self.notice.level).pixmap(QSize(18, 18)))
        self.update()


def _seconds(notice: Notice) -> int:
    stays = SECONDS[notice.level]
    return max(stays, OFFER) if stays and notice.action else stays

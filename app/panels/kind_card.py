"""What a kind is, on a small card: help, equation, curve, shapes, source."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtWidgets import QWidget

from app.panels.curve_picture import CurvePicture
from app.panels.parts import Sign, column, label, row
from app.theme import theme, tip
from engine.catalog import NodeKind

_JOINT: Final = re.compile(r"([._·,(/])(?=\S)")


class KindCard(QWidget):
    """The documentation of one kind."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("About the kind")
        self._sign = Sign("cube-outline", side=18)
        self._title = label()
        self._title.setFont(theme.font(bold=True))
        self._help = label(wrap=True)
        self._equation = label(wrap=True, selectable=True)
        self._equation.setFont(theme.mono())
        self.curve = CurvePicture(height=150)
        self._details = label(muted=True, wrap=True, selectable=True)
        layout = column(self, margin=10, spacing=5)
        heading = row(self._sign, self._title)
        heading.addStretch(1)
        layout.addLayout(heading)
        for part in (self._help, self._equation, self.curve, self._details):
            layout.addWidget(part)
        layout.addStretch(1)

    def show_kind(self, kind: type[NodeKind]) -> None:
        """Show another kind."""
        self._sign.show_icon(kind.icon, f"category:{kind.category}")
        self._title.setText(kind.title)
        for part, text in (
            (self._help, kind.help()),
            (self._equation, kind.equation),
            (self._details, details(kind)),
        ):
            part.setText(breakable(text))
            part.setVisible(bool(text))
        self.curve.setVisible(self.curve.show_kind(kind.parse({})))


def details(kind: type[NodeKind]) -> str:
    """The shapes of a kind, one a line, and its source: its docstring without headings."""
    lines = (line.strip() for line in kind.details().splitlines())
    return "\n".join(line for line in lines if line and line not in ("Shapes:", "Source:"))


def breakable(text: str) -> str:
    """The text with places to break long dotted names and formulas, which a narrow panel would cut off."""
    return _JOINT.sub("\\1\u200b", text)


def kind_tip(kind: type[NodeKind]) -> str:
    """A kind's tool tip."""
    return tip(kind.title, kind.help(), kind.equation, details(kind))

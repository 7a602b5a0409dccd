"""Palette and style sheet made of the theme's roles: the palette does the work, the sheet what it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QColor, QPalette

Colours = Callable[[str], QColor]
_HERE = Path(__file__).parent
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

_PALETTE = {
    QPalette.ColorRole.Window: "panel",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "field",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "error",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.Light: "hover",
    QPalette.ColorRole.Midlight: "raised",
    QPalette.ColorRole.Mid: "field_border",
    QPalette.ColorRole.Dark: "field_border",
    QPalette.ColorRole.Shadow: "window",
}
_DISABLED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


def palette(color: Colours) -> QPalette:
    """The application's palette."""
    made = QPalette()
    for part, role in _PALETTE.items():
        made.setColor(part, color(role))
    faded = color("muted")
    faded.setAlphaF(0.65)
    for part in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, part, faded)
    return made


def sheet(color: Colours, scheme: str) -> str:
    """The application's style sheet: docks, bars, menus, tool tips, scroll bars, fields.

    `@role` stands for a colour, `@name.svg` for the scheme's picture of that name.

    Raises:
        KeyError: the sheet names a role that the theme lacks.
    """
    written = (_HERE / "style.qss").read_text(encoding="utf-8")
    pictured = re.sub(
        r"@(\w+)\.svg", lambda found: (_HERE / f"{found[1]}-{scheme}.svg").as_posix(), _COMMENT.sub("", written)
    )
    return re.sub(r"@(\w+)", lambda found: color(found[1]).name(), pictured)

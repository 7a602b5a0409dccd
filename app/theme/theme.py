"""The theme in force: one object that gives colours, icons and fonts by what they are for."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication

from app.theme import colours, icons, style
from app.theme.roles import CATEGORY_TONE, COLOURS, HUES, SERIES, Choice, Scheme


class Theme(QObject):
    """Colours by role in the scheme in force.

    Signals:
        changed(): another scheme is in force; what paints itself must paint again.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheme: Scheme = "light"
        self._choice: Choice = "light"
        self._colours: dict[str, QColor] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._app: QApplication | None = None
        self._read_colours()

    @property
    def name(self) -> Scheme:
        """The scheme in force."""
        return self._scheme

    @property
    def choice(self) -> Choice:
        """What was asked for; "system" follows the desktop."""
        return self._choice

    @property
    def dark(self) -> bool:
        """Whether the scheme in force is the dark one."""
        return self._scheme == "dark"

    def color(self, role: str) -> QColor:
        """The colour of a role (see `ROLES`), or of a category of kinds written `category:Name`."""
        found = self._colours.get(role)
        if found is not None:
            return QColor(found)
        if role.startswith("category:"):
            return self.category(role.removeprefix("category:"))
        raise KeyError(f"A colour must have one of the theme's roles. Received: {role!r}")

    def series(self, index: int) -> QColor:
        """The colour of a plot's curve; told apart with each kind of colour blindness, repeats after eight."""
        names = SERIES[self._scheme]
        return QColor(names[index % len(names)])

    def category(self, category: str) -> QColor:
        """The colour of a category of kinds; a category not foreseen gets one of its own, always the same."""
        hue = HUES.get(category.lower())
        if hue is None:
            hue = zlib.crc32(category.lower().encode()) % 360
        lightness, chroma = CATEGORY_TONE[self._scheme]
        return QColor(*colours.oklch(lightness, chroma, hue))

    def icon(self, name: str, role: str = "text") -> QIcon:
        """An mdi6 icon in a role's colour, sharp at every scale; it follows the scheme by itself."""
        key = (name, role)
        if key not in self._icons:
            engine = icons.GlyphEngine(icons.glyph(name), lambda mode: self._icon_colour(mode, role))
            self._icons[key] = QIcon(engine)
        return self._icons[key]

    def font(self, *, scale: float = 1.0, bold: bool = False) -> QFont:
        """The system's font with tabular figures, larger or smaller by a factor."""
        font = QFont(self._app.font()) if self._app else with_tabular_figures(QFont())
        font.setPointSizeF(font.pointSizeF() * scale)
        font.setBold(bold)
        return font

    def mono(self, *, scale: float = 1.0) -> QFont:
        """The system's font for source code."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF() * scale)
        return font

    def apply(self, app: QApplication, choice: Choice) -> None:
        """Dress the application: Fusion style, palette, style sheet, font."""
        if self._app is None:
            self._app = app
            app.setStyle("Fusion")
            app.setFont(with_tabular_figures(app.font()))
            app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._choice = choice
        self._scheme = self._wanted(app)
        self._read_colours()
        app.setPalette(style.palette(self.color))
        app.setStyleSheet(style.sheet(self.color, self._scheme))
        self.changed.emit()

    def _wanted(self, app: QApplication) -> Scheme:
        if self._choice != "system":
            return self._choice
        return "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"

    def _system_changed(self) -> None:
        if self._choice == "system" and self._app is not None and self._wanted(self._app) != self._scheme:
            self.apply(self._app, "system")

    def _read_colours(self) -> None:
        self._colours = {role: QColor(value) for role, value in COLOURS[self._scheme].items()}

    def _icon_colour(self, mode: QIcon.Mode, role: str) -> QColor:
        if mode != QIcon.Mode.Disabled:
            return self.color(role)
        faded = self.color("muted")
        faded.setAlphaF(0.55)
        return faded


def with_tabular_figures(font: QFont) -> QFont:
    """The font with figures of one width, where it has them."""
    chosen = QFont(font)
    chosen.setFeature(QFont.Tag.fromString("tnum"), 1)
    return chosen


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """A blend of two colours; `share` of the other, 0 to 1."""
    channels: Sequence[tuple[int, int]] = (
        (one.red(), other.red()),
        (one.green(), other.green()),
        (one.blue(), other.blue()),
    )
    return QColor(*(round(a + (b - a) * share) for a, b in channels))


theme = Theme()

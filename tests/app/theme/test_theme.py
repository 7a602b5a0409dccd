"""The theme dresses the application, and icons follow it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.theme import ROLES, mix, theme, tip
from app.theme.theme import Theme
from engine.nodes import standard_catalog

SIZE = QSize(32, 32)


def test_apply_gives_palette_sheet_and_news(qtbot: QtBot, qapp: QApplication) -> None:
    for scheme in ("dark", "light"):
        with qtbot.waitSignal(theme.changed):
            theme.apply(qapp, scheme)  # type: ignore[arg-type]
        assert theme.name == scheme
        assert qapp.palette().color(QPalette.ColorRole.Base) == theme.color("field")
        assert theme.color("card_border").name() in qapp.styleSheet()
        assert "@" not in qapp.styleSheet()


def test_every_role_has_a_colour_and_others_are_refused() -> None:
    assert all(theme.color(role).isValid() for role in ROLES)
    with pytest.raises(KeyError, match=r"must have one of the theme's roles. Received: 'colour of the sky'"):
        theme.color("colour of the sky")


def test_a_colour_given_away_is_a_copy() -> None:
    theme.color("text").setAlpha(0)
    assert theme.color("text").alpha() == 255


def test_unforeseen_categories_keep_their_colour() -> None:
    assert theme.category("Quantum") == theme.category("quantum") == Theme().category("Quantum")
    assert theme.category("Quantum") != theme.category("Spiking")
    assert theme.color("category:Pooling") == theme.category("Pooling")


def test_icons_are_cached_sharp_and_follow_the_scheme(qapp: QApplication) -> None:
    icon = theme.icon("mdi6.play", "accent")
    assert theme.icon("mdi6.play", "accent") is icon
    sharp = icon.pixmap(SIZE, 2.0)
    assert sharp.size() == SIZE * 2
    for scheme in ("dark", "light"):
        theme.apply(qapp, scheme)  # type: ignore[arg-type]
        assert _ink(icon) == theme.color("accent")


def test_every_kind_has_an_icon_of_the_family(qapp: QApplication) -> None:
    unknown = theme.icon("mdi6.no-such-icon").pixmap(SIZE).toImage()
    for kind in standard_catalog():
        assert theme.icon(kind.icon).pixmap(SIZE).toImage() != unknown, kind.icon


def test_figures_have_one_width(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    metrics = QFontMetricsF(theme.font())
    assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("8888"))


def test_system_follows_the_desktop(qapp: QApplication) -> None:
    theme.apply(qapp, "system")
    dark = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert (theme.choice, theme.dark) == ("system", dark)
    theme.apply(qapp, "light")


def test_tips_are_plain_texts(qtbot: QtBot) -> None:
    assert "<img" not in tip("<img src=/etc/passwd>")
    shown = QLabel(tip("a < b", "", "second\nthird", shortcut="Ctrl+N"))
    qtbot.addWidget(shown)
    assert "a &lt; b" in shown.text()
    assert "second<br>third" in shown.text()
    assert tip("", "") == ""


def test_mix_goes_from_one_to_the_other() -> None:
    black, white = QColor(0, 0, 0), QColor(255, 255, 255)
    assert [mix(black, white, share).red() for share in (0, 0.5, 1)] == [0, 128, 255]


def _ink(icon: object) -> QColor:
    picture = icon.pixmap(SIZE).toImage()  # type: ignore[attr-defined]
    return max(
        (picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())),
        key=QColor.alpha,
    )

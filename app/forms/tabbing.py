"""The way of the keyboard through forms that grow."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def stops(whole: QWidget) -> list[QWidget]:
    """What Tab reaches in a widget, in the order in which its parts stand."""
    return list(_stops(whole))


def tab_through(found: list[QWidget]) -> None:
    """Let Tab go from one to the next; Qt's own order is that in which they were made."""
    for before, after in itertools.pairwise(found):
        QWidget.setTabOrder(before, after)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    reached = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    if reached and widget.focusProxy() is None:
        yield widget
    layout = widget.layout()
    if layout is not None:
        yield from _laid_out(layout)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from _stops(widget)
        elif inner is not None:
            yield from _laid_out(inner)

"""Docks: which panels there are, where they stand at first, and the arrangements on F5, F6 and F7."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from PySide6.QtCore import QByteArray, QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMainWindow, QWidget
from PySide6QtAds import (
    BottomDockWidgetArea,
    CDockManager,
    CDockWidget,
    DockAreaCloseIcon,
    DockAreaMenuIcon,
    LeftDockWidgetArea,
    RightDockWidgetArea,
    TabCloseIcon,
)

from app.actions import Arrangement
from app.theme import theme
from app.window.lazy import Lazy

LAYOUT_VERSION: Final = 1
LEAST_LEFT: Final = 190
LEAST_RIGHT: Final = 300


class DockSpec(msgspec.Struct, frozen=True):
    """A dock: its id and title, its icon, and what makes its content when it is first seen."""

    id: str
    title: str
    icon: str
    make: Callable[[], QWidget]


class Plan(msgspec.Struct, frozen=True):
    """An arrangement: the docks that are closed, the tabs in front, and how much the areas take.

    Shares are of the whole: `left` and `right` of the width, `plots` and `bottom` of the height.
    """

    closed: frozenset[str]
    front: tuple[str, ...]
    left: float
    right: float
    plots: float
    bottom: float


PLANS: Final[dict[Arrangement, Plan]] = {
    "design": Plan(frozenset(), ("inspector", "training", "maps", "problems"), 0.155, 0.212, 0.3, 0.13),
    "train": Plan(frozenset({"palette", "problems", "python"}), ("training", "maps"), 0.0, 0.2, 0.48, 0.0),
    "analyse": Plan(
        frozenset({"palette", "problems", "python", "training"}), ("runs", "gradients"), 0.0, 0.2, 0.68, 0.0
    ),
}


class Docks(QObject):
    """The docks of a window around its documents.

    Signals:
        changed(): a dock was shown or hidden.
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, documents: QWidget, specs: list[DockSpec]) -> None:
        super().__init__(window)
        _configure()
        self.specs = specs
        self.manager = CDockManager(window)
        _set_icons(self.manager)
        self._docks: dict[str, CDockWidget] = {}
        self.arrangement: Arrangement = "design"
        self.cleared = False
        self._build(documents)
        self._base = self.manager.saveState(LAYOUT_VERSION)
        self._hide_title_of_documents()

    def content(self, id: str) -> QWidget:
        """The panel in a dock, made now where it was not."""
        lazy = self._docks[id].widget()
        assert isinstance(lazy, Lazy), "every dock is filled lazily"
        return lazy.ensure()

    def is_open(self, id: str) -> bool:
        """Whether a dock is shown, be it behind another tab."""
        return not self._docks[id].isClosed()

    def set_open(self, id: str, open: bool) -> None:
        """Show a dock, in front of its tabs, or hide it."""
        self._docks[id].toggleView(open)
        if open:
            self._docks[id].setAsCurrentTab()

    def set_title(self, id: str, title: str) -> None:
        """Write another title on a dock."""
        self._docks[id].setWindowTitle(title)

    def show(self, id: str) -> None:
        """Bring a dock to the front."""
        self.set_open(id, True)

    def clear(self) -> None:
        """Close every dock: there is no document to which they could say anything."""
        self.cleared = True
        for dock in self._docks.values():
            dock.toggleView(False)

    def arrange(self, name: Arrangement) -> None:
        """Put the docks as an arrangement plans them."""
        self.cleared = False
        self.manager.restoreState(self._base, LAYOUT_VERSION)
        self._hide_title_of_documents()
        self.begin(name)
        self.resize(PLANS[name])

    def begin(self, name: Arrangement) -> None:
        """Take an arrangement for the docks as they were built; sizes follow once the window has one."""
        plan = PLANS[name]
        self.arrangement = name
        for id, dock in self._docks.items():
            if dock.isClosed() != (id in plan.closed):
                dock.toggleView(id not in plan.closed)
        for id in plan.front:
            self._docks[id].setAsCurrentTab()
        QTimer.singleShot(0, self, lambda: self.resize(plan))
        self.changed.emit()

    def resize(self, plan: Plan) -> None:
        """Give the areas the shares of a plan; at the sides no less than forms need."""
        width, height = self.manager.width(), self.manager.height()
        left = max(plan.left * width, LEAST_LEFT) if plan.left else 0
        right = max(plan.right * width, LEAST_RIGHT)
        self._split("palette", left, width - left - right, right)
        self._split("inspector", 0.58 * height, 0.42 * height)
        self._split("curves", 0.5 * width, 0.5 * width)
        self._split_plots(plan, height)
        self._split("problems", (1 - plan.bottom) * height, plan.bottom * height)

    def save(self) -> bytes:
        """The docks' places, to remember."""
        return bytes(self.manager.saveState(LAYOUT_VERSION).data())

    def restore(self, state: bytes) -> bool:
        """Put the docks back as remembered; False where that is not possible."""
        self.cleared = False
        done = bool(self.manager.restoreState(QByteArray(state), LAYOUT_VERSION))
        self._hide_title_of_documents()
        self.changed.emit()
        return done

    def _build(self, documents: QWidget) -> None:
        centre = CDockWidget(self.manager, "Documents")
        centre.setObjectName("documents")
        centre.setWidget(documents, CDockWidget.eInsertMode.ForceNoScrollArea)
        middle = self.manager.setCentralWidget(centre)
        for spec in self.specs:
            self._docks[spec.id] = self._make(spec)
        plots = self.manager.addDockWidget(BottomDockWidgetArea, self._docks["curves"], middle)
        views = self.manager.addDockWidget(RightDockWidgetArea, self._docks["maps"], plots)
        self.manager.addDockWidgetTabToArea(self._docks["gradients"], views)
        self.manager.addDockWidgetTabToArea(self._docks["confusion"], views)
        self.manager.addDockWidget(LeftDockWidgetArea, self._docks["palette"])
        inspector = self.manager.addDockWidget(RightDockWidgetArea, self._docks["inspector"])
        training = self.manager.addDockWidget(BottomDockWidgetArea, self._docks["training"], inspector)
        self.manager.addDockWidgetTabToArea(self._docks["runs"], training)
        problems = self.manager.addDockWidget(BottomDockWidgetArea, self._docks["problems"])
        self.manager.addDockWidgetTabToArea(self._docks["python"], problems)

    def _hide_title_of_documents(self) -> None:
        """A restored layout has a new area around the documents, with a title bar that says nothing."""
        self.manager.centralWidget().dockAreaWidget().titleBar().hide()

    def _make(self, spec: DockSpec) -> CDockWidget:
        dock = CDockWidget(self.manager, spec.title)
        dock.setObjectName(spec.id)
        dock.setIcon(theme.icon(spec.icon, "muted"))
        dock.setWidget(Lazy(spec.make), CDockWidget.eInsertMode.ForceNoScrollArea)
        dock.setMinimumSizeHintMode(CDockWidget.eMinimumSizeHintMode.MinimumSizeHintFromDockWidget)
        dock.viewToggled.connect(lambda _open: self.changed.emit())
        return dock

    def _split(self, id: str, *sizes: float) -> None:
        area = self._docks[id].dockAreaWidget()
        if area is not None and len(self.manager.splitterSizes(area)) == len(sizes):
            self.manager.setSplitterSizes(area, [round(size) for size in sizes])

    def _split_plots(self, plan: Plan, height: int) -> None:
        area = self.manager.centralWidget().dockAreaWidget()
        if len(self.manager.splitterSizes(area)) == 2:
            rest = height * (1 - plan.bottom)
            self.manager.setSplitterSizes(area, [round(rest - height * plan.plots), round(height * plan.plots)])


def _set_icons(manager: CDockManager) -> None:
    icons = manager.iconProvider()
    for place, name in (
        (TabCloseIcon, "close"),
        (DockAreaCloseIcon, "close"),
        (DockAreaMenuIcon, "chevron-down"),
    ):
        icons.registerCustomIcon(place, QIcon(theme.icon(name, "muted")))  # it deletes what it is given


def _configure() -> None:
    flag = CDockManager.eConfigFlag
    for name, on in (
        (flag.DisableStylesheet, True),
        (flag.OpaqueSplitterResize, True),
        (flag.XmlCompressionEnabled, True),
        (flag.AlwaysShowTabs, True),
        (flag.DockAreaHasCloseButton, True),
        (flag.DockAreaCloseButtonClosesTab, True),
        (flag.DockAreaHasUndockButton, False),
        (flag.DockAreaHasTabsMenuButton, True),
        (flag.DockAreaDynamicTabsMenuButtonVisibility, True),
        (flag.ActiveTabHasCloseButton, False),
        (flag.AllTabsHaveCloseButton, False),
        (flag.DoubleClickUndocksWidget, False),
    ):
        CDockManager.setConfigFlag(name, on)

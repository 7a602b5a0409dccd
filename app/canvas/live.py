"""Live pictures: hands the feature maps of the shown run to the cards."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from app.canvas.stage import Stage
from app.state.level import local
from engine.messages.frames import FeatureMaps, Frame

_SIZE = "small"


class Live(QObject):
    """Follows the runs; shows pictures only while the shown run is the session's own."""

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage, self._runs = stage, stage.editor.runs
        self.enabled = True
        self._runs.frames_arrived.connect(self._take)
        self._runs.shown_changed.connect(self.refresh)
        self.refresh()

    def enable(self, on: bool) -> None:
        """Show pictures, or none."""
        self.enabled = on
        self.refresh()

    def refresh(self) -> None:
        """Show what is known of the shown run, nothing of another's."""
        self._stage.scene.hide_pictures()
        data = self._runs.data
        if self._shows() and data is not None:
            self._show(data.maps.values())

    def _take(self, frames: Iterable[Frame]) -> None:
        if self._shows():
            self._show(frames)

    def _shows(self) -> bool:
        data = self._runs.data
        return self.enabled and data is not None and data.run == self._runs.of(self._stage.session)

    def _show(self, frames: Iterable[Frame]) -> None:
        level = self._stage.session.level
        maps = (frame for frame in frames if isinstance(frame, FeatureMaps) and frame.size == _SIZE)
        newest = {local(frame.node, level): frame for frame in maps}
        self._stage.scene.show_pictures(newest)

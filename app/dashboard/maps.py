"""Feature maps of the selected node; the run is told which node and which sample to record."""

from __future__ import annotations

from app.dashboard.view import RunView
from app.plots import LivePlot
from app.state import TOP, EditorState, Session
from app.state.runs import LIVE
from engine.messages.frames import FeatureMaps


class FeatureMapsView(RunView):
    """Follows the selection of the document in front."""

    def __init__(self, editor: EditorState, empty: str) -> None:
        self._session: Session | None = None
        self._id, self._level, self._node, self._sample = "", TOP, "", 0
        self._asked: tuple[str, str, int] | None = None
        super().__init__(editor, FeatureMaps, empty, "view-grid-outline")
        editor.current_changed.connect(self._follow)
        editor.runs.list_changed.connect(self._ask)
        self._follow(editor.current)

    def made(self, plot: LivePlot) -> None:
        plot.sample_wanted.connect(self._choose_sample)  # type: ignore[attr-defined]  # the plot of FeatureMaps
        self._show_node()

    def _follow(self, session: Session | None) -> None:
        if self._session is not None:
            self._session.selection_changed.disconnect(self._select)
        self._session = session
        if session is not None:
            session.selection_changed.connect(self._select)
            self._select(session.selection)

    def _select(self, ids: tuple[str, ...]) -> None:
        if ids and self._session is not None:
            self._id, self._level = ids[-1], self._session.level
            self._ask()

    def _choose_sample(self, sample: int) -> None:
        self._sample = sample
        self._ask()

    def _show_run(self) -> None:
        super()._show_run()
        self._ask()

    def _show_node(self) -> None:
        data = self.editor.runs.data
        if not self._id and data is not None and data.maps:
            self._id, self._level = next(iter(data.maps.values())).node, TOP
        known = data.recorded(self._id, self._level) if data is not None else ""
        self._node = known or self._id
        if self.plot is not None:
            self.plot.show_node(self._node)  # type: ignore[attr-defined]

    def _ask(self) -> None:
        """Have the large maps of the node recorded, once for each choice, while the run is under way."""
        self._show_node()
        info = self.editor.runs.shown
        if info is None or info.status not in LIVE or not self._node:
            return
        wanted = (info.run, self._node, self._sample)
        if wanted != self._asked:
            self._asked = wanted
            self.editor.runs.watch(info.run, self._node, self._sample)

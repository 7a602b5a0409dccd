"""What has been recorded of one run, as plots read it."""

from __future__ import annotations

from array import array
from typing import Final

from app.state.level import Level, local
from engine.messages.frames import ConfusionMatrix, FeatureMaps, Frame, LayerNorms, Progress, Samples, Scalars

NORMS: Final = 4096


class RunData:
    """The frames of a run, sorted for reading: series grow, pictures are replaced by newer ones.

    `series` maps a name to its steps and values, `epochs` to the epoch of each. Of norms at most `NORMS`
    are kept: when there are more, every second goes, and `thinned` counts how often that happened.
    """

    def __init__(self, run: str) -> None:
        self.run = run
        self.series: dict[str, tuple[array[float], array[float]]] = {}
        self.epochs: dict[str, array[float]] = {}
        self.norms: list[LayerNorms] = []
        self.thinned = 0
        self.maps: dict[str, FeatureMaps] = {}
        self.tables: dict[str, ConfusionMatrix] = {}
        self.sample: Samples | None = None
        self.progress: Progress | None = None

    def clear(self) -> None:
        """Forget all: the history comes again."""
        self.__init__(self.run)  # type: ignore[misc]  # one list of what a run starts with

    def add(self, frame: Frame) -> None:
        """Take a frame."""
        match frame:
            case Scalars():
                for name, value in frame.values.items():
                    self._add_value(name, frame.step, frame.epoch, value)
            case LayerNorms():
                self._add_norms(frame)
            case FeatureMaps():
                self.maps[frame.key] = frame
            case ConfusionMatrix():
                self.tables[frame.key] = frame
            case Samples():
                self.sample = frame
            case Progress():
                self.progress = frame

    def last(self, name: str) -> float | None:
        """The newest value of a series."""
        series = self.series.get(name)
        return series[1][-1] if series and series[1] else None

    def recorded(self, id: str, level: Level) -> str:
        """What the run calls a node of a level; empty where it has recorded nothing of it."""
        known = {frame.node for frame in self.maps.values()} | set(self.norms[-1].nodes if self.norms else ())
        return next((path for path in sorted(known) if local(path, level) == id), "")

    def maps_of(self, node: str) -> FeatureMaps | None:
        """The newest pictures of a node's output, the large ones where both are of the same sample."""
        large, small = self.maps.get(f"large/{node}"), self.maps.get(f"small/{node}")
        if large is None or small is None:
            return large or small
        return small if small.step > large.step and small.sample != large.sample else large

    def _add_value(self, name: str, step: int, epoch: float, value: float) -> None:
        if name not in self.series:
            self.series[name] = array("d"), array("d")
            self.epochs[name] = array("d")
        steps, values = self.series[name]
        steps.append(step)
        values.append(value)
        self.epochs[name].append(epoch)

    def _add_norms(self, frame: LayerNorms) -> None:
        if self.norms and self.norms[-1].nodes != frame.nodes:
            self.norms.clear()
            self.thinned += 1
        self.norms.append(frame)
        if len(self.norms) > NORMS:
            del self.norms[1::2]
            self.thinned += 1

"""What has been recorded of one run, as plots read it."""

from __future__ import annotations

from engine.messages.frames import FeatureMaps, Frame, LayerNorms, Progress, Samples, Scalars


class RunData:
    """The frames of a run, sorted for reading: series grow, pictures are replaced by newer ones."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.series: dict[str, tuple[list[float], list[float]]] = {}
        self.epochs: dict[str, list[float]] = {}
        self.norms: list[LayerNorms] = []
        self.maps: dict[str, FeatureMaps] = {}
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
                    steps, values = self.series.setdefault(name, ([], []))
                    steps.append(frame.step)
                    values.append(value)
                    self.epochs.setdefault(name, []).append(frame.epoch)
            case LayerNorms():
                self.norms.append(frame)
            case FeatureMaps():
                self.maps[frame.key] = frame
            case Samples():
                self.sample = frame
            case Progress():
                self.progress = frame

    def last(self, name: str) -> float | None:
        """The newest value of a series."""
        series = self.series.get(name)
        return series[1][-1] if series and series[1] else None

"""What the terminal shows while a run goes on: read from the run's folder, as any other viewer does."""

from __future__ import annotations

import collections
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from engine.cli.output import say, screen
from engine.errors import RunError
from engine.messages.frames import Frame, Progress, Scalars
from engine.runs import RunFolder, Tail

if TYPE_CHECKING:
    from rich.console import RenderableType

PERIOD: Final = 0.2
ROWS: Final = 10
BARS: Final = "▁▂▃▄▅▆▇█"
WIDTH: Final = 48


@contextmanager
def shown(run: RunFolder) -> Iterator[None]:
    """Show a run's progress while the block runs: live in a terminal, else a line an epoch."""
    story = Story()
    stop = threading.Event()
    follow = _follow_live if screen().is_terminal else _follow_in_lines
    thread = threading.Thread(target=follow, args=(run, story, stop), name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Story:
    """What is known of a run so far: how far it is, and by epoch the means of its values."""

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self.epochs: dict[int, dict[str, float]] = {}
        self._counts: collections.Counter[tuple[int, str]] = collections.Counter()
        self.losses: list[float] = []
        self.started = time.monotonic()

    def add(self, frames: list[Frame]) -> None:
        """Take frames in order."""
        for frame in frames:
            if isinstance(frame, Progress):
                self.progress = frame
            elif isinstance(frame, Scalars):
                self._take(frame)

    def _take(self, frame: Scalars) -> None:
        epoch = max(1, math.ceil(frame.epoch - 1e-9))
        values = self.epochs.setdefault(epoch, {})
        for name, value in frame.values.items():
            self._counts[epoch, name] += 1
            before = values.get(name, value)
            values[name] = before + (value - before) / self._counts[epoch, name]
        if "train/loss" in frame.values:
            self.losses.append(frame.values["train/loss"])

    def finished(self) -> list[int]:
        """The epochs that were validated, or that another has followed."""
        last = max(self.epochs, default=0)
        return [epoch for epoch, values in self.epochs.items() if epoch < last or any(map(_is_val, values))]

    def columns(self) -> list[str]:
        """Names of values: loss first, train before validation."""
        names = {name for values in self.epochs.values() for name in values}
        kept = [name for name in names if name.startswith(("train/", "val/"))]
        return sorted(kept, key=lambda name: (not name.endswith("/loss"), name.partition("/")[2], name))


def _is_val(name: str) -> bool:
    return name.startswith("val/")


def _follow_live(run: RunFolder, story: Story, stop: threading.Event) -> None:
    from rich.live import Live

    with Tail(run) as tail, Live(console=screen(), refresh_per_second=8, transient=False) as live:
        while True:
            ending = stop.is_set()
            _read(tail, story)
            live.update(picture(story))
            if ending:
                return
            stop.wait(PERIOD)


def _follow_in_lines(run: RunFolder, story: Story, stop: threading.Event) -> None:
    said: set[int] = set()
    with Tail(run) as tail:
        while True:
            ending = stop.is_set()
            _read(tail, story)
            for epoch in story.finished():
                if epoch not in said and (
                    ending or any(map(_is_val, story.epochs[epoch])) or epoch < max(story.epochs)
                ):
                    said.add(epoch)
                    say(line(story, epoch))
            if ending:
                return
            stop.wait(PERIOD)


def _read(tail: Tail, story: Story) -> None:
    try:
        story.add(tail.poll())
    except RunError as error:
        screen().print(str(error), style="yellow", markup=False)


def line(story: Story, epoch: int) -> str:
    """One epoch in a line."""
    of = f"/{story.progress.epochs}" if story.progress else ""
    values = story.epochs[epoch]
    parts = [f"{name} {values[name]:.4g}" for name in story.columns() if name in values]
    return f"epoch {epoch}{of}: " + ", ".join(parts)


def picture(story: Story) -> RenderableType:
    """The live display: a bar, the last epochs in a table, the loss as a row of bars."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[RenderableType] = []
    columns = story.columns()
    if columns:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
        table.add_column("epoch", justify="right")
        for name in columns:
            table.add_column(name, justify="right", style="cyan" if name.startswith("train/") else "yellow")
        for epoch in sorted(story.epochs)[-ROWS:]:
            values = story.epochs[epoch]
            table.add_row(str(epoch), *(f"{values[name]:.4f}" if name in values else "" for name in columns))
        parts += [table, Text()]
    if len(story.losses) > 1:
        parts.append(Text(f"loss {sparkline(story.losses)}", style="cyan"))
    parts.append(_bar(story))
    return Group(*parts)


def _bar(story: Story) -> RenderableType:
    from rich.progress_bar import ProgressBar
    from rich.spinner import Spinner
    from rich.table import Table

    now = story.progress
    if now is None:
        return Spinner("dots", text=f"Loading torch and data … {time.monotonic() - story.started:.0f} s")
    row = Table.grid(padding=(0, 2))
    bar = ProgressBar(
        total=max(1, now.steps), completed=now.step, width=24, complete_style="cyan", finished_style="green"
    )
    left = f"{clock(now.eta)} left" if now.eta and now.status == "running" else now.status
    row.add_row(bar, f"epoch {now.epoch}/{now.epochs}", f"{now.rate:,.0f} samples/s", left)
    return row


def sparkline(values: list[float]) -> str:
    """The last values as a row of bars, each the mean of a stretch."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return ""
    stretch = max(1, math.ceil(len(finite) / WIDTH))
    means = [sum(part) / len(part) for i in range(0, len(finite), stretch) if (part := finite[i : i + stretch])]
    low, high = min(means), max(means)
    scale = (len(BARS) - 1) / (high - low) if high > low else 0.0
    return "".join(BARS[round((mean - low) * scale)] for mean in means)


def clock(seconds: float) -> str:
    """A time as `1:02:03` or `2:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

"""The picture of the curves: its numbers, and that the curves are on it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from engine.cli import picture
from engine.cli.progress import Story, clock, line, sparkline
from engine.messages.frames import Progress, Scalars
from engine.runs import RunFolder, RunWriter
from tests.support.designs import tiny


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (0.03, 2.31, (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)),
        (-3.0, 4.0, (-4.0, -2.0, 0.0, 2.0, 4.0)),
        (5.0, 5.0, (4.4, 4.6, 4.8, 5.0, 5.2, 5.4, 5.6)),
    ],
)
def test_axes_have_round_ticks_that_hold_all_values(low: float, high: float, ticks: tuple[float, ...]) -> None:
    span = picture.span([(low, high)])
    assert span.low <= low
    assert span.high >= high
    if low < high:
        np.testing.assert_allclose(span.ticks, ticks)
    steps = np.diff(span.ticks)
    np.testing.assert_allclose(steps, steps[0])


@pytest.mark.parametrize("epochs", [1, 3, 10, 100, 1_234])
def test_epochs_are_counted_in_whole_numbers(epochs: int) -> None:
    span = picture.span([(0.0, float(epochs))], whole=True)
    assert (span.low, span.high) == (0, epochs)
    assert all(tick == int(tick) for tick in span.ticks)
    assert len(span.ticks) <= 7


def test_smoothing_is_a_moving_average_and_spares_short_and_broken_curves() -> None:
    values = np.random.default_rng(0).normal(size=200)
    smoothed = picture.smooth(values)
    assert smoothed is not None
    assert smoothed[100] == pytest.approx(values[97:104].mean())
    assert smoothed[0] == pytest.approx(values[:4].mean())
    assert picture.smooth(values[:100]) is None
    values[7] = math.nan
    assert picture.smooth(values) is None


def test_the_picture_shows_both_splits_and_survives_nan(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, tiny(), name="x")
    with RunWriter(run) as writer:
        for step in range(1, 41):
            writer.point(step, step / 10, {"train/loss": math.nan if step == 20 else 1 / step, "lr": 0.1})
            if step % 10 == 0:
                writer.point(step, step / 10, {"val/loss": 2 / step, "val/accuracy": 0.5, "train/accuracy": 0.6})
    path = picture.draw(run, "A title")
    assert path == run.path / "curves.png"
    with Image.open(path) as image:
        assert image.size == (2 * 620 * 2, (400 + 32) * 2)
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20)}
    assert {ImageColor.getrgb(colour) for colour in picture.COLOURS.values()} <= colours
    assert (255, 255, 255) in colours


def test_a_run_without_values_has_no_picture(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, tiny(), name="x")
    assert picture.draw(run, "A title") is None
    assert not (run.path / "curves.png").exists()


def test_a_story_tells_epochs_by_their_means() -> None:
    story = Story()
    story.add([Scalars(step=step, epoch=step / 4, values={"train/loss": float(step)}) for step in range(1, 9)])
    story.add([Scalars(step=8, epoch=2.0, values={"val/loss": 0.5, "val/accuracy": 0.25})])
    story.add(
        [
            Progress(
                step=8,
                status="running",
                epoch=2,
                epochs=3,
                batch=4,
                batches=4,
                steps=12,
                rate=1,
                eta=1,
                device="cpu",
            )
        ]
    )
    assert story.epochs[1] == {"train/loss": 2.5}
    assert line(story, 2) == "epoch 2/3: train/loss 6.5, val/loss 0.5, val/accuracy 0.25"
    assert story.finished() == [1, 2]


def test_times_and_sparklines() -> None:
    assert [clock(seconds) for seconds in (0, 59.6, 61, 3_723)] == ["0:00", "1:00", "1:01", "1:02:03"]
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([1, 1, math.nan]) == "▁▁"
    assert sparkline([math.nan]) == ""
    assert len(sparkline(list(range(10_000)))) <= 48

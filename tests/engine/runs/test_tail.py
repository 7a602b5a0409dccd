"""Following runs."""

from __future__ import annotations

from engine.messages.frames import FeatureMaps, LayerNorms, Scalars
from engine.runs import RunFolder, RunWriter, Tail


def norms(step: int) -> LayerNorms:
    """Norms of one node."""
    return LayerNorms(step=step, time=1.0, nodes=["a"], gradients=[1.0], ratios=[0.1])


def picture(step: int) -> FeatureMaps:
    """A picture of one pixel."""
    return FeatureMaps(
        step=step, node="a", sample=0, shape=(1,), count=1, height=1, width=1, low=0.0, high=1.0, pixels=b"\0"
    )


def test_each_poll_gives_what_is_new(run: RunFolder) -> None:
    with RunWriter(run) as writer, Tail(run) as tail:
        assert tail.poll() == []
        assert tail.reset
        writer.point(1, 0.1, {"train/loss": 3.0, "train/acc": 0.5})
        writer.frame(norms(1))
        writer.flush()
        assert tail.poll() == [Scalars(step=1, epoch=0.1, values={"train/loss": 3.0, "train/acc": 0.5}), norms(1)]
        assert not tail.reset
        assert tail.poll() == []
        writer.point(2, 0.2, {"train/loss": 2.0})
        writer.flush()
        assert tail.poll() == [Scalars(step=2, epoch=0.2, values={"train/loss": 2.0})]


def test_a_viewer_that_lags_gets_the_newest_picture_only(run: RunFolder) -> None:
    with RunWriter(run) as writer, Tail(run) as tail:
        tail.poll()
        for step in range(1, 6):
            writer.frame(picture(step))
            writer.frame(norms(step))
        writer.flush()
        assert tail.poll() == [*map(norms, range(1, 6)), picture(5)]


def test_a_late_viewer_starts_with_the_history(run: RunFolder) -> None:
    with RunWriter(run) as writer:
        writer.point(1, 0.1, {"train/loss": 3.0})
        writer.flush()
        with Tail(run) as late, Tail(run, history=False) as fresh:
            assert [frame.step for frame in late.poll()] == [1]
            assert fresh.poll() == []
            writer.point(2, 0.1, {"train/loss": 3.0})
            writer.flush()
            assert [frame.step for frame in late.poll()] == [2]
            assert [frame.step for frame in fresh.poll()] == [2]


def test_joined_rows_are_not_given_twice(run: RunFolder) -> None:
    with RunWriter(run) as writer, Tail(run) as tail:
        tail.poll()
        steps = []
        for step in range(1, 301):
            writer.point(step, 0.1, {"train/loss": 1.0})
            writer.flush()
            if step % 7 == 0:
                steps += [frame.step for frame in tail.poll()]
        steps += [frame.step for frame in tail.poll()]
        assert steps == list(range(1, 301))


def test_going_back_resets_the_viewer(run: RunFolder) -> None:
    with RunWriter(run) as writer, Tail(run) as tail:
        for step in range(1, 6):
            writer.point(step, 0.1, {"train/loss": 1.0})
        writer.flush()
        tail.poll()
        writer.rewind(3)
        writer.point(4, 0.1, {"train/loss": 9.0})
        writer.flush()
        frames = tail.poll()
        assert tail.reset
        assert [frame.step for frame in frames] == [1, 2, 3, 4]
        assert tail.poll() == []


def test_an_absent_viewer_gets_a_thinned_curve(run: RunFolder) -> None:
    with RunWriter(run) as writer, Tail(run) as tail:
        tail.poll()
        for step in range(1, 50_001):
            writer.point(step, 0.1, {"train/loss": 1.0})
        writer.flush()
        frames = tail.poll()
        assert len(frames) <= 2_010
        assert frames[-1].step == 50_000

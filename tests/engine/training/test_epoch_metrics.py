"""Metrics of a whole epoch in training: exact whatever the batches, and through a stop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from sklearn import metrics

from engine.graph import AddNode, Connect, Document, Edge, Node
from engine.messages.frames import ConfusionMatrix
from engine.runs import RunReader
from engine.training import Summary, checkpoint
from engine.training.setup import build
from tests.engine.training.test_resume import stopping_at
from tests.support.executed import assert_source_agrees
from tests.support.training import curves, spirals

Train = Callable[..., Summary]


def measured(**recipe: Any) -> Document:
    """The spirals with metrics that only an epoch tells."""
    document = spirals(**recipe)
    for id, kind in (("f1", "f1"), ("table", "confusion_matrix"), ("auc", "roc_auc"), ("ppl", "perplexity")):
        document.apply(AddNode(Node(id, kind)))
        for source, port in (("fc2", "in"), ("label", "target")):
            document.apply(Connect(Edge(source, "out", id, port)))
    return document


def test_the_numbers_are_those_of_scikit_learn_for_batches_of_any_size() -> None:
    setup = build(measured())
    forward, val = setup.forward, setup.data.val
    assert forward.names == ["loss", "accuracy"]
    assert list(forward.counted) == ["f1", "table", "auc", "ppl"]
    with torch.no_grad():
        scores = forward.compiled.network.eval()(*val.inputs)
    (labels,) = val.targets
    for size in (1, 7, val.count):
        found = forward.evaluate(val, size)
        assert found.values["f1"] == pytest.approx(metrics.f1_score(labels, scores.argmax(1), average="macro"))
        expected = metrics.roc_auc_score(labels, scores[:, 1] - scores[:, 0])
        assert found.values["auc"] == pytest.approx(expected, abs=2e-3)
        assert found.values["ppl"] == pytest.approx(torch.tensor(found.values["loss"]).exp().item(), rel=1e-5)
        assert found.totals[1] == metrics.confusion_matrix(labels, scores.argmax(1)).ravel().tolist()


def test_they_are_recorded_at_each_epoch(train: Train) -> None:
    done = train(measured())
    found = curves(done.run)
    for name in ("f1", "table", "auc", "ppl"):
        for part, last in (("train", done.train), ("val", done.val)):
            points = found[f"{part}/{name}"]
            assert [step for step, *_ in points] == [5, 10, 15, 20]
            assert points[-1][2] == last[name]
    assert done.val["table"] == done.val["accuracy"]
    assert done.train["table"] == pytest.approx(done.train["accuracy"])


def test_the_newest_table_of_each_part_is_kept(train: Train) -> None:
    done = train(measured())
    with RunReader(Path(done.run)) as reader:
        found = [frame for frame in reader.history() if isinstance(frame, ConfusionMatrix)]
    assert [(frame.part, frame.epoch, frame.step) for frame in found] == [("train", 4, 20), ("val", 4, 20)]
    for frame in found:
        assert frame.node == "table"
        assert len(frame.labels) == 2
        assert sum(frame.counts) == (160 if frame.part == "train" else 40)
    last = found[-1]
    assert (last.counts[0] + last.counts[3]) / 40 == pytest.approx(done.val["accuracy"])


@pytest.mark.parametrize("step", [3, 5, 17])
def test_a_stop_in_the_middle_changes_no_number(train: Train, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    whole = train(measured())
    with monkeypatch.context() as patch:
        stopping_at(step, patch)
        part = train(measured())
    held = checkpoint.load_newest(Path(part.run) / "checkpoints")
    assert held is not None
    assert [len(total) for total in held.state.place.totals] == ([6, 4, 4 * 4096, 2] if step % 5 else [])
    rest = train(None, resume=Path(part.run))
    assert curves(whole.run) == curves(rest.run)
    assert (whole.train, whole.val) == (rest.train, rest.val)


def test_exported_source_measures_a_batch() -> None:
    assert_source_agrees(measured())

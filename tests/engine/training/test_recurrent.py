"""A document with a recurrent group trains, gradients cut where the recipe says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from engine.build import as_tuple
from engine.graph import Document
from engine.runs import with_recipe
from engine.training import train_document
from engine.training.setup import build
from tests.support.blocks import lstm_cell
from tests.support.drawing import Drawing


def rows(**recipe: Any) -> Document:
    """The rows of 8×8 digits, one after the other, through an LSTM drawn from gates."""
    drawing = Drawing("Rows of digits")
    lstm_cell(drawing, hidden=24)
    drawing.add("image", "input", shape=[1, 8, 8])
    drawing.add("rows", "reshape", "image", shape=[8, 8])
    drawing.add("rnn", "block:cell", "rows")
    scores = drawing.add("fc", "dense", "rnn.last", out_features=10)
    values = {"epochs": 3, "batch_size": 64, "device": "cpu", "optimizer": {"id": "adam", "params": {"lr": 0.01}}}
    return with_recipe(drawing.classify(scores), {**values, **recipe})


def test_an_lstm_drawn_from_gates_learns(tmp_path: Path) -> None:
    summary = train_document(rows(), folder=tmp_path, thread_count=1)
    assert summary.status == "finished"
    assert summary.best["val"]["accuracy"] > 0.8


def test_gradients_are_cut_where_the_recipe_says() -> None:
    reached = {}
    for steps in (0, 3):
        setup = build(rows(truncate=steps))
        (image,), _ = setup.data.train.between(0, 2)
        image = image.clone().requires_grad_()
        as_tuple(setup.forward.compiled.network(image))[0].sum().backward()
        assert image.grad is not None
        reached[steps] = image.grad[:, 0].abs().sum((0, 2)).ne(0).tolist()
    assert reached[0] == [True] * 8
    assert reached[3] == [False] * 6 + [True] * 2
    assert torch.is_grad_enabled()

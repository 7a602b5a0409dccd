"""Small designs that train in no time, as the text of their files."""

from __future__ import annotations

from typing import Any

from engine.graph import Document, text
from tests.support.drawing import Drawing


def tiny(**recipe: Any) -> Document:
    """Two spirals and a layer of eight: an epoch takes some milliseconds."""
    data = {"id": "playground", "params": {"pattern": "spiral", "samples": 200, "noise": 5.0}}
    drawing = Drawing("Tiny", **{"data": data, "batch_size": 20, "epochs": 3, **recipe})
    drawing.add("x", "input", shape=[2])
    last = drawing.chain(
        "x",
        ("hidden", "dense", {"out_features": 8}),
        ("bend", "tanh", {}),
        ("scores", "dense", {"out_features": 2}),
    )
    return drawing.classify(last)


def tiny_text(**recipe: Any) -> str:
    """The same as the text of a `.loom` file."""
    return text.dumps(tiny(**recipe))

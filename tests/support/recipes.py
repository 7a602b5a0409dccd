"""Documents whose recipes have objectives and schedules, and pieces of recipes."""

from __future__ import annotations

from typing import Any

from engine.graph import Document
from engine.runs import with_recipe
from tests.support.drawing import Drawing


def objective(name: str, losses: list[str], parameters: list[str], **more: Any) -> dict[str, Any]:
    """One objective as a recipe holds it."""
    return {"id": "objective", "params": {"name": name, "losses": losses, "parameters": parameters, **more}}


def rivals(**recipe: Any) -> Document:
    """A generator moves points so that a critic of them errs little, and the critic errs as much as it can.

    The losses differ in sign and in shape, as those of a GAN do.
    """
    drawing = Drawing("Rivals")
    drawing.add("x", "input", shape=[10])
    last = drawing.chain(
        "x",
        ("gen1", "dense", {"out_features": 6}),
        ("act", "tanh", {}),
        ("gen2", "dense", {"out_features": 4}),
        ("critic", "dense", {"out_features": 1}),
    )
    drawing.add("y", "target", shape=[1], dtype="float32")
    drawing.add("d_loss", "bce_with_logits", to={"in": last, "target": "y"}, scale=-0.5)
    drawing.add("g_loss", "mse", to={"in": last, "target": "y"})
    values = {
        "data": {"id": "diabetes"},
        "scaling": "standard",
        "target_scaling": "min-max",
        "batch_size": 64,
        "epochs": 3,
        "seed": 5,
        "device": "cpu",
        **recipe,
    }
    return with_recipe(drawing.document, values)

"""The layers of the scene, from the lowest to the topmost."""

from __future__ import annotations

from app.canvas.painting import background, blocks, cards, labels, wires
from app.canvas.painting.shot import Detail, Shot


def paint_scene(shot: Shot) -> None:
    """Paint all layers of a box."""
    background.paint(shot)
    if shot.detail == Detail.BLOCKS:
        blocks.paint(shot)
        return
    nodes, runs = shot.scene.near(shot.box)
    wires.paint(shot, runs)
    if shot.detail >= Detail.COMPACT:
        labels.paint(shot, nodes)
    cards.paint(shot, nodes)

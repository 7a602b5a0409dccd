"""The scene follows the document exactly, and builds again only what an edit touched."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from app.canvas.boxes import Box
from app.canvas.look import Look
from app.canvas.scene import Scene
from app.state import Session
from engine.errors import EditError
from engine.graph import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Document,
    Edit,
    MoveNodes,
    Node,
    RemoveNode,
    RenameNode,
    SetParams,
)
from engine.nodes import standard_catalog
from tests.app.canvas.drawings import branch, broken, chain, edge
from tests.support.edits import Editor

Follow = Callable[[Document], tuple[Session, Scene, list[Box | None]]]


@pytest.fixture
def follow(qapp: QApplication) -> Follow:
    """Opens a document with a scene that follows it; the list gets every damaged box."""

    def make(document: Document) -> tuple[Session, Scene, list[Box | None]]:
        session = Session(document, standard_catalog())
        damaged: list[Box | None] = []
        scene = Scene(session, Look(), damaged.append)
        session.changed.connect(scene.follow)
        session.selection_changed.connect(scene.select)
        damaged.clear()
        return session, scene, damaged

    return make


def shown(scene: Scene) -> tuple[object, object]:
    """All that a scene shows, to compare."""
    scene.refresh()
    nodes = {
        view.id: (
            view.box,
            view.name,
            view.detail,
            view.state,
            view.severity,
            view.selected,
            scene.plugs(view),
            [(port.name, port.is_input, port.x, port.y, port.reach, port.shape) for port in view.ports],
            scene.node_grid.box(view.id),
        )
        for view in scene.nodes.values()
    }
    wires = {
        wire.edge: (
            wire.x0,
            wire.y0,
            wire.x1,
            wire.y1,
            wire.level,
            wire.state,
            wire.category,
            wire.box,
            scene.wire_grid.box(e),
        )
        for e, wire in scene.wires.items()
    }
    return nodes, wires


def gathered(scene: Scene) -> tuple[object, object]:
    """What the tiles hold, to compare."""
    everything = (-1e9, -1e9, 1e9, 1e9)
    rects: dict[tuple[str, str], list[tuple[float, ...]]] = {}
    length = 0.0
    for tile in scene.tiles.near(everything):
        for key, found in tile.rects.items():
            rects.setdefault(key, []).extend(rect.getRect() for rect in found)
        length += tile.path.length()
    return {key: sorted(found) for key, found in rects.items()}, round(length)


@pytest.mark.parametrize("draw", [chain, branch, broken])
@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_it_shows_what_a_new_scene_shows(
    follow: Follow, draw: Callable[[], Document], seed: int
) -> None:
    session, scene, _ = follow(draw())
    rng = random.Random(seed)
    editor = Editor(session.document, session.catalog, rng)
    for _ in range(60):
        try:
            session.apply(editor.edit(), "Edit")
        except EditError:
            continue
        if rng.random() < 0.2:
            session.undo()
        if rng.random() < 0.2:
            session.select(rng.sample(list(session.graph), min(2, len(session.graph))))
    fresh = Scene(session, scene.look, lambda _: None)
    assert shown(scene) == shown(fresh)
    assert gathered(scene) == gathered(fresh)


EDITS: list[tuple[Edit, int]] = [
    (AddNode(Node("more", "relu", {}, 0, 500)), 1),
    (MoveNodes({"conv": (10, 10), "relu": (20, 20)}), 0),
    (SetParams("conv", {"out_channels": 9}), 1),
    (RenameNode("conv", "stem"), 1),
    (RemoveNode("relu"), 0),
    (Connect(edge("flat", "spare")), 0),
    (Disconnect(edge("flat", "scores")), 0),
    (Batch((Disconnect(edge("conv", "relu")), SetParams("flat", {"start_axis": 1}))), 1),
]


@pytest.mark.parametrize(("edit", "built"), EDITS, ids=lambda value: type(value).__name__)
def test_an_edit_builds_only_what_it_touched(follow: Follow, edit: Edit, built: int) -> None:
    session, scene, _ = follow(chain())
    before, views = scene.built, dict(scene.nodes)
    session.apply(edit, "Edit")
    assert scene.built - before == built
    kept = [id for id in views if id in scene.nodes]
    assert all(scene.nodes[id] is views[id] for id in kept)


def test_a_wire_at_a_port_that_takes_many_builds_that_node_alone(follow: Follow) -> None:
    session, scene, _ = follow(branch())
    before = scene.built
    session.apply(Connect(edge("image", "sum", slot=2)), "Connect")
    assert scene.built - before == 1
    assert scene.nodes["sum"].inputs[0].wires == 3


def test_undo_brings_everything_back(follow: Follow) -> None:
    session, scene, _ = follow(chain())
    before = shown(scene)
    for edit, _ in EDITS[:4]:
        session.apply(edit, "Edit")
    session.apply(RemoveNode("flat"), "Edit")
    for _ in range(5):
        session.undo()
    assert shown(scene) == before


def test_shapes_on_wires_change_with_the_edit_that_changes_them(follow: Follow) -> None:
    session, scene, damaged = follow(chain())
    assert scene.nodes["conv"].outputs[0].shape == "N×4×26×26"
    session.apply(SetParams("conv", {"out_channels": 9}), "Edit")
    damaged.clear()
    scene.refresh()
    assert scene.nodes["relu"].outputs[0].shape == "N×9×26×26"
    assert scene.nodes["flat"].outputs[0].shape == f"N×{9 * 26 * 26}"
    assert damaged
    damaged.clear()
    scene.refresh()
    assert not damaged


def test_health_of_nodes_and_wires(follow: Follow) -> None:
    session, scene, _ = follow(chain())
    session.apply(SetParams("image", {"shape": [8]}), "Break")
    scene.refresh()
    states = {id: (view.state, view.severity) for id, view in scene.nodes.items()}
    assert states["conv"] == ("error", "error")
    assert states["relu"][0] == "blocked"
    assert states["image"][0] == "ok"
    assert scene.wires[edge("image", "conv")].state == "error"
    assert scene.wires[edge("conv", "relu")].state == "blocked"
    assert scene.faulty == ["spare", "conv"] or set(scene.faulty) == {"spare", "conv"}
    session.undo()
    scene.refresh()
    assert scene.nodes["conv"].severity != "error"
    assert scene.wires[edge("image", "conv")].state == "ok"


def test_a_broken_document_is_shown_all_the_same(follow: Follow) -> None:
    _, scene, _ = follow(broken())
    scene.refresh()
    assert scene.nodes["odd"].missing
    assert scene.nodes["odd"].title == "Unknown kind: no_such_kind"
    assert [port.name for port in scene.nodes["odd"].outputs] == ["nowhere"]
    assert [port.name for port in scene.nodes["after"].inputs] == ["in", "entry"]
    assert scene.nodes["conv"].name == "<img src=x>"
    assert len(scene.wires) == 6


def test_moving_a_node_damages_little(follow: Follow) -> None:
    session, _scene, damaged = follow(chain())
    session.apply(MoveNodes({"spare": (610, 310)}), "Move")
    assert damaged
    assert all(box is not None and box[1] > 250 for box in damaged)


def test_selecting_damages_what_changes_its_look(follow: Follow) -> None:
    session, scene, damaged = follow(chain())
    session.select(["conv"])
    session.select(["conv", "relu"])
    assert list(damaged) == [scene.nodes["conv"].bounds, scene.nodes["relu"].bounds]

"""Grid, wires, tiles and camera: held against plain computation."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from app.canvas.boxes import contains, grown, overlaps, spanned, union
from app.canvas.camera import Camera, ViewState
from app.canvas.grid import Grid
from app.canvas.wire import WireView, curve, sampled
from tests.app.canvas.drawings import edge

NUMBER = st.floats(-3000, 3000, allow_nan=False)
BOX = st.builds(spanned, NUMBER, NUMBER, NUMBER, NUMBER)


@given(st.lists(BOX, max_size=40), BOX, st.randoms(use_true_random=False))
def test_the_grid_finds_what_a_look_at_all_finds(boxes: list, asked: tuple, rng: random.Random) -> None:
    grid: Grid[int] = Grid(100)
    for index, box in enumerate(boxes):
        grid.put(index, boxes[rng.randrange(len(boxes))])
        grid.put(index, box)
    for index in range(0, len(boxes), 3):
        grid.drop(index)
    grid.drop(10_000)
    wanted = {index for index, box in enumerate(boxes) if index % 3 and overlaps(box, asked)}
    found = grid.near(asked)
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert len(grid) == len([index for index in range(len(boxes)) if index % 3])


def test_an_emptied_grid_keeps_no_cells() -> None:
    grid: Grid[int] = Grid(10)
    grid.put(1, (0, 0, 35, 35))
    grid.put(2, (-1e5, -1e5, 1e5, 1e5))
    grid.drop(1)
    grid.drop(2)
    assert not grid._cells
    assert not grid._large
    assert grid.near((-1e6, -1e6, 1e6, 1e6)) == []


@given(NUMBER, NUMBER, NUMBER, NUMBER)
def test_a_wire_lies_in_its_box_and_ends_at_its_ends(x0: float, y0: float, x1: float, y1: float) -> None:
    wire = WireView(edge("a", "b"))
    wire.run((x0, y0), (x1, y1))
    outline = wire.path.boundingRect()
    assert contains(grown(wire.box, 0.01), (outline.left(), outline.top(), outline.right(), outline.bottom()))
    assert wire.points[0] == (x0, y0)
    assert wire.points[-1] == pytest.approx((x1, y1))
    assert wire.distance(*wire.points[len(wire.points) // 2]) == pytest.approx(0, abs=1e-6)


@given(NUMBER, NUMBER, NUMBER, st.floats(60, 3000))
def test_points_along_a_wire_lie_on_its_curve(x0: float, y0: float, x1: float, down: float) -> None:
    y1 = y0 + down
    path = curve((x0, y0), (x1, y1))
    polygon = path.toSubpathPolygons()
    drawn = [(point.x(), point.y()) for part in polygon for point in part]
    for x, y in sampled((x0, y0), (x1, y1))[::5]:
        near = min(
            _to_line(x, y, drawn[i], drawn[i + 1]) for i in range(len(drawn) - 1)
        ) if len(drawn) > 1 else 0.0  # fmt: skip
        assert near < 3.0


def _to_line(x: float, y: float, a: tuple[float, float], b: tuple[float, float]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = dx * dx + dy * dy
    t = min(1.0, max(0.0, ((x - a[0]) * dx + (y - a[1]) * dy) / long)) if long else 0.0
    return math.hypot(x - a[0] - t * dx, y - a[1] - t * dy)


def test_wires_leave_and_enter_level() -> None:
    for end in ((400.0, 130.0), (20.0, -90.0), (-500.0, 40.0), (-500.0, 900.0), (3.0, 3.0)):
        path = curve((0.0, 0.0), end)
        first, last = path.elementAt(1), path.elementAt(path.elementCount() - 2)
        assert first.y == 0.0
        assert last.y == end[1]


def test_a_cut_meets_what_it_crosses() -> None:
    wire = WireView(edge("a", "b"))
    wire.run((0, 0), (300, 100))
    assert wire.crosses((150, -50), (150, 150))
    assert not wire.crosses((150, 120), (150, 150))
    assert not wire.crosses((400, -50), (400, 150))


@given(st.floats(0.05, 4), st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0]), NUMBER, NUMBER)
def test_the_camera_maps_there_and_back_and_pans_by_whole_pixels(
    scale: float, ratio: float, x: float, y: float
) -> None:
    camera = Camera()
    camera.resize(QSizeF(801, 603), ratio)
    camera.zoom_to(scale, QPointF(100, 100))
    back = camera.to_scene(camera.to_view(x, y))
    assert back == pytest.approx((x, y), abs=1e-6)
    camera.pan(x / 7, y / 7)
    assert camera.dx * ratio == pytest.approx(round(camera.dx * ratio), abs=1e-6)
    state = camera.state()
    camera.restore(ViewState(1.0, 0.0, 0.0))
    camera.restore(state)
    assert (camera.state().x, camera.state().y) == pytest.approx((state.x, state.y), abs=2 / camera.scale)


def test_unions() -> None:
    assert union([]) is None
    assert union([(0, 0, 1, 1), (-1, 2, 0, 3)]) == (-1, 0, 1, 3)

"""The curve of an activation: where it breaks, how far it is worth seeing, how it is painted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.panels import InspectorPanel
from app.panels.curve_lines import curve_lines
from app.panels.curve_picture import CurvePicture
from app.panels.kind_card import KindCard
from app.theme import theme
from engine.catalog import NodeKind
from engine.graph import AddNode, Node, SetParams
from engine.nodes import standard_catalog
from tests.support.editing import current, digits_net, editor_of

CATALOG = standard_catalog()
Front = Callable[[QWidget], None]

BREAKS: list[tuple[str, dict[str, Any], list[float], list[float]]] = [
    ("relu", {}, [], [0.0]),
    ("relu6", {}, [], [0.0, 6.0]),
    ("leaky_relu", {"negative_slope": 1.0}, [], []),
    ("hard_tanh", {"min_val": -2.5, "max_val": 0.3}, [], [-2.5, 0.3]),
    ("hard_swish", {}, [], [-3.0, 3.0]),
    ("softshrink", {"lambd": 0.05}, [], [-0.05, 0.05]),
    ("hardshrink", {"lambd": 0.37}, [-0.37, 0.37], []),
    ("threshold", {"threshold": -30.0, "value": 7.0}, [-30.0], []),
    ("step", {}, [0.0], [-1.0, 1.0]),
    ("step", {"straight_through": False}, [0.0], []),
    ("elu", {}, [], []),
    ("elu", {"alpha": 0.5}, [], [0.0]),
    ("selu", {}, [], [0.0]),
    *((id, {}, [], []) for id in ("identity", "sigmoid", "tanh", "gelu", "silu", "mish", "softplus", "softsign")),
    ("siren", {}, [], []),
    ("siren", {"omega_0": 1000.0}, [], []),
    ("gaussian_activation", {"sigma": 0.02}, [], []),
]


@pytest.mark.parametrize(("id", "params", "jumps", "kinks"), BREAKS, ids=str)
def test_breaks_are_found(id: str, params: dict[str, Any], jumps: list[float], kinks: list[float]) -> None:
    lines = curve_lines(CATALOG.parse(id, params))
    assert lines is not None
    assert lines.jumps == jumps
    assert lines.kinks == kinks
    assert all(abs(place) < lines.reach for place in (*jumps, *kinks))
    assert len(lines.curve) == len(jumps) + 1
    assert len(lines.slope) == len({*kinks, *jumps} - smooth(id)) + 1


def smooth(id: str) -> set[float]:
    """Jumps of the curve across which the slope that training sees goes on."""
    return {0.0} if id == "step" else set()


def test_the_value_at_a_jump_is_a_line_of_its_own() -> None:
    lines = curve_lines(CATALOG.parse("step", {"at_zero": 0.25}))
    assert lines is not None
    assert len(lines.curve) == 3
    assert {y for _, y in lines.curve[1]} == {0.25}
    assert {round(x, 5) for x, _ in lines.curve[1]} == {0.0}


def test_lines_are_the_curve_and_its_derivative() -> None:
    lines = curve_lines(CATALOG.parse("tanh", {}))
    assert lines is not None
    assert all(y == math.tanh(x) for x, y in lines.curve[0])
    assert [y for _, y in lines.slope[0]] == pytest.approx([1 - y * y for _, y in lines.curve[0]], abs=1e-6)
    assert (lines.curve[0][0][0], lines.curve[0][-1][0]) == (-lines.reach, lines.reach)


@pytest.mark.parametrize(
    ("id", "params", "low", "high"),
    [
        ("relu", {}, 4, 4),
        ("sigmoid", {}, 4, 4),
        ("relu6", {}, 7, 12),
        ("hard_tanh", {"max_val": 20.0}, 25, 60),
        ("gaussian_activation", {"sigma": 10.0}, 8, 40),
        ("gaussian_activation", {"sigma": 0.05}, 0.05, 0.5),
        ("siren", {}, math.pi / 30, 10 * math.pi / 30),
        ("softshrink", {"lambd": 0.01}, 0.02, 0.1),
    ],
)
def test_the_reach_shows_what_is_typical(id: str, params: dict[str, Any], low: float, high: float) -> None:
    lines = curve_lines(CATALOG.parse(id, params))
    assert lines is not None
    assert low <= lines.reach <= high


def test_kinds_without_a_curve_have_no_lines() -> None:
    assert [id for id in ("softmax", "dense", "dropout", "batch_norm2d") if curve_lines(CATALOG[id]())] == []


class Logarithm(NodeKind):
    """A curve that is not defined everywhere."""

    def curve(self, x: float) -> float:
        return math.log(x)


def test_a_curve_may_end() -> None:
    lines = curve_lines(Logarithm())
    assert lines is not None
    assert min(x for line in lines.curve for x, _ in line) > 0
    assert lines.curve[0][-1][1] == math.log(lines.reach)


def painted(picture: CurvePicture, colour: QColor) -> set[tuple[int, int]]:
    """The places of a colour, the titles left out."""
    image = picture.grab().toImage()
    head = picture.fontMetrics().height()
    return {
        (x, y)
        for x in range(image.width())
        for y in range(head, image.height())
        if image.pixelColor(x, y) == colour
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_shows_curve_and_slope_in_both_themes(scheme: Any, qtbot: QtBot, qapp: Any) -> None:
    theme.apply(qapp, scheme)
    picture = CurvePicture()
    qtbot.addWidget(picture)
    picture.resize(picture.sizeHint())
    assert picture.show_kind(CATALOG.parse("relu", {}))
    curve, slope = painted(picture, theme.series(0)), painted(picture, theme.series(1))
    assert max(y for _, y in curve) < min(y for _, y in slope)
    left = {y for x, y in curve if x < 100}
    assert max(left) - min(left) <= 2
    assert min(y for _, y in curve) < min(left) - 40
    assert picture.accessibleDescription() == "Slope jumps at 0"
    picture.show_kind(CATALOG.parse("leaky_relu", {"negative_slope": 1.0}))
    assert len({y for x, y in painted(picture, theme.series(0)) if x < 100}) > 10
    theme.apply(qapp, "light")


def test_no_curve_paints_nothing(qtbot: QtBot) -> None:
    picture = CurvePicture()
    qtbot.addWidget(picture)
    assert not picture.show_kind(CATALOG.parse("softmax", {}))
    assert not painted(picture, theme.series(0))


def test_the_inspector_follows_the_parameters(in_front: Front) -> None:
    editor = editor_of(digits_net())
    session = current(editor)
    session.apply(AddNode(Node("bend", "hard_tanh", {})), "Add bend")
    session.select(("bend",))
    panel = InspectorPanel(editor)
    in_front(panel)
    page = panel.node
    assert page.curve_section.isVisible()
    assert page.curve.accessibleDescription() == "Slope jumps at ±1"
    session.apply(SetParams("bend", {"max_val": 2.0}), "Set max_val")
    assert page.curve.accessibleDescription() == "Slope jumps at −1, 2"
    session.apply(SetParams("bend", {"max_val": -5.0}), "Set max_val")
    assert not page.curve_section.isVisible()
    session.undo()
    assert page.curve_section.isVisible()
    session.select(("conv",))
    assert not page.curve_section.isVisible()


def test_the_card_of_a_kind_shows_its_curve(in_front: Front) -> None:
    card = KindCard()
    in_front(card)
    card.show_kind(CATALOG["gelu"])
    assert card.curve.isVisible()
    card.show_kind(CATALOG["dense"])
    assert not card.curve.isVisible()

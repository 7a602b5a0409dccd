"""New nodes get parameters that fit what they are wired to, and the data."""

from __future__ import annotations

from typing import Any

import pytest

from engine.analysis import fits, fitted
from engine.catalog import Inputs, Shape
from engine.data import Field
from engine.nodes import standard_catalog

CATALOG = standard_catalog()
PIXELS = {"x": Field("x", Shape.batch(3, 9, 7)), "y": Field("y", Shape.batch(), ("a", "b"))}


@pytest.mark.parametrize(
    ("kind", "given", "shape", "expected"),
    [
        ("multihead_attention", {}, Shape.batch(5, 30), 30),
        ("group_norm", {}, Shape.batch(6, 4, 4), 6),
        ("max_pool2d", {}, Shape.batch(3, 1, 4), None),
        ("patch_embedding", {}, Shape.batch(3, 9, 6), None),
        ("squeeze", {}, Shape.batch(1, 6), None),
        ("repeat", {}, Shape.batch(2, 3, 4), None),
        ("permute", {}, Shape.batch(2, 3, 4), None),
    ],
)
def test_what_would_not_fit_is_made_to(
    kind: str, given: dict[str, Any], shape: Shape, expected: int | None
) -> None:
    made = CATALOG.parse(kind, fitted(CATALOG[kind], given, shape, {}))
    made.shapes(Inputs({made.input_ports()[0].name: (shape,)}))
    assert fits(CATALOG[kind], shape)
    if expected is not None:
        name = next(name for name in ("num_heads", "num_groups") if name in made.params)
        assert expected % getattr(made, name) == 0


def test_what_fits_stays_at_its_default_and_what_was_typed_as_it_is() -> None:
    shape = Shape.batch(5, 32)
    assert fitted(CATALOG["multihead_attention"], {}, shape, {}) == {}
    assert fitted(CATALOG["multihead_attention"], {"num_heads": 5}, shape, {}) == {"num_heads": 5}
    assert fitted(CATALOG["conv2d"], {}, shape, {}) == {}
    assert fitted(CATALOG["dense"], {"out_features": "= width"}, shape, {}) == {"out_features": "= width"}


def test_a_signal_is_offered_the_convolution_of_signals() -> None:
    signal = Shape.batch(3, 50)
    offered = {kind.id for kind in CATALOG if fits(kind, signal)}
    assert "conv1d" in offered
    assert not offered & {"conv2d", "conv3d", "max_pool2d"}


def test_an_input_and_a_target_take_the_shape_of_the_data() -> None:
    made = CATALOG.parse("input", fitted(CATALOG["input"], {}, None, PIXELS))
    assert made.placeholder() == Shape.batch(3, 9, 7)
    made = CATALOG.parse("target", fitted(CATALOG["target"], {}, None, {"y": Field("y", Shape.batch(4))}))
    assert made.placeholder() == Shape.batch(4)
    assert fitted(CATALOG["input"], {"shape": [2]}, None, PIXELS) == {"shape": [2]}
    assert fitted(CATALOG["input"], {}, None, {}) == {}

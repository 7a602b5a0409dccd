from __future__ import annotations

from engine.catalog import Inputs, Shape
from engine.nodes import standard_catalog

CATALOG = standard_catalog()


def test_an_input_brings_its_field_into_the_graph() -> None:
    image = CATALOG.parse("input", {"shape": [3, 32, 32]})
    assert image.placeholder() == Shape(("N", 3, 32, 32), "NCHW", "float32")
    assert image.shapes(Inputs({}))["out"] == image.placeholder()
    assert (image.role, image.values()["field"]) == ("input", "x")
    tokens = CATALOG.parse("input", {"shape": [12], "dtype": "int64"}).placeholder()
    assert tokens == Shape(("N", 12), "NT", "int64")


def test_a_target_is_one_label_a_sample_unless_told() -> None:
    target = CATALOG.parse("target", {})
    assert target.placeholder() == Shape(("N",), "N", "int64")
    assert (target.role, target.values()["field"]) == ("target", "y")
    masks = CATALOG.parse("target", {"shape": [8, 9]}).placeholder()
    assert masks == Shape(("N", 8, 9), "NHW", "int64")
    numbers = CATALOG.parse("target", {"shape": [2], "dtype": "float32"}).placeholder()
    assert numbers == Shape(("N", 2), "NF", "float32")

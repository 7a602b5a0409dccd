"""Blocks as classes: one for each graph, loops for repeats, the numbers and keys of the compiled network."""

from __future__ import annotations

import ast

import pytest

from engine.graph import Promoted, SetMeta
from engine.source import python_source
from tests.support.blocks import gru, lstm, nested, remember, residual, siamese, treated
from tests.support.drawing import Drawing
from tests.support.executed import assert_source_agrees


def twice(**params: object) -> Drawing:
    drawing = residual(width=16)
    drawing.add("wide", "conv2d", "stage", out_channels=24)
    drawing.add("second", "block:residual", "wide", width=24, **params)
    return drawing


def two_ports() -> Drawing:
    """A block of two ports in and out, repeated, and one input that stays."""
    drawing = Drawing()
    inner = drawing.block("swap")
    for place, name in enumerate(("a", "b", "c")):
        inner.add(f"in_{name}", "block_input", name=name)
        assert place < 3
    inner.add("fc", "dense", "in_a", out_features=4)
    inner.add("mix", "add", "in_b", "in_c")
    inner.add("out_a", "block_output", "mix", name="a")
    inner.add("out_b", "block_output", "fc", name="b")
    for name in ("x", "y", "z"):
        drawing.add(name, "input", shape=[4])
    drawing.add("loop", "block:swap", to={"a": "x", "b": "y", "c": "z"}, repeat=3)
    return drawing


DRAWINGS = {
    "once": residual,
    "repeated": lambda: residual(repeat=3),
    "shared": lambda: residual(repeat=3, share_weights=True),
    "nested": nested,
    "two widths": twice,
    "two middles": lambda: twice(middle=5),
    "two ports": two_ports,
    "lstm": lstm,
    "lstm backwards": lambda: lstm(reverse=True),
    "learned state": lambda: lstm(initial="learned"),
    "gru": gru,
    "options": treated,
    "options repeated": lambda: treated(repeat=3),
    "stacked gru": lambda: gru(features=7, repeat=2),
    "siamese": siamese,
    "siamese repeated": lambda: siamese("nested", repeat=2),
    "siamese looped": lambda: siamese("nested", repeat=3, share_weights=True),
    "siamese cells": lambda: siamese("cell"),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_executed_source_computes_the_same_under_the_same_keys(name: str) -> None:
    assert_source_agrees(DRAWINGS[name]().document)


def remembering(graph: str = "cell", state: str = "h", layer: str = "fc", port: str = "out") -> Drawing:
    """A recurrent group run backwards, with names of one's own."""
    drawing = Drawing()
    inner = drawing.block(graph, form="recurrent")
    inner.add("entry", "block_input")
    inner.add(state, "state", shape=[5], initial="learned")
    inner.add(layer, "dense", state, out_features=5)
    inner.add("sum", "add", layer, "entry")
    remember(inner, state, "sum")
    inner.add("exit", "block_output", "sum", name=port)
    drawing.add("x", "input", shape=[4, 5])
    drawing.add("rnn", f"block:{graph}", "x", reverse=True)
    return drawing


NAMES = ("cell", "states", "outside", "reverse", "truncate", "step", "reversed", "t", "out_steps")


@pytest.mark.parametrize(
    "names",
    [
        *({"state": name} for name in NAMES),
        *({"layer": name} for name in NAMES),
        *({"port": name} for name in ("for", "in", "class", "reversed", "torch", "t")),
        *({"graph": name} for name in ("none", "true", "net", "tensor", "valueError")),
    ],
    ids=str,
)
def test_no_name_breaks_a_recurrent_group(names: dict[str, str]) -> None:
    assert_source_agrees(remembering(**names).document)


@pytest.mark.parametrize("name", ["F", "Net", "Inner"])
def test_no_name_of_a_parameter_hides_what_the_source_uses(name: str) -> None:
    drawing = Drawing()
    inner = drawing.block("inner")
    inner.add("i", "block_input")
    inner.add("o", "block_output", inner.add("fc", "dense", "i", out_features=3))
    outer = drawing.block("outer", params=(Promoted(name, 2),))
    outer.add("i", "block_input")
    outer.add("wide", "dense", outer.add("below", "block:inner", "i"), out_features=f"= {name}")
    outer.add("o", "block_output", "wide")
    drawing.add("x", "input", shape=[4])
    drawing.chain("x", ("one", "block:outer", {name: 3}), ("two", "block:outer", {name: 4}))
    assert_source_agrees(drawing.document)


def test_arguments_that_differ_may_be_empty() -> None:
    drawing = Drawing()
    inner = drawing.block("held", params=(Promoted("sizes", [1], like="parameter.shape"),))
    inner.add("i", "block_input")
    inner.add("o", "block_output", inner.add("own", "parameter", to={"like": "i"}, shape="= sizes"))
    drawing.add("x", "input", shape=[4])
    drawing.chain("x", ("one", "block:held", {"sizes": []}), ("two", "block:held", {"sizes": [4]}))
    assert_source_agrees(drawing.document)


def classes(drawing: Drawing) -> list[str]:
    tree = ast.parse(python_source(drawing.document))
    return [statement.name for statement in tree.body if isinstance(statement, ast.ClassDef)]


def test_a_graph_is_one_class_wherever_it_stands() -> None:
    assert classes(twice()) == ["Residual", "Net"]
    assert classes(nested()) == ["Residual", "Stage", "Net"]
    source = python_source(twice().document)
    assert "def __init__(self, width: int, middle: int) -> None:" in source
    assert "self.second = Residual(width=24, middle=12)" in source


def test_repeats_are_loops() -> None:
    assert "*(Residual() for _ in range(3))" in python_source(residual(repeat=3).document)
    shared = python_source(residual(repeat=3, share_weights=True).document)
    assert "for _ in range(3):\n            stage = self.stage(stage)" in shared
    assert "for layer in self.loop:" in python_source(two_ports().document)


def test_texts_of_a_block_stay_in_its_docstring() -> None:
    drawing = residual()
    drawing.document.apply(SetMeta(title='"""\nimport os'))
    assert_source_agrees(drawing.document)


def test_a_block_that_shares_is_made_once_and_called_twice() -> None:
    source = python_source(siamese().document)
    assert source.count("self.one = Twin()") == 1
    assert "self.two" not in source
    assert "two = self.one(right)" in source
    assert "one = self.one(left)" in source

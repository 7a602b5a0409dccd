"""A1: threshold neurons with set weights are logic gates; XOR is wired from them."""

from __future__ import annotations

import itertools

import pytest
import torch

from app.settings import examples
from engine.analysis import analyse
from engine.build import compile
from engine.graph import Document, RemoveNode, file
from engine.nodes import standard_catalog
from tests.support.drawing import Drawing

BITS = [tuple(map(float, pair)) for pair in itertools.product((0, 1), repeat=2)]


def example() -> Document:
    """The example that holds the gates as blocks."""
    return file.load(next(path for path in examples() if path.stem == "xor_gates"))


def bare() -> Drawing:
    """Its gates, with nothing placed."""
    drawing = Drawing()
    drawing.document = example()
    for node in list(drawing.document.graph().nodes()):
        drawing.document.apply(RemoveNode(node.id))
    return drawing


def answers(document: Document, rows: list[tuple[float, ...]]) -> list[bool]:
    """What the only output says, for inputs of one number each."""
    columns = [torch.tensor(column)[:, None] for column in zip(*rows, strict=True)]
    found = compile(document).network(*columns)
    assert set(found.flatten().tolist()) <= {0.0, 1.0}
    return [bool(value) for value in found[:, 0]]


@pytest.mark.parametrize(
    ("gate", "table"),
    [("and_gate", [False, False, False, True]), ("or_gate", [False, True, True, True])],
)
def test_a_gate_of_two_inputs_has_its_truth_table(gate: str, table: list[bool]) -> None:
    drawing = bare()
    a, b = drawing.add("a", "input", shape=[1]), drawing.add("b", "input", shape=[1])
    drawing.add("gate", f"block:{gate}", to={"a": a, "b": b})
    assert answers(drawing.document, BITS) == table


def test_not_turns_a_bit_around() -> None:
    drawing = bare()
    drawing.add("gate", "block:not_gate", to={"a": drawing.add("a", "input", shape=[1])})
    assert answers(drawing.document, [(0.0,), (1.0,)]) == [True, False]


def test_xor_comes_from_wiring_alone() -> None:
    drawing = bare()
    bits = {name: drawing.add(name, "input", shape=[1]) for name in "ab"}
    drawing.add("either", "block:or_gate", to=bits)
    drawing.add("both", "block:and_gate", to=bits)
    drawing.add("not_both", "block:not_gate", to={"a": "both"})
    drawing.add("xor", "block:and_gate", to={"a": "either", "b": "not_both"})
    assert answers(drawing.document, BITS) == [a != b for a, b in BITS]
    whole = compile(drawing.document).network
    assert not any(weight.requires_grad for weight in whole.parameters())


def test_the_example_wires_the_same_and_learns_nothing_in_its_gates() -> None:
    document = example()
    for id in ("loss", "accuracy", "label", "colour"):
        document.apply(RemoveNode(id))
    points = torch.tensor([[-3.0, -1.0], [-2.0, 4.0], [5.0, -0.5], [1.0, 2.0]])
    assert compile(document).network(points).flatten().tolist() == [0.0, 1.0, 1.0, 0.0]
    network = compile(example()).network
    assert {name for name, weight in network.named_parameters() if weight.requires_grad} == {
        "colour.weight",
        "colour.bias",
    }
    assert analyse(example(), standard_catalog()).ok

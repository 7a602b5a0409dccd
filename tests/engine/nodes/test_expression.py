"""The expression node: what it computes, prints and refuses."""

from __future__ import annotations

import math
import warnings
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from engine.catalog import Inputs, Shape
from engine.errors import ParamError
from engine.nodes.formulas import FUNCTIONS, FormulaError, read_formula
from engine.source import python_source
from tests.support.drawing import Drawing
from tests.support.executed import assert_source_agrees
from tests.support.one_node import CATALOG, out, refusal

X, Y = torch.randn(3, 4).double(), torch.randn(3, 4).double()


def text(formula: str) -> dict[str, str]:
    return {"expression": formula}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x * sigmoid(y) + 1", X * Y.sigmoid() + 1),
        ("x - y - 1", X - Y - 1),
        ("x - (y - 1)", X - (Y - 1)),
        ("-x ** 2 + y", -(X**2) + Y),
        ("(-x) ** 2 / y", X * X / Y),
        ("2 ** x ** 2 * y / y", 2 ** (X * X)),
        ("(x ** 2) ** 3 + 0 * y", X**6),
        ("1 / (1 + exp(-x)) + 0 * y", X.sigmoid()),
        ("+x + pi * 2 + y", X + Y + 2 * math.pi),
        ("sqrt(2) ** 2 * x + y", 2 * X + Y),
        ("x * 10000000000000000000000 + y", 1e22 * X + Y),
        ("max(x, 99999999999999999999) + 0 * y", torch.full_like(X, 1e20)),
        ("max(x, y)", torch.maximum(X, Y)),
        ("min(x, 0.5, y, 1)", torch.minimum(X, Y).clamp(max=0.5)),
        ("clamp(x, -0.5, 0.5) + y", X.clamp(-0.5, 0.5) + Y),
        ("clamp(x, y, 0.5)", torch.maximum(X, Y).clamp(max=0.5)),
        ("where(x > y, x, y)", torch.maximum(X, Y)),
        ("where(x > 0 and not y > 0, 1, 0)", ((X > 0) & ~(Y > 0)).double()),
        ("where(0 < x < 1 or y >= 2, x, -y)", torch.where((X > 0) & (X < 1) | (Y >= 2), X, -Y)),
        ("where(x != x, 1, y)", Y),
        ("relu(x) - relu(-x) + 0 * y", X),
        ("gelu(x) + silu(y)", F.gelu(X) + F.silu(Y)),
        ("max(3, 2) * x - min(y, y)", 3 * X - Y),
        ("sin(x) ** 2 + cos(x) ** 2 + y", 1 + Y),
    ],
)
def test_it_computes_what_it_says(formula: str, expected: torch.Tensor) -> None:
    names = read_formula(formula).names
    found = out("expression", text(formula), **{name: {"x": X, "y": Y}[name] for name in names})
    torch.testing.assert_close(found, expected, check_dtype=False)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_a_number_is_that_of_torch(name: str) -> None:
    """Where a constant is worked out at once, it is what torch would give."""
    at = torch.tensor([[0.7]], dtype=torch.float64)
    found = out("expression", text(f"{name}(x)"), x=at)
    target, known = FUNCTIONS[name]
    module, _, function = target.rpartition(".")
    expected = getattr(F if module.endswith("functional") else torch, function)(at)
    assert torch.equal(found, expected)
    if known is not None:
        folded = out("expression", text(f"{name}(0.7) + 0 * x"), x=at)
        torch.testing.assert_close(folded, expected)


def test_inputs_are_the_names_in_order_of_appearance() -> None:
    kind = CATALOG.parse("expression", text("b * (a - b) + pi - c"))
    assert [port.name for port in kind.input_ports()] == ["b", "a", "c"]
    assert kind.card() == "b * (a - b) + pi - c"
    assert CATALOG.parse("expression", text("x + " * 20 + "x")).card().endswith("…")


def test_shapes_meet_as_those_of_add() -> None:
    maps, shares = torch.randn(2, 3, 4, 5), torch.rand(2, 3, 1, 1)
    assert torch.equal(out("expression", text("a * b"), a=maps, b=shares), maps * shares)
    assert out("expression", text("a > b"), a=maps, b=shares).dtype == torch.bool
    losses = Inputs.of(x=Shape(()), y=Shape(()))
    assert CATALOG.parse("expression", text("0.5 * x + y")).shapes(losses)["out"] == Shape(())
    error = refusal("expression", params=text("a + b"), a=Shape.batch(3), b=Shape.batch(4))
    assert error.port == "b"
    error = refusal("expression", params=text("a + 1"), a=Shape.batch(3, dtype="int64"))
    assert "float32" in str(error)


def test_it_learns_through_the_formula() -> None:
    x = torch.tensor([[1.0, 2.0]], requires_grad=True)
    out("expression", text("x ** 3 + 2 * x"), x=x).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[5.0, 14.0]]


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        ("a * sigmoid(b) + 1", "a * torch.sigmoid(b) + 1"),
        ("a - (b - 1) * 2", "a - (b - 1) * 2"),
        ("(a ** b) ** 2", "(a ** b) ** 2"),
        ("-a ** 2", "-a ** 2"),
        ("(-a) ** -b", "(-a) ** (-b)"),
        ("a - -b", "a - (-b)"),
        ("-(a + b) / 2", "-(a + b) / 2"),
        ("1 / (a / b)", "1 / (a / b)"),
        ("where(a > 0, a + 1, gelu(b))", "torch.where(a > 0, a + 1, F.gelu(b))"),
        ("max(a, 0) - min(a, b)", "torch.clamp(a, min=0) - torch.minimum(a, b)"),
    ],
)
def test_it_prints_as_it_was_written(formula: str, printed: str) -> None:
    drawing = Drawing()
    names = read_formula(formula).names
    for name in names:
        drawing.add(name, "input", shape=[4], field=name)
    drawing.add("formula", "expression", to={name: name for name in names}, **text(formula))
    assert f" = {printed}\n" in python_source(drawing.document)
    assert_source_agrees(drawing.document)


def test_a_part_used_twice_is_computed_once() -> None:
    drawing = Drawing()
    drawing.add("a", "input", shape=[4], field="a")
    drawing.add("formula", "expression", to={"a": "a"}, **text("where(0 < exp(a) < 1, 1, 0)"))
    assert python_source(drawing.document).count("torch.exp") == 1
    assert_source_agrees(drawing.document)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("__import__('os')", '"\'" at position 12, which is no arithmetic'),
        ("__import__(x)", '"__import__(x)" at position 1, which is no function known here'),
        ("eval(x)", "no function known here"),
        ("x.__class__", '"x.__class__" at position 1, which is no arithmetic'),
        ("1 + x.data", '"x.data" at position 5, which is no arithmetic'),
        ("x[0]", "'[' at position 2"),
        ("lambda: x", "':' at position 7"),
        ("x if y else z", "no arithmetic: names, numbers"),
        ("f'{x}'", "is no arithmetic"),
        ("x; y", "';' at position 2"),
        ("x\ny", "position 2, which is no arithmetic"),
        ("\x00", "is no arithmetic"),
        ("é + x", "is no arithmetic"),
        ("x ^ 2", "a power is written **"),
        ("x // 2", "no arithmetic: names"),
        ("9 ** 9 ** 9 ** 9", "is too high a power: at most 64"),
        ("x ** 1000", "is too high a power: at most 64"),
        ("10 ** 20 * 10 ** 20 + x", "is too large a number"),
        ("9" * 400 + " + x", "is too large a number"),
        ("1e999 * x", "is too large a number"),
        ("exp(1000) * x", "is too large a number"),
        ("1 / 0 + x", "divides by zero"),
        ("(-8) ** 0.5 + x", "has no value among the real numbers"),
        ("log(0 - 1) + x", "has no value among the real numbers"),
        ("1j * x", '"1j" at position 1'),
        ("True + x", '"True" at position 1'),
        ("(" * 150 + "x" + ")" * 150 + "+" * 10, "cannot be read"),
        ("(" * 240 + "x" + ")" * 240, "cannot be read"),
        ("-" * 61 + "x", "must nest at most 60 deep"),
        ("x+" * 200 + "x", "must nest at most 60 deep"),
        ("x" * 501, "must have at most 500 characters, it has 501"),
        ("+".join("abcdefghijklmnopq"), "must name at most 16 inputs, it names 17"),
        ("", "must be arithmetic such as x * sigmoid(y) + 1"),
        ("x +", "cannot be read"),
        ("x) + (y", "cannot be read at position 2"),
        ("1 + 2", "must name at least one input"),
        ("X + 1", '"X" at position 1, which is no name of an input'),
        ("x" * 33, "is no name of an input"),
        ("sin + 1", '"sin" at position 1, which is a function: write sin(x)'),
        ("x(3)", "no function known here"),
        ("sin(x, y)", "gives sin 2 values, it takes 1"),
        ("min(x)", "gives min 1 values, it takes 2 to 16"),
        ("sin(x=1)", "no arithmetic: names"),
        ("sin(*x)", '"*x" at position 5'),
        ("gelu(1) * x", "takes an input: gelu(x)"),
        ("(x > 0) * 2", '"x > 0" at position 2, which answers yes or no'),
        ("x and y", '"x" at position 1, which must be a condition'),
        ("where(x, 1, 2)", '"x" at position 7, which must be a condition'),
        ("not x", "must be a condition"),
        ("where(1 > 2, x, 1)", "compares two numbers"),
        ("x in y", "is no comparison"),
    ],
)
def test_what_is_no_formula_is_refused_in_words(formula: str, words: str) -> None:
    with pytest.raises(ParamError) as error:
        CATALOG.parse("expression", text(formula))
    assert error.value.param == "expression"
    assert words in str(error.value)


def parts() -> st.SearchStrategy[str]:
    """Formulas and near-formulas."""
    leaves = st.sampled_from(["x", "y", "2", "0.5", "pi", "1e9", "-1", "0"])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        signs = st.sampled_from(["+", "-", "*", "/", "**", ">", "==", " and ", " or ", ".", ","])
        calls = st.sampled_from([*FUNCTIONS, "min", "max", "where", "clamp", "not ", "open", ""])
        two = st.tuples(inner, signs, inner).map("".join)
        return two | st.tuples(calls, inner).map(lambda pair: f"{pair[0]}({pair[1]})")

    return st.recursive(leaves, grow, max_leaves=8)


@given(parts() | st.text(max_size=30))
def test_any_text_is_computed_or_refused(formula: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            names = read_formula(formula).names
        except FormulaError:
            return
    given_: dict[str, Any] = {name: torch.rand(2, 3) for name in names}
    assert out("expression", text(formula), **given_).shape == (2, 3)

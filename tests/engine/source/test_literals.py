"""Values, names and texts add no syntax."""

from __future__ import annotations

import ast
import enum
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BuildError
from engine.source.literals import Text, arguments, assigned, bracketed, docstring, dotted, identifier, literal

constants = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.recursive(constants, lambda inner: st.lists(inner) | st.lists(inner).map(tuple), max_leaves=8)


@given(values)
def test_literals_read_back_as_they_were(value: Any) -> None:
    assert ast.literal_eval(literal(value)) == value
    assert literal(value).isascii()


def test_literals_look_as_one_writes_them() -> None:
    assert literal((3, 3)) == "(3, 3)"
    assert literal((3,)) == "(3,)"
    assert literal([0.5, None, True]) == "[0.5, None, True]"
    assert literal("same") == '"same"'
    assert literal(math.inf) == 'float("inf")'
    assert literal(Text("x")) == "x"


class Odd(str):
    def __repr__(self) -> str:
        return "__import__('os')"


class Number(enum.IntEnum):
    ONE = 1


@pytest.mark.parametrize("value", [Odd("x"), Number.ONE, {"a": 1}, {1}, object(), b"x", 1j, [Odd("x")]])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(BuildError, match="Source holds numbers, texts, tuples and lists only"):
        literal(value)


@pytest.mark.parametrize("name", ["", "a b", "a.b", "a(", "1a", "class", "ä", "a\n", "a=1"])
def test_what_is_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(BuildError, match="identifier"):
        identifier(name)
    with pytest.raises(BuildError, match="identifier"):
        arguments((), {name: 1})
    with pytest.raises(BuildError, match="identifier"):
        dotted(f"torch.{name}.") if name == "a.b" else dotted(f"torch.{name}")


hostile = st.text() | st.sampled_from(
    [
        '"""',
        '\\"""',
        '"""; import os #',
        "\\",
        'x"',
        "\\\\'",
        "\x00",
        "\r\n",
        "\u2028",
        "\u202e",
        "\ud800",
        "{x}",
        "%s",
        "#",
    ]
)


@given(hostile)
def test_docstrings_say_any_text_and_are_nothing_else(text: str) -> None:
    source = docstring([text])
    assert ast.literal_eval(source) == text
    assert source.isprintable()


@given(st.lists(hostile, min_size=2, max_size=4))
def test_docstrings_of_several_lines_stay_in_their_place(lines: list[str]) -> None:
    source = docstring(lines, "    ")
    (statement,) = ast.parse(f"class A:\n{source}\n").body
    assert isinstance(statement, ast.ClassDef)
    (only,) = statement.body
    assert isinstance(only, ast.Expr)
    assert isinstance(only.value, ast.Constant)
    assert len(source.split("\n")) == len(lines) + 1


def test_long_calls_are_broken() -> None:
    short = Text.call("nn.Linear", ["in_features=1"])
    assert assigned("self.fc", short, "") == "self.fc = nn.Linear(in_features=1)"
    middle = Text.call("nn.Conv2d", [f"argument{n}={n}" for n in range(7)])
    assert assigned("self.conv", middle, "").count("\n") == 2
    long = Text.call("nn.Conv2d", [f"argument{n}={n}" for n in range(30)])
    lines = assigned("self.conv", long, "    ").splitlines()
    assert lines[1] == "        argument0=0,"
    assert len(lines) == 32
    assert bracketed("f(", [], ")", "") == "f()"


def test_operands_get_parentheses_where_they_need_them() -> None:
    total = Text("a + b", "+")
    assert total.inside("+") == "a + b"
    assert total.inside("*") == "(a + b)"
    assert total.inside() == "(a + b)"
    assert Text("a").inside("*") == "a"

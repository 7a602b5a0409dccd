"""What may be typed into a number field."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.words import read_any, read_sizes, shown
from engine.spec.arithmetic import LIMIT, NotANumberError, evaluate, resolved


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64*2", 128),
        ("64 × 2", 128),
        ("(28-4)/2", 12),
        ("-3", -3),
        ("+7 // 2", 3),
        ("7 % 4", 3),
        ("2^10", 1024),
        ("2**-2", 0.25),
        ("1e-3", 0.001),
        ("0,5", 0.5),
        ("1/3", 1 / 3),
        (" 12 ", 12),
    ],
)
def test_arithmetic(text: str, value: float) -> None:
    assert evaluate(text) == value
    assert type(evaluate(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A number or arithmetic such as 64*2 goes here"),
        ("sixty", "Only numbers and"),
        ("__import__('os').system('true')", "Only numbers and"),
        ("(1).real", "Only numbers and"),
        ("True", "Only numbers and"),
        ("1/0", "Nothing can be divided by zero. Received: 1/0"),
        ("9**9**9", "The result is too large"),
        ("1e400", "The result is too large"),
        ("(-8)^0.5", "There is no such root"),
        ("(" * 150 + "1" + ")" * 49, "A number or arithmetic"),
        ("1" * 300, "A number or arithmetic"),
        ("\ud800", "A number or arithmetic"),
    ],
)
def test_refusals_say_why(text: str, sentence: str) -> None:
    with pytest.raises(NotANumberError) as refused:
        evaluate(text)
    assert str(refused.value).startswith(sentence)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    found = None
    with contextlib.suppress(NotANumberError):
        found = evaluate(text)
    assert found is None or (isinstance(found, (int, float)) and abs(found) <= LIMIT)


@given(st.lists(st.integers(1, 10_000), max_size=6).map(tuple))
def test_sizes_come_back_as_they_are_shown(sizes: tuple[int, ...]) -> None:
    assert read_sizes(shown(sizes)) == sizes


@pytest.mark.parametrize("text", ["1×28×28", "1x28x28", "1, 28, 28", "(1, 28, 28)", "1 28 28"])
def test_sizes_are_read_in_each_usual_spelling(text: str) -> None:
    assert read_sizes(text) == (1, 28, 28)


@pytest.mark.parametrize(
    ("text", "value"),
    [("mean", "mean"), ("1", 1), ("none", None), ("yes", True), ("(1, 2)", (1, 2)), ("2×3", (2, 3))],
)
def test_unions_are_read_by_what_the_text_is(text: str, value: object) -> None:
    assert read_any(text) == value


@pytest.mark.parametrize(("formula", "value"), [("= width * 0.5", 8), ("= rate * 2", 1), ("= rate", 0.5)])
def test_what_is_whole_fits_a_whole_parameter(formula: str, value: float) -> None:
    found = resolved({"size": formula}, {"width": 16, "rate": 0.5})["size"]
    assert (found, type(found)) == (value, type(value))

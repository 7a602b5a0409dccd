from __future__ import annotations

import math
from typing import Any, Literal

import pytest

from engine.errors import ParamError
from engine.spec import Border, Chosen, Numbers, Padding, Padding3, Pair, Param, Sizes, Triple, both
from engine.spec.params import type_words


def rule(type: Any, **more: Any) -> Param:
    return Param("size", type, None, "Help.", **more)


@pytest.mark.parametrize(
    ("type", "value", "parsed"),
    [
        (int, 3, 3),
        (float, 3, 3.0),
        (float, 0.5, 0.5),
        (bool, False, False),
        (str, "x", "x"),
        (Pair, 3, 3),
        (Pair, [3, 5], (3, 5)),
        (Sizes, [], ()),
        (Sizes, [1, 2, 3], (1, 2, 3)),
        (Padding, "same", "same"),
        (Padding, [1, 2], (1, 2)),
        (Border, 2, 2),
        (Border, "same", "same"),
        (Triple, [1, 2, 3], (1, 2, 3)),
        (Padding3, [1, 2, 3], (1, 2, 3)),
        (Numbers, [1, -0.5], (1.0, -0.5)),
        (Literal["a", "b"], "b", "b"),
    ],
)
def test_legal_values_get_the_parameters_own_type(type: Any, value: Any, parsed: Any) -> None:
    found = rule(type).parse(value)
    assert found == parsed
    assert found.__class__ is parsed.__class__


@pytest.mark.parametrize(
    ("type", "value", "words"),
    [
        (int, True, "must be a whole number"),
        (int, 1.0, "must be a whole number"),
        (int, "1", "must be a whole number"),
        (float, True, "must be a number"),
        (float, math.nan, "must be finite"),
        (float, -math.inf, "must be finite"),
        (float, None, "must be a number"),
        (bool, 1, "must be true or false"),
        (str, 1, "must be a text"),
        (Pair, [1], "must be a whole number or 2 whole numbers"),
        (Pair, [1, 2, 3], "must be a whole number or 2 whole numbers"),
        (Pair, True, "must be a whole number or 2 whole numbers"),
        (Sizes, 3, "must be a list of whole numbers"),
        (Sizes, ["a"], "must be a list of whole numbers"),
        (Padding, "valid", 'must be a whole number or 2 whole numbers or "same"'),
        (Border, [1, 2], 'must be a whole number or "same"'),
        (Triple, [1, 2], "must be a whole number or 3 whole numbers"),
        (Numbers, ["a"], "must be a list of numbers"),
        (Numbers, [math.inf], "must be finite"),
        (Literal["a", "b"], "c", "must be one of a, b"),
        (Chosen, 5, 'must be a choice with an id, such as {"id": "default"}'),
        (tuple[Chosen, ...], [5], 'must be a list of choices with ids, such as [{"id": "default"}]'),
    ],
)
def test_other_types_are_refused_in_words(type: Any, value: Any, words: str) -> None:
    with pytest.raises(ParamError) as error:
        rule(type).parse(value)
    assert str(error.value) == f"size {words}. Received: {value!r}."


@pytest.mark.parametrize(
    ("type", "value", "words"),
    [
        (int, 0, "must be at least 1 px"),
        (int, 10, "must be at most 9 px"),
        (float, 9.5, "must be at most 9 px"),
        (Pair, [1, 10], "must be at most 9 px"),
        (Sizes, [1, 0], "must be at least 1 px"),
        (int, 10**30, "must be at most 9 px"),
    ],
)
def test_bounds_hold_for_each_number(type: Any, value: Any, words: str) -> None:
    with pytest.raises(ParamError, match=f"size {words}. Received: "):
        rule(type, low=1, high=9, unit="px").parse(value)


def test_a_number_too_long_to_print_is_refused_all_the_same() -> None:
    with pytest.raises(ParamError, match="Received: a number too long to show"):
        rule(int, low=0, high=9).parse(10**5_000)


def test_long_values_are_cut_in_messages() -> None:
    with pytest.raises(ParamError) as error:
        rule(int).parse("x" * 10_000)
    assert len(str(error.value)) < 150


def test_words_of_types() -> None:
    assert type_words(int | None) == "a whole number or nothing"
    assert type_words(tuple[float, ...]) == "a list of numbers"


def test_the_title_is_the_name_in_words() -> None:
    assert Param("out_channels", int, 1, "Help.").title == "Out channels"


def test_both() -> None:
    assert both(3) == (3, 3)
    assert both((3, 5)) == (3, 5)

from __future__ import annotations

import dataclasses
from typing import Literal

import pytest

from engine.errors import ParamError
from engine.spec import Declaration, Pair, param


class Family(Declaration):
    """A family."""

    shared: int = param(1, "Shared by all.", low=0, high=9)


class Filter(Family):
    """Filters what comes in.

    Source:
        A paper.
    """

    id, title = "filter", "Filter"

    size: Pair = param(3, "Side.", low=1, high=7, unit="px", card=True)
    mode: Literal["fast", "exact"] = param("fast", "How.")
    path: str = param("", "Where from.", editor="path")

    def conflicts(self) -> list[ParamError]:
        if self.mode == "exact" and self.shared == 0:
            return [ParamError("mode", "needs something shared", self.mode)]
        return []


def test_params_come_with_their_rules_the_familys_first() -> None:
    assert list(Filter.params) == ["shared", "size", "mode", "path"]
    size = Filter.params["size"]
    assert (size.default, size.help, size.low, size.high, size.unit, size.card) == (3, "Side.", 1, 7, "px", True)
    assert Filter.params["mode"].choices == ("fast", "exact")
    assert Filter.params["path"].editor == "path"
    assert "size" not in Family.params


def test_a_declaration_is_a_frozen_value() -> None:
    made = Filter.parse({"size": [3, 5]})
    assert made.values() == {"shared": 1, "size": (3, 5), "mode": "fast", "path": ""}
    assert made == Filter(size=(3, 5))
    assert hash(made) == hash(Filter(size=(3, 5)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.size = 1  # type: ignore[misc]


def test_every_fault_is_reported() -> None:
    problems = Filter.problems({"size": 9, "mode": "slow", "sise": 1, "path": "x"})
    assert [problem.param for problem in problems] == ["size", "mode", "sise"]
    assert str(problems[2]) == 'sise is no parameter of Filter. Received: 1. Did you mean "size"?'
    with pytest.raises(ParamError, match="size must be at most 7 px"):
        Filter.parse({"size": 9, "mode": "slow"})


def test_parameters_that_do_not_go_together_are_reported_once_each_is_legal() -> None:
    with pytest.raises(ParamError, match="mode needs something shared"):
        Filter.parse({"mode": "exact", "shared": 0})
    assert [problem.param for problem in Filter.problems({"mode": "exact", "shared": 0})] == ["mode"]
    assert [problem.param for problem in Filter.problems({"mode": "exact", "shared": -1})] == ["shared"]
    assert Filter.problems({"mode": "exact"}) == []


def test_help_is_the_first_line_and_details_the_rest() -> None:
    assert Filter.help() == "Filters what comes in."
    assert Filter.details() == "Source:\n    A paper."

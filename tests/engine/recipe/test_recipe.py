"""The recipe and the optimizers it names."""

from __future__ import annotations

import inspect

import pytest

from engine.errors import ParamError
from engine.recipe import Chosen, Optimizer, Recipe, all_optimizers
from engine.torchside.make import resolve

OTHERWISE = {("sgd", "lr"), ("lbfgs", "line_search_fn"), ("muon", "weight_decay")}
"""Defaults that are not torch's: SGD's rate was long required."""


def test_a_recipe_reads_what_a_file_holds() -> None:
    recipe = Recipe.parse({"optimizer": {"id": "sgd", "params": {"lr": 0.5}}, "epochs": 3})
    assert recipe.optimizer == Chosen("sgd", {"lr": 0.5})
    assert (recipe.epochs, recipe.batch_size, recipe.data) == (3, 64, Chosen("digits"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"epochs": 0}, r"epochs must be at least 1\. Received: 0\."),
        ({"epochs": True}, r"epochs must be a whole number\. Received: True\."),
        ({"validation_split": 0.95}, r"at most 0\.9"),
        ({"device": "tpu"}, r"device must be .*one of auto, cpu, cuda, mps\. Received: 'tpu'\."),
        ({"precision": "half"}, r"precision must be .*float32, mixed"),
        ({"batchsize": 3}, r'no parameter of Recipe.*Did you mean "batch_size"'),
        ({"data": {"id": "digits", "rows": 3}}, r"data must be"),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(values: dict[str, object], words: str) -> None:
    with pytest.raises(ParamError, match=words):
        Recipe.parse(values)


def test_every_optimizer_is_found() -> None:
    found = all_optimizers()
    assert {"sgd", "adam", "adamw"} <= set(found.ids())
    assert found.problems == []


@pytest.mark.parametrize("kind", all_optimizers(), ids=lambda kind: kind.id)
def test_an_optimizer_is_torchs_own_in_name_and_defaults(kind: type[Optimizer]) -> None:
    known = inspect.signature(resolve(kind.target)).parameters
    arguments = kind().arguments()
    assert set(arguments) <= set(known)
    for name, value in arguments.items():
        default = known[name].default
        assert value == default or (kind.id, name) in OTHERWISE
    assert kind.help()
    assert kind.equation
    assert "Source:" in kind.details()

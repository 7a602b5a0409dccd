"""The recipe and the optimizers it names."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ParamError
from engine.recipe import Chosen, Optimizer, Recipe, all_optimizers
from engine.recipe.course import course
from engine.torchside.make import resolve
from engine.training.order import bounds
from engine.training.split import split

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


@given(
    st.integers(1, 300), st.integers(1, 70), st.booleans(), st.sampled_from(["mini-batch", "batch", "stochastic"])
)
def test_steps_of_an_epoch_are_those_that_training_takes(count: int, size: int, drop: bool, batching: str) -> None:
    recipe = Recipe.parse({"batch_size": size, "drop_last": drop, "batching": batching})
    assert recipe.batches(count) == len(bounds(count, recipe.samples_a_step(count), drop_last=drop))


@given(st.integers(1, 300), st.floats(0, 0.9))
def test_samples_to_train_on_are_those_that_the_split_leaves(count: int, share: float) -> None:
    assert Recipe.parse({"validation_split": share}).training_samples(count) == len(split(count, share, 0).train)


def test_a_course_is_what_training_sets() -> None:
    recipe = Recipe.parse(
        {"schedule": {"id": "cosine"}, "optimizer": {"id": "sgd", "params": {"lr": 0.4}}, "warmup": 3}
    )
    points = course(recipe.aims()[0], 4, 5)
    assert len(points) == 20
    assert points[0] == (0.0, 0.4 * 0.25)
    assert points[10] == (2.0, pytest.approx(0.2))
    long = course(recipe.aims()[0], 1000, 1000)
    assert len(long) == 240
    assert long[-1][0] == pytest.approx(1000, rel=1e-3)


def test_every_field_of_a_recipe_stands_in_a_section() -> None:
    assert all(found.group for found in Recipe.params.values())

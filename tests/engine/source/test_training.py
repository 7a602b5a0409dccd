"""The exported `train` follows the recipe: it trains what a run trains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from engine.recipe import Optimizer, Recipe, Schedule, all_optimizers, all_schedules
from engine.source import python_source
from engine.training import train_document
from engine.training.setup import build
from tests.support.executed import execute
from tests.support.recipes import objective
from tests.support.training import line

Batches = list[tuple[torch.Tensor, torch.Tensor]]
COMMON: dict[str, Any] = {"shuffle": False, "epochs": 3, "batch_size": 64, "scaling": "none"}


def exported(recipe: dict[str, Any]) -> torch.nn.Module:
    """The network that the exported function trains on the batches of a run."""
    document = line(**{**COMMON, **recipe})
    names = execute(python_source(document))
    setup = build(document)
    batches = [setup.data.train.between(start, end) for start, end in setup.bounds]
    torch.manual_seed(0)
    net: torch.nn.Module = names["Net"]()
    names["train"](net, [(x, y) for (x,), (y,) in batches])
    return net


def assert_same(recipe: dict[str, Any], folder: Path) -> None:
    """A run and the exported function end with the same weights."""
    torch.set_num_threads(1)
    done = train_document(line(**{**COMMON, **recipe}), folder=folder, thread_count=1)
    found = load_file(Path(done.run) / "checkpoints" / str(done.steps) / "weights.safetensors")
    net = exported(recipe)
    torch.testing.assert_close(found["fc.weight"], net.get_parameter("fc.weight").data, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", all_optimizers(), ids=lambda kind: kind.id)
def test_every_optimizer_trains_as_a_run_does(kind: type[Optimizer], tmp_path: Path) -> None:
    params = {"max_iter": 3} if kind.searches else {}
    assert_same({"optimizer": {"id": kind.id, "params": params}}, tmp_path)


SCHEDULES = [kind for kind in all_schedules() if kind.target and not kind.reacts]


@pytest.mark.parametrize("kind", SCHEDULES, ids=lambda kind: kind.id)
@pytest.mark.parametrize("warmup", [0, 4])
def test_every_schedule_is_followed_as_a_run_does(kind: type[Schedule], warmup: int, tmp_path: Path) -> None:
    params: dict[str, Any] = {"every": "step"} if "every" in kind.params else {}
    params |= {"step_size": 4} if kind.id == "step" else {}
    params |= {"milestones": [3, 7]} if kind.id == "multi_step" else {}
    recipe: dict[str, Any] = {"schedule": {"id": kind.id, "params": params}, "warmup": warmup}
    if warmup and not kind.chains:
        assert "Left out of the recipe: schedule." in python_source(line(**COMMON, **recipe))
        return
    assert_same(recipe, tmp_path)


def test_a_schedule_of_epochs_counts_the_epochs_that_the_function_is_given(tmp_path: Path) -> None:
    recipe = {"schedule": {"id": "cosine"}, "optimizer": {"id": "adam", "params": {"lr": 0.1}}}
    assert_same(recipe, tmp_path)
    source = python_source(line(**COMMON, **recipe))
    assert "CosineAnnealingLR(optimizer, T_max=epochs, eta_min=0.0)" in source
    assert "batches: Iterable[" in source


def test_clipping_is_printed(tmp_path: Path) -> None:
    assert_same({"clip_norm": 3.0}, tmp_path)
    assert_same({"clip_value": 0.5}, tmp_path)


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"schedule": {"id": "inverse_sqrt"}}, "schedule"),
        ({"schedule": {"id": "plateau"}}, "schedule"),
        ({"ema": 0.9, "l1": 0.1, "accumulate": 2}, "accumulate, l1, ema"),
        ({"transforms": [{"id": "noise"}], "scaling": "standard"}, "scaling, transforms"),
    ],
)
def test_what_is_not_printed_is_said(recipe: dict[str, Any], words: str) -> None:
    source = python_source(line(**{**COMMON, **recipe}))
    assert f"Left out of the recipe: {words}." in source
    execute(source)


def test_objectives_in_turn_are_no_sum_of_losses() -> None:
    source = python_source(line(**COMMON, objectives=[objective("one", ["loss"], [])]))
    assert "def train" not in source
    assert "objectives are trained in turn" in source
    assert "def criterion" in source
    execute(source)


def test_nothing_is_said_where_all_is_printed() -> None:
    assert "Left out" not in python_source(line(**COMMON, clip_norm=1.0, schedule={"id": "linear"}, warmup=3))


def test_a_wrong_schedule_prints_none() -> None:
    source = python_source(line(**COMMON, schedule={"id": "absent"}))
    assert "scheduler" not in source
    assert "def train" in source
    assert Recipe.parse({"schedule": {"id": "absent"}}).schedule.id == "absent"

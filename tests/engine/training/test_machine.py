"""Threads, memory, optimizers and devices."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from engine.errors import BuildError, ParamError, UnknownIdError
from engine.recipe import Chosen
from engine.training import memory, optimizing, threads
from engine.training.rehearsal import rehearsing
from engine.training.setup import build
from tests.support.training import spirals


@pytest.fixture(autouse=True)
def _threads_as_before() -> Any:
    count = torch.get_num_threads()
    yield
    torch.set_num_threads(count)


class Machine:
    """A clock that a step advances by what it costs with the present number of threads."""

    def __init__(self, costs: dict[int, float], monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.steps, self._costs = 0.0, 0, costs
        self.count = 1
        monkeypatch.setattr(threads.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(threads.torch, "set_num_threads", self._set)

    def _set(self, count: int) -> None:
        self.count = count

    def step(self) -> None:
        """One step."""
        self.steps += 1
        self.now += self._costs[self.count]


@pytest.mark.parametrize(
    ("costs", "available", "chosen"),
    [
        ({1: 0.0005}, 8, 1),  # a small net is not even tried on more
        ({1: 0.1, 2: 0.05, 4: 0.03, 8: 0.02}, 8, 8),
        ({1: 0.1, 2: 0.05, 4: 0.048, 8: 0.01}, 8, 2),  # no gain: no further
        ({1: 0.1, 2: 0.09}, 2, 1),
        ({1: 0.1}, 1, 1),
        ({1: 3.0, 6: 1.0}, 6, 6),  # too slow to measure
    ],
)
def test_threads_are_chosen_by_measuring(
    costs: dict[int, float], available: int, chosen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(costs, monkeypatch)
    assert threads.choose(machine.step, available) == chosen == machine.count
    assert machine.steps <= 20


def test_measuring_leaves_nothing_behind() -> None:
    setup = build(spirals())
    network = setup.forward.compiled.network
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    random = torch.get_rng_state()
    with rehearsing(setup.forward, setup.data.train.between(0, 32)) as step:
        step()
        step()
        assert not torch.equal(network.state_dict()["norm.running_mean"], before["norm.running_mean"])
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())
    assert torch.equal(torch.get_rng_state(), random)


def test_memory_is_tuned_where_that_can_be() -> None:
    import platform

    assert memory.tune() is (platform.libc_ver()[0] == "glibc")


@pytest.mark.parametrize(
    ("chosen", "kind"),
    [
        (Chosen("adam", {"beta1": 0.5}), torch.optim.Adam),
        (Chosen("adamw"), torch.optim.AdamW),
        (Chosen("sgd", {"momentum": 0.9, "nesterov": True}), torch.optim.SGD),
    ],
)
def test_optimizers_are_torchs_own_with_the_params_given(
    chosen: Chosen, kind: type[torch.optim.Optimizer]
) -> None:
    made = optimizing.make(chosen, nn.Linear(2, 2).parameters(), torch.device("cpu"))
    assert type(made) is kind
    group = made.param_groups[0]
    assert group["fused"]
    if chosen.id == "adam":
        assert group["betas"] == (0.5, 0.999)
    if chosen.id == "sgd":
        assert (group["momentum"], group["nesterov"]) == (0.9, True)


def test_wrong_optimizers_are_refused() -> None:
    weights = list(nn.Linear(2, 2).parameters())
    cpu = torch.device("cpu")
    with pytest.raises(UnknownIdError, match='Did you mean "adam"'):
        optimizing.make(Chosen("adm"), weights, cpu)
    with pytest.raises(ParamError, match="lr must be at least 0"):
        optimizing.make(Chosen("sgd", {"lr": -1.0}), weights, cpu)
    with pytest.raises(BuildError, match="Nesterov"):
        optimizing.make(Chosen("sgd", {"nesterov": True}), weights, cpu)
    with pytest.raises(BuildError, match="no weights to learn"):
        optimizing.make(Chosen("adam"), [], cpu)


def test_the_learning_rate_of_all_weights_turns() -> None:
    made = optimizing.make(Chosen("adam"), nn.Linear(2, 2).parameters(), torch.device("cpu"))
    assert optimizing.rate(made) == 0.001
    optimizing.set_rate(made, 0.5)
    assert {group["lr"] for group in made.param_groups} == {0.5}

"""Optimizers that torch lacks follow their papers."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.torchside.optimizers.ftrl import Ftrl
from engine.torchside.optimizers.lion import Lion
from engine.torchside.optimizers.muon import MuonAdamW

Array = np.ndarray
STEPS = 12


def gradient(theta: Array) -> Array:
    """Of ½·Σ c·(θ − 0.3)² with different curvatures."""
    return np.linspace(0.5, 3, theta.size) * (theta - 0.3)


def trained(make: Callable[[list[Tensor]], torch.optim.Optimizer], start: Array) -> list[Array]:
    """The weights after each step along that gradient."""
    weight = torch.tensor(start, requires_grad=True)
    optimizer = make([weight])
    found = []
    for _ in range(STEPS):
        weight.grad = torch.from_numpy(gradient(weight.detach().numpy()))
        optimizer.step()
        found.append(weight.detach().numpy().copy())
    return found


START = np.array([1.0, -2.0, 0.5, 0.0, 3.0])


def test_lion_is_algorithm_2_of_its_paper() -> None:
    lr, b1, b2, decay = 0.05, 0.8, 0.95, 0.1
    theta, m = START.copy(), np.zeros(5)
    for found in trained(lambda p: Lion(p, lr=lr, betas=(b1, b2), weight_decay=decay), START):
        g = gradient(theta)
        c = b1 * m + (1 - b1) * g
        theta = theta - lr * (np.sign(c) + decay * theta)
        m = b2 * m + (1 - b2) * g
        np.testing.assert_allclose(found, theta, rtol=1e-12)


def test_ftrl_is_algorithm_1_of_its_paper() -> None:
    alpha, beta, l1, l2 = 0.5, 1.0, 1.9, 0.2
    # With z = n = 0 the paper's first weights are 0.
    z, n, theta = np.zeros(5), np.zeros(5), np.zeros(5)
    for found in trained(lambda p: Ftrl(p, lr=alpha, beta=beta, l1=l1, l2=l2), np.zeros(5)):
        g = gradient(theta)
        sigma = (np.sqrt(n + g * g) - np.sqrt(n)) / alpha
        z, n = z + g - sigma * theta, n + g * g
        theta = np.array(
            [
                0.0 if abs(zi) <= l1 else -(zi - np.sign(zi) * l1) / ((beta + np.sqrt(ni)) / alpha + l2)
                for zi, ni in zip(z, n, strict=True)
            ]
        )
        np.testing.assert_allclose(found, theta, rtol=1e-10, atol=1e-14)
    assert (theta == 0).any()  # the pull to exactly 0 is at work
    assert (theta != 0).any()


def test_ftrl_starts_at_the_weights_given_and_another_rate_leaves_them_there() -> None:
    weight = torch.tensor(START, requires_grad=True)
    optimizer = Ftrl([weight], lr=0.5, l1=0.3, l2=0.1)
    weight.grad = torch.zeros(5, dtype=torch.float64)
    for rate in (0.5, 0.05, 0.0, 0.2):
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        np.testing.assert_allclose(weight.detach().numpy(), START, rtol=1e-12)


def test_muon_moves_matrices_as_torchs_muon_and_all_else_as_torchs_adamw() -> None:
    def network() -> nn.Sequential:
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv1d(1, 3, 2), nn.Flatten(), nn.Linear(9, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))

    def train(network: nn.Module, step: Callable[[], object]) -> None:
        chance = torch.Generator().manual_seed(1)
        for _ in range(STEPS):
            network.zero_grad()
            network(torch.randn(8, 1, 4, generator=chance)).square().mean().backward()
            step()

    ours, theirs = network(), network()
    train(
        ours, MuonAdamW(list(ours.parameters()), lr=0.02, momentum=0.9, betas=(0.8, 0.99), weight_decay=0.1).step
    )
    matrices = [p for p in theirs.parameters() if p.ndim == 2]
    others = [p for p in theirs.parameters() if p.ndim != 2]
    muon = torch.optim.Muon(matrices, lr=0.02, momentum=0.9, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    adamw = torch.optim.AdamW(others, lr=0.02, betas=(0.8, 0.99), weight_decay=0.1)
    train(theirs, lambda: (muon.step(), adamw.step()))
    assert len(matrices) == 2
    for name, weight in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[name], weight), name


@pytest.mark.parametrize("make", [Lion, Ftrl, MuonAdamW])
def test_state_comes_back(make: type[torch.optim.Optimizer]) -> None:
    def run(steps: int, weights: list[Tensor], optimizer: torch.optim.Optimizer) -> None:
        for step in range(steps):
            for weight in weights:
                weight.grad = torch.cos(weight.detach() + step)
            optimizer.step()

    def fresh() -> list[Tensor]:
        return [torch.ones(3, 2, requires_grad=True), torch.full((4,), 0.5, requires_grad=True)]

    first, second = fresh(), fresh()
    one, other = make(first, lr=0.1), make(second, lr=0.1)
    run(3, first, one)
    with torch.no_grad():
        for mine, theirs in zip(second, first, strict=True):
            mine.copy_(theirs)
    other.load_state_dict(copy.deepcopy(one.state_dict()))
    run(3, first, one)
    run(3, second, other)
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(second, first, strict=True))


def test_weights_without_gradient_stay() -> None:
    for make in (Lion, Ftrl, MuonAdamW):
        weights = [torch.ones(2, 2, requires_grad=True), torch.ones(2, requires_grad=True)]
        make(weights, lr=0.1).step()
        assert all(torch.equal(weight, torch.ones_like(weight)) for weight in weights)


def test_a_closure_is_called() -> None:
    for make in (Lion, Ftrl, MuonAdamW):
        weight = torch.ones(2, requires_grad=True)

        def loss(weight: Tensor = weight) -> float:
            total = weight.square().sum()
            total.backward()
            return float(total.detach())

        assert make([weight], lr=0.1).step(loss) == 2.0
        assert (weight < 1).all()

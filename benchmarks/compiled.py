"""P1: the compiled graph against a hand-written module with the same weights, forward and with backward."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from engine.build import compile, initialize
from engine.graph import Document
from engine.runs import environment
from tests.support import deep, handwritten, networks

ROUNDS = 41
SLICE = 0.04
"""Seconds that one of a round's measurements takes, at least one call."""

CASES: dict[str, tuple[Callable[[], Document], Callable[[], nn.Module], Callable[[], Tensor]]] = {
    "mlp": (networks.mlp, handwritten.MLP, lambda: torch.randn(32, 64)),
    "lenet": (networks.lenet, handwritten.LeNet, lambda: torch.randn(32, 1, 28, 28)),
    "resnet18": (
        lambda: networks.resnet(width=32),
        lambda: handwritten.ResNet(width=32),
        lambda: torch.randn(2, 3, 32, 32),
    ),
    "resnet18 of blocks": (
        lambda: deep.resnet(width=32),
        lambda: handwritten.ResNet(width=32),
        lambda: torch.randn(2, 3, 32, 32),
    ),
    "resnet152": (
        lambda: deep.resnet152(64, 10),
        lambda: handwritten.ResNet152(10),
        lambda: torch.randn(2, 3, 64, 64),
    ),
    "inception": (networks.inception, handwritten.Inception, lambda: torch.randn(8, 32, 16, 16)),
    "encoder": (networks.encoder, handwritten.Encoder, lambda: torch.randn(8, 32, 64)),
    "lstm": (networks.lstm, handwritten.LSTM, lambda: torch.randint(0, 100, (16, 32))),
    "lstm from gates": (deep.lstm, handwritten.GatedLSTM, lambda: torch.randint(0, 100, (16, 32))),
    "dense, 2,000 nodes": (
        lambda: networks.dense_residual(64, 399),
        lambda: handwritten.DenseResidual(64, 399),
        lambda: torch.randn(32, 64),
    ),
}


def forward(net: nn.Module, x: Tensor) -> None:
    """One answer, without gradients."""
    with torch.no_grad():
        net(x)


def both(net: nn.Module, x: Tensor) -> None:
    """One answer, and the gradients of all weights."""
    net.zero_grad(set_to_none=True)
    net(x).sum().backward()


def cost(work: Callable[[nn.Module, Tensor], None], net: nn.Module, x: Tensor, calls: int) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    for _ in range(calls):
        work(net, x)
    return (time.process_time() - start) / calls


def compare(work: Callable[[nn.Module, Tensor], None], nets: list[nn.Module], x: Tensor) -> list[float]:
    """Cost of each net relative to the first: the median over rounds in which they take turns."""
    for net in nets:
        cost(work, net, x, 3)
    calls = max(1, round(SLICE / cost(work, nets[0], x, 3)))
    ratios: list[list[float]] = [[] for _ in nets]
    for number in range(ROUNDS):
        order = list(range(len(nets)))[:: -1 if number % 2 else 1]
        costs = {index: cost(work, nets[index], x, calls) for index in order}
        for index in order:
            ratios[index].append(costs[index] / costs[0])
    return [statistics.median(ratio) for ratio in ratios]


def measure(case: str) -> dict[str, float]:
    """Ratios of compiled to hand-written, and of hand-written to itself as a control."""
    document, hand_written, inputs = CASES[case]
    compiled = compile(document())
    initialize(compiled, 0)
    hands = [hand_written(), hand_written()]
    for hand in hands:
        handwritten.copy_weights(compiled, hand)
    x = inputs()
    with torch.no_grad():
        torch.testing.assert_close(compiled.network.eval()(x), hands[0].eval()(x))
    nets = [hands[0].train(), compiled.network.train(), hands[1].train()]
    _, once, once_control = compare(forward, nets, x)
    _, twice, twice_control = compare(both, nets, x)
    found = {"forward": once, "both": twice, "control_forward": once_control, "control_both": twice_control}
    return {name: round(ratio, 3) for name, ratio in found.items()}


def main() -> None:
    """Print one line."""
    torch.set_num_threads(1)
    cases = {case: measure(case) for case in sys.argv[1:] or CASES}
    facts = environment.describe()
    line = {
        "id": "P1",
        "figure": max(max(case["forward"], case["both"]) for case in cases.values()),
        "unit": "CPU time of compiled / hand-written, worst of forward and forward + backward",
        "against": "first: 1.10 forward, 1.05 with backward; goal: 1.02, 1.00",
        "cases": cases,
        "machine": f"{facts['machine']}, {facts['cores']} cores, one thread",
        "versions": {"python": facts["python"], **facts["packages"]},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()

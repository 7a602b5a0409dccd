"""Networks drawn and written by hand, with the same weights, give the same numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from engine.analysis import analyse
from engine.build import compile
from engine.graph import Document
from tests.support import deep, handwritten, networks

PAIRS: dict[str, tuple[Callable[[], Document], Callable[[], nn.Module], Callable[[], Tensor]]] = {
    "mlp": (networks.mlp, handwritten.MLP, lambda: torch.randn(4, 64)),
    "lenet": (networks.lenet, handwritten.LeNet, lambda: torch.randn(4, 1, 28, 28)),
    "resnet": (
        lambda: networks.resnet(8, (1, 2), 16),
        lambda: handwritten.ResNet(8, (1, 2)),
        lambda: torch.randn(4, 3, 16, 16),
    ),
    "inception": (
        lambda: networks.inception(8, 12),
        lambda: handwritten.Inception(8),
        lambda: torch.randn(4, 8, 12, 12),
    ),
    "encoder": (
        lambda: networks.encoder(6, 16, 4, 2),
        lambda: handwritten.Encoder(16, 4, 2),
        lambda: torch.randn(4, 6, 16),
    ),
    "lstm": (
        lambda: networks.lstm(7, 20, 12),
        lambda: handwritten.LSTM(20, 12),
        lambda: torch.randint(0, 20, (4, 7)),
    ),
    "dense blocks": (
        lambda: networks.dense_residual(8, 6),
        lambda: handwritten.DenseResidual(8, 6),
        lambda: torch.randn(4, 8),
    ),
    "resnet of blocks": (
        lambda: deep.resnet(8, (1, 2), 16),
        lambda: handwritten.ResNet(8, (1, 2)),
        lambda: torch.randn(4, 3, 16, 16),
    ),
    "lstm from gates": (
        lambda: deep.lstm(7, 20, 12),
        lambda: handwritten.GatedLSTM(20, 12),
        lambda: torch.randint(0, 20, (4, 7)),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_drawn_and_written_agree(name: str) -> None:
    draw, write, inputs = PAIRS[name]
    compiled, hand = compile(draw(), seed=1), write()
    handwritten.copy_weights(compiled, hand)
    torch.manual_seed(2)
    x = inputs()
    for mode in (True, False):
        ours, theirs = compiled.network.train(mode)(x), hand.train(mode)(x)
        torch.testing.assert_close(ours, theirs)
        ours.square().sum().backward()
        theirs.square().sum().backward()
    by_path = {path.replace(".", "_"): weight.grad for path, weight in hand.named_parameters()}
    for path, weight in compiled.network.named_parameters():
        torch.testing.assert_close(weight.grad, by_path[path.replace(".", "_")])


def test_lenet_has_the_published_count_of_parameters() -> None:
    document = networks.lenet()
    weights = compile(document).network.parameters()
    assert sum(weight.numel() for weight in weights) == analyse(document).parameters == 61_706


def test_resnet_18_has_the_published_count_of_parameters() -> None:
    """11,173,962 for CIFAR-10 with projections on the three skips that change size."""
    weights = compile(networks.resnet()).network.parameters()
    assert sum(weight.numel() for weight in weights) == 11_173_962

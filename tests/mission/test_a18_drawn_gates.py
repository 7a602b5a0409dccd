"""A18: the example's LSTM, drawn from gates, is torch's."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from app.settings import examples
from engine.build import compile
from engine.graph import RemoveNode, file

GATES = {"write": 0, "forget": 1, "content": 2, "show": 3}
"""Where torch stacks them: i, f, g, o."""


def stacked(state: dict[str, Tensor]) -> nn.LSTM:
    """torch's layer with the weights of the drawn gates."""
    twin = nn.LSTM(8, 32, batch_first=True)
    with torch.no_grad():
        for gate, place in GATES.items():
            weight, rows = state[f"lstm.{gate}_sum.weight"], slice(32 * place, 32 * place + 32)
            twin.weight_ih_l0[rows], twin.weight_hh_l0[rows] = weight[:, :8], weight[:, 8:]
            twin.bias_ih_l0[rows], twin.bias_hh_l0[rows] = state[f"lstm.{gate}_sum.bias"], 0
    return twin


def test_the_examples_group_of_gates_equals_torchs_lstm() -> None:
    document = file.load(next(path for path in examples() if path.stem == "lstm_gates_digits"))
    for id in ("loss", "accuracy", "label", "digit"):
        document.apply(RemoveNode(id))
    network = compile(document, seed=4).network
    pictures = torch.rand(6, 1, 8, 8)
    expected = stacked(network.state_dict())(pictures[:, 0])[0][:, -1]
    torch.testing.assert_close(network(pictures), expected, rtol=0, atol=1e-6)

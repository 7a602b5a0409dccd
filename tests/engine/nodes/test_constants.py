from __future__ import annotations

import torch

from tests.support.one_node import out, prepare
from tests.support.torch_side import built, computed

LIKE = torch.randn(3, 4, 2)


def test_a_constant_follows_the_batch() -> None:
    assert torch.equal(out("constant", {"value": 0.5, "shape": [2, 3]}, like=LIKE), torch.full((3, 2, 3), 0.5))
    assert torch.equal(out("constant", {"value": 2.0, "shape": []}, like=LIKE), torch.full((3,), 2.0))
    counted = out("constant", {"value": 1.5}, like=LIKE.long())
    assert torch.equal(counted, torch.full((3, 1), 1.5))


def test_positions_and_even_steps() -> None:
    assert out("arange", like=LIKE).tolist() == [[0, 1, 2, 3]] * 3
    assert out("arange", {"dim": -1}, like=LIKE).tolist() == [[0, 1]] * 3
    steps = out("linspace", {"start": -1.0, "end": 1.0, "steps": 5}, like=LIKE)
    assert steps.tolist() == [[-1.0, -0.5, 0.0, 0.5, 1.0]] * 3


def test_learned_numbers_are_those_of_the_weight() -> None:
    assert torch.equal(out("parameter", {"shape": [2, 5], "begin": "ones"}, like=LIKE), torch.ones(3, 2, 5))
    assert not out("parameter", {"begin": "zeros"}, like=LIKE).any()
    torch.manual_seed(0)
    spread = out("parameter", {"shape": [10_000], "std": 0.5}, like=LIKE)
    assert abs(spread[0].std().item() - 0.5) < 0.02
    assert torch.equal(spread[0], spread[2])


def test_a_learned_number_learns_from_every_sample() -> None:
    kind, inputs, feeds = prepare("parameter", {"shape": [2], "begin": "zeros"}, {"like": LIKE})
    layers = built(kind, inputs)
    computed(kind, inputs, feeds, layers)["out"].sum().backward()
    (weight,) = layers[""].parameters()
    assert weight.grad is not None
    assert weight.grad.tolist() == [3.0, 3.0]

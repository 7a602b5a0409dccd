"""Taps read what a plain forward hook reads, and change nothing."""

from __future__ import annotations

import pytest
import torch

from engine.build import compile, evaluating, tapped
from engine.errors import BuildError
from tests.support import networks
from tests.support.drawing import Drawing


def test_taps_equal_forward_hooks() -> None:
    compiled = compile(networks.lenet(), seed=0)
    seen = {}
    for name in ("conv1", "conv2", "fc2"):
        layer = compiled.network.get_submodule(name)
        layer.register_forward_hook(lambda _, __, out, name=name: seen.__setitem__(name, out))
    x = torch.randn(3, 1, 28, 28)
    expected = compiled.network(x)
    hooked = dict(seen)
    outputs, values = tapped(compiled, seen)(x)
    assert torch.equal(outputs, expected)
    assert list(values) == ["conv1", "conv2", "fc2"]
    for name, value in values.items():
        assert torch.equal(value, hooked[name])


def test_any_node_can_be_tapped() -> None:
    """Inputs, functions, additions, joints and nodes of several outputs."""
    drawing = Drawing()
    drawing.add("x", "input", shape=[6, 4])
    drawing.add("joint", "identity", "x")
    drawing.add("attend", "multihead_attention", to={"query": "joint"}, num_heads=2)
    drawing.add("sum", "add", "joint", "attend")
    drawing.add("bent", "relu", "sum")
    compiled = compile(drawing.document, seed=0)
    x = torch.randn(2, 6, 4)
    outputs, values = tapped(compiled, ["x", "joint", "attend", "sum", "bent"])(x)
    attended, _ = compiled.network.attend(x, x, x)
    assert torch.equal(values["x"], x)
    assert torch.equal(values["joint"], x)
    torch.testing.assert_close(values["attend"], attended)
    torch.testing.assert_close(values["sum"], x + attended)
    torch.testing.assert_close(values["bent"], torch.relu(x + attended))
    assert torch.equal(values["bent"], outputs)


def test_taps_share_layers_and_leave_the_network_as_it_was() -> None:
    compiled = compile(networks.lenet())
    before = compiled.network.code
    view = tapped(compiled, ["conv1"])
    assert view.conv1 is compiled.network.conv1
    assert compiled.network.code == before
    assert list(view.state_dict()) == list(compiled.network.state_dict())


def test_a_node_outside_the_network_is_refused() -> None:
    compiled = compile(networks.lenet())
    with pytest.raises(BuildError, match=r'no node "conv3".*Did you mean "conv'):
        tapped(compiled, ["conv3"])
    with pytest.raises(BuildError, match='no node "loss"'):
        tapped(compiled, ["loss"])


def test_looking_while_training_disturbs_nothing() -> None:
    drawing = Drawing()
    drawing.add("x", "input", shape=[4])
    drawing.add("norm", "batch_norm1d", "x")
    drawing.add("drop", "dropout", "norm")
    compiled = compile(drawing.document)
    compiled.network.train()
    compiled.network.drop.eval()
    view = tapped(compiled, ["norm"])
    kept = {name: value.clone() for name, value in compiled.network.state_dict().items()}
    with evaluating(view):
        assert not compiled.network.norm.training
        _, values = view(torch.randn(5, 4))
    assert not values["norm"].requires_grad
    assert compiled.network.training
    assert compiled.network.norm.training
    assert not compiled.network.drop.training
    assert all(torch.equal(value, kept[name]) for name, value in compiled.network.state_dict().items())


def test_modes_return_when_looking_fails() -> None:
    compiled = compile(networks.mlp())
    compiled.network.train()
    with pytest.raises(RuntimeError), evaluating(compiled.network):
        compiled.network(torch.zeros(2, 3))
    assert compiled.network.training
    assert compiled.network.fc1.training
    assert torch.is_grad_enabled()

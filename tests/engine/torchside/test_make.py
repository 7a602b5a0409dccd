"""Calls become torch."""

from __future__ import annotations

import operator

import pytest
import torch
from torch import nn

from engine.catalog import In, Item, Many, Name, function, layer
from engine.errors import BuildError
from engine.torchside.make import evaluate, make_layer, make_layers, resolve


def test_names_are_resolved() -> None:
    assert resolve("torch.nn.Conv2d") is nn.Conv2d
    assert resolve("torch.nn.functional.relu") is torch.nn.functional.relu
    assert resolve("torch.int64") is torch.int64
    assert resolve("operator.add") is operator.add
    assert resolve("engine.torchside.layers.positions.SinusoidalPositions").__name__ == "SinusoidalPositions"


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "builtins.eval",
        "eval",
        "torch",
        "torchvision.ops",
        "torch.__builtins__",
        "torch._C.relu",
        "engine.graph.file.write",
        "operator.add; import os",
        "torch..relu",
        "",
    ],
)
def test_names_outside_the_roots_are_refused(target: str) -> None:
    with pytest.raises(BuildError, match="A call names something public in torch, operator"):
        resolve(target)


def test_a_name_of_nothing_is_refused() -> None:
    with pytest.raises(BuildError, match=r'There is no "torch.nn.Conv9d"'):
        resolve("torch.nn.Conv9d")
    with pytest.raises(BuildError, match=r'There is no "engine.torchside.layers.absent.Layer"'):
        resolve("engine.torchside.layers.absent.Layer")


def test_layers_are_made_with_their_arguments() -> None:
    made = make_layer(layer("torch.nn.Conv2d", in_channels=3, out_channels=5, kernel_size=(1, 2), bias=False))
    assert isinstance(made, nn.Conv2d)
    assert made.weight.shape == (5, 3, 1, 2)
    assert made.bias is None
    whole = make_layer(layer("torch.nn.Linear", in_features=2, out_features=2, dtype=Name("torch.float64")))
    assert whole.weight.dtype == torch.float64


def test_what_cannot_be_made_says_why() -> None:
    with pytest.raises(BuildError, match=r"torch.nn.Linear cannot be made: .*in_features"):
        make_layer(layer("torch.nn.Linear", out_features=2))
    with pytest.raises(BuildError, match="cannot be made: in_channels must be divisible by groups"):
        make_layer(layer("torch.nn.Conv2d", in_channels=3, out_channels=4, kernel_size=1, groups=2))
    with pytest.raises(BuildError, match="is no layer"):
        make_layer(layer("torch.relu"))
    with pytest.raises(BuildError, match="is no layer"):
        make_layer(function("torch.nn.Linear"))


def test_a_node_may_own_several_layers() -> None:
    first = layer("torch.nn.Linear", part="up", in_features=2, out_features=3)
    second = layer("torch.nn.Linear", args=(first,), part="down", in_features=3, out_features=2)
    made = make_layers({"out": second})
    assert list(made) == ["up", "down"]
    x = torch.randn(4, 2)
    found = evaluate({"out": second}, made, {"in": (x,)})
    torch.testing.assert_close(found["out"], made["down"](made["up"](x)))


def test_two_layers_of_one_name_are_refused() -> None:
    first = layer("torch.nn.Identity")
    with pytest.raises(BuildError, match='Two layers of one node are called ""'):
        make_layers({"out": layer("torch.nn.Identity", args=(first,))})


def test_expressions_are_computed() -> None:
    read = layer("torch.nn.LSTM", input_size=3, hidden_size=4, batch_first=True)
    calls = {"out": Item(read, 0), "h": Item(Item(read, 1), 0)}
    made = make_layers(calls)
    x = torch.randn(2, 5, 3)
    out, (h, _) = made[""](x)
    found = evaluate(calls, made, {"in": (x,)})
    torch.testing.assert_close(found["out"], out)
    torch.testing.assert_close(found["h"], h)


def test_functions_take_many_names_and_nothing() -> None:
    a, b = torch.ones(2, 1), torch.zeros(2, 1)
    joined = evaluate({"out": function("torch.cat", Many(), dim=1)}, {}, {"in": (a, b)})["out"]
    assert joined.tolist() == [[1, 0], [1, 0]]
    whole = evaluate({"out": function("torch.Tensor.to", In(), Name("torch.int64"))}, {}, {"in": (a,)})["out"]
    assert whole.dtype == torch.int64
    bounded = function("torch.clamp", In(), In("low"), 0.5)
    assert evaluate({"out": bounded}, {}, {"in": (a,)})["out"].tolist() == [[0.5], [0.5]]

"""Each block of images computes its paper's equations, written here by hand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from tests.support.library import Ran, State


def conv(x: Tensor, state: State, name: str, **options: Any) -> Tensor:
    return functional.conv2d(x, state[f"{name}.weight"], state.get(f"{name}.bias"), **options)


def norm(x: Tensor, state: State, name: str) -> Tensor:
    """Each channel over the batch, as in training."""
    mean = x.mean((0, 2, 3), keepdim=True)
    variance = x.var((0, 2, 3), keepdim=True, correction=0)
    scaled = (x - mean) / torch.sqrt(variance + 1e-5)
    return scaled * state[f"{name}.weight"][:, None, None] + state[f"{name}.bias"][:, None, None]


def cbr(x: Tensor, state: State, name: str, **options: Any) -> Tensor:
    """Convolution, normalization and ReLU under a common name."""
    return torch.relu(norm(conv(x, state, f"{name}.conv", **options), state, f"{name}.bn"))


def twice(x: Tensor, state: State, name: str) -> Tensor:
    return cbr(cbr(x, state, f"{name}.0", padding=1), state, f"{name}.1", padding=1)


def last_norm(x: Tensor, state: State, name: str, eps: float) -> Tensor:
    """Each pixel over its channels."""
    mean = x.mean(1, keepdim=True)
    variance = x.var(1, keepdim=True, correction=0)
    scaled = (x - mean) / torch.sqrt(variance + eps)
    return scaled * state[f"{name}.weight"][:, None, None] + state[f"{name}.bias"][:, None, None]


def test_conv_norm_relu() -> None:
    ran = Ran("conv_bn_relu", {"in": (3, 9, 9)}, out_channels=5, kernel_size=5, stride=2)
    (x,), state = ran.inputs, ran.state
    ran.gives(torch.relu(norm(conv(x, state, "conv", padding=2, stride=2), state, "bn")))


def test_residual_basic() -> None:
    ran = Ran("residual_basic", {"in": (4, 6, 6)}, width=4)
    (x,), state = ran.inputs, ran.state
    y = torch.relu(norm(conv(x, state, "conv1", padding=1), state, "bn1"))
    ran.gives(torch.relu(norm(conv(y, state, "conv2", padding=1), state, "bn2") + x))


def test_residual_basic_down() -> None:
    ran = Ran("residual_basic_down", {"in": (4, 6, 6)}, width=6)
    (x,), state = ran.inputs, ran.state
    y = torch.relu(norm(conv(x, state, "conv1", padding=1, stride=2), state, "bn1"))
    skip = norm(conv(x, state, "project", stride=2), state, "project_bn")
    ran.gives(torch.relu(norm(conv(y, state, "conv2", padding=1), state, "bn2") + skip))


def narrowed(x: Tensor, state: State, **options: Any) -> Tensor:
    """The three convolutions of a bottleneck."""
    y = torch.relu(norm(conv(x, state, "conv1"), state, "bn1"))
    y = torch.relu(norm(conv(y, state, "conv2", padding=1, **options), state, "bn2"))
    return norm(conv(y, state, "conv3"), state, "bn3")


def test_residual_bottleneck() -> None:
    ran = Ran("residual_bottleneck", {"in": (8, 6, 6)}, width=2)
    (x,), state = ran.inputs, ran.state
    assert state["conv2.weight"].shape == (2, 2, 3, 3)
    ran.gives(torch.relu(narrowed(x, state) + x))


def test_residual_bottleneck_down() -> None:
    ran = Ran("residual_bottleneck_down", {"in": (8, 6, 6)}, width=3)
    (x,), state = ran.inputs, ran.state
    skip = norm(conv(x, state, "project", stride=2), state, "project_bn")
    ran.gives(torch.relu(narrowed(x, state, stride=2) + skip))
    assert ran.outputs[0].shape == (3, 12, 3, 3)


def test_preactivation_residual() -> None:
    ran = Ran("preactivation_residual", {"in": (4, 6, 6)}, width=4)
    (x,), state = ran.inputs, ran.state
    y = conv(torch.relu(norm(x, state, "bn1")), state, "conv1", padding=1)
    ran.gives(x + conv(torch.relu(norm(y, state, "bn2")), state, "conv2", padding=1))


def test_resnext_bottleneck() -> None:
    ran = Ran("resnext_bottleneck", {"in": (16, 6, 6)}, out_channels=16, groups=4)
    (x,), state = ran.inputs, ran.state
    assert state["conv2.weight"].shape == (8, 2, 3, 3)
    ran.gives(torch.relu(narrowed(x, state, groups=4) + x))


def test_resnext_bottleneck_down() -> None:
    ran = Ran("resnext_bottleneck_down", {"in": (8, 6, 6)}, out_channels=16, groups=4)
    (x,), state = ran.inputs, ran.state
    skip = norm(conv(x, state, "project", stride=2), state, "project_bn")
    ran.gives(torch.relu(narrowed(x, state, groups=4, stride=2) + skip))


def dense(x: Tensor, state: State, way: str = "") -> Tensor:
    """A dense layer, H of the paper, beside what it got."""
    y = conv(torch.relu(norm(x, state, f"{way}norm1")), state, f"{way}conv1")
    y = conv(torch.relu(norm(y, state, f"{way}norm2")), state, f"{way}conv2", padding=1)
    return torch.cat([x, y], 1)


def test_dense_layer() -> None:
    ran = Ran("dense_layer", {"in": (4, 6, 6)}, growth_rate=3)
    assert ran.state["conv1.weight"].shape == (12, 4, 1, 1)
    ran.gives(dense(ran.inputs[0], ran.state))


def test_dense_block_grows_with_each_layer() -> None:
    ran = Ran("dense_block", {"in": (4, 6, 6)}, growth_rate=3, layers=3, bn_size=2)
    expected = ran.inputs[0]
    for place in range(3):
        expected = dense(expected, ran.state, f"layer.{place}.")
    assert expected.shape[1] == 4 + 3 * 3
    ran.gives(expected)


def test_dense_transition() -> None:
    ran = Ran("dense_transition", {"in": (4, 6, 6)}, out_channels=2)
    (x,), state = ran.inputs, ran.state
    ran.gives(functional.avg_pool2d(conv(torch.relu(norm(x, state, "norm")), state, "conv"), 2))


def test_inception_v1() -> None:
    sizes = {"ch1x1": 2, "ch3x3red": 3, "ch3x3": 4, "ch5x5red": 5, "ch5x5": 6, "pool_proj": 7}
    ran = Ran("inception_v1", {"in": (4, 7, 7)}, **sizes)
    (x,), state = ran.inputs, ran.state

    def way(y: Tensor, name: str, padding: int = 0) -> Tensor:
        return torch.relu(conv(y, state, name, padding=padding))

    ways = [
        way(x, "b1_conv"),
        way(way(x, "b2_reduce"), "b2_conv", 1),
        way(way(x, "b3_reduce"), "b3_conv", 2),
        way(functional.max_pool2d(x, 3, 1, 1), "b4_conv"),
    ]
    assert [each.shape[1] for each in ways] == [2, 4, 6, 7]
    ran.gives(torch.cat(ways, 1))


def test_inception_v3_a() -> None:
    sizes = {"ch1x1": 2, "ch5x5red": 3, "ch5x5": 4, "ch3x3red": 5, "ch3x3": 6, "pool_proj": 7}
    ran = Ran("inception_v3_a", {"in": (4, 7, 7)}, **sizes)
    (x,), state = ran.inputs, ran.state
    middle = cbr(cbr(x, state, "b3_reduce"), state, "b3_first", padding=1)
    ways = [
        cbr(x, state, "b1"),
        cbr(cbr(x, state, "b2_reduce"), state, "b2", padding=2),
        cbr(middle, state, "b3", padding=1),
        cbr(functional.avg_pool2d(x, 3, 1, 1), state, "b4"),
    ]
    assert [each.shape[1] for each in ways] == [2, 4, 6, 7]
    ran.gives(torch.cat(ways, 1))


def test_inception_v3_b() -> None:
    ran = Ran("inception_v3_b", {"in": (4, 9, 9)}, ch3x3=3, ch3x3red=2, ch3x3dbl=5)
    (x,), state = ran.inputs, ran.state
    middle = cbr(cbr(x, state, "b2_reduce"), state, "b2_first", padding=1)
    ways = [cbr(x, state, "b1", stride=2), cbr(middle, state, "b2", stride=2), functional.max_pool2d(x, 3, 2)]
    ran.gives(torch.cat(ways, 1))


ROW, COLUMN = {"padding": (0, 3)}, {"padding": (3, 0)}


def test_inception_v3_c() -> None:
    ran = Ran("inception_v3_c", {"in": (4, 7, 7)}, ch7x7=3, width=5)
    (x,), state = ran.inputs, ran.state
    second = cbr(cbr(x, state, "b2_reduce"), state, "b2_row", **ROW)
    third = cbr(cbr(x, state, "b3_reduce"), state, "b3_column1", **COLUMN)
    third = cbr(cbr(third, state, "b3_row", **ROW), state, "b3_column2", **COLUMN)
    ways = [
        cbr(x, state, "b1"),
        cbr(second, state, "b2", **COLUMN),
        cbr(third, state, "b3", **ROW),
        cbr(functional.avg_pool2d(x, 3, 1, 1), state, "b4"),
    ]
    assert state["b2_row.conv.weight"].shape == (3, 3, 1, 7)
    ran.gives(torch.cat(ways, 1))


def test_inception_v3_d() -> None:
    ran = Ran("inception_v3_d", {"in": (4, 9, 9)}, width=3, ch3x3=5)
    (x,), state = ran.inputs, ran.state
    second = cbr(cbr(cbr(x, state, "b2_reduce"), state, "b2_row", **ROW), state, "b2_column", **COLUMN)
    ways = [
        cbr(cbr(x, state, "b1_reduce"), state, "b1", stride=2),
        cbr(second, state, "b2", stride=2),
        functional.max_pool2d(x, 3, 2),
    ]
    ran.gives(torch.cat(ways, 1))


def test_inception_v3_e() -> None:
    ran = Ran("inception_v3_e", {"in": (4, 7, 7)}, ch1x1=2, ch3x3=3, ch3x3red=4, pool_proj=5)
    (x,), state = ran.inputs, ran.state
    row, column = {"padding": (0, 1)}, {"padding": (1, 0)}
    second = cbr(x, state, "b2")
    third = cbr(cbr(x, state, "b3_reduce"), state, "b3", padding=1)
    ways = [
        cbr(x, state, "b1"),
        cbr(second, state, "b2_row", **row),
        cbr(second, state, "b2_column", **column),
        cbr(third, state, "b3_row", **row),
        cbr(third, state, "b3_column", **column),
        cbr(functional.avg_pool2d(x, 3, 1, 1), state, "b4"),
    ]
    ran.gives(torch.cat(ways, 1))


def inverted(x: Tensor, state: State, stride: int = 1) -> Tensor:
    y = norm(conv(x, state, "expand"), state, "bn1").clamp(0, 6)
    y = norm(conv(y, state, "depthwise", padding=1, stride=stride, groups=y.shape[1]), state, "bn2").clamp(0, 6)
    return norm(conv(y, state, "project"), state, "bn3")


def test_inverted_residual() -> None:
    ran = Ran("inverted_residual", {"in": (4, 6, 6)}, width=4, expansion=3)
    assert ran.state["depthwise.weight"].shape == (12, 1, 3, 3)
    ran.gives(ran.inputs[0] + inverted(ran.inputs[0], ran.state))


def test_inverted_residual_down() -> None:
    ran = Ran("inverted_residual_down", {"in": (4, 6, 6)}, in_channels=4, out_channels=5)
    assert ran.state["depthwise.weight"].shape == (24, 1, 3, 3)
    ran.gives(inverted(ran.inputs[0], ran.state, stride=2))


def test_separable_block() -> None:
    ran = Ran("separable_block", {"in": (4, 6, 6)}, out_channels=5, stride=2)
    (x,), state = ran.inputs, ran.state
    y = torch.relu(norm(conv(x, state, "depthwise", padding=1, stride=2, groups=4), state, "bn1"))
    ran.gives(torch.relu(norm(conv(y, state, "pointwise"), state, "bn2")))


def test_xception_block() -> None:
    ran = Ran("xception_block", {"in": (4, 6, 6)}, width=4)
    (x,), state = ran.inputs, ran.state
    y = x
    for n in (1, 2, 3):
        y = conv(torch.relu(y), state, f"sepconv{n}.depthwise", padding=1, groups=4)
        y = norm(conv(y, state, f"sepconv{n}.pointwise"), state, f"bn{n}")
    ran.gives(x + y)


def test_squeeze_excite() -> None:
    """Equations 2 to 4 of Hu, Shen and Sun 2018."""
    ran = Ran("squeeze_excite", {"in": (8, 6, 6)}, width=8, reduction=4)
    (x,), state = ran.inputs, ran.state
    z = x.mean((2, 3))
    hidden = torch.relu(z @ state["reduce.weight"][:, :, 0, 0].T + state["reduce.bias"])
    s = torch.sigmoid(hidden @ state["restore.weight"][:, :, 0, 0].T + state["restore.bias"])
    assert hidden.shape == (3, 2)
    ran.gives(torch.einsum("nchw,nc->nchw", x, s))


def test_convnext_block() -> None:
    ran = Ran("convnext_block", {"in": (4, 8, 8)}, width=4)
    (x,), state = ran.inputs, ran.state
    y = last_norm(conv(x, state, "dwconv", padding=3, groups=4), state, "norm", 1e-6).movedim(1, -1)
    y = y @ state["pwconv1.weight"].T + state["pwconv1.bias"]
    y = y * 0.5 * (1 + torch.erf(y / 2**0.5))
    y = (y @ state["pwconv2.weight"].T + state["pwconv2.bias"]) * state["gamma.weight"].flatten()
    assert state["pwconv1.weight"].shape == (16, 4)
    ran.gives(x + y.movedim(-1, 1))


def test_convnext_down() -> None:
    ran = Ran("convnext_down", {"in": (4, 8, 8)}, out_channels=6)
    (x,), state = ran.inputs, ran.state
    ran.gives(conv(last_norm(x, state, "norm", 1e-6), state, "conv", stride=2))


def test_unet_down() -> None:
    ran = Ran("unet_down", {"in": (3, 8, 8)}, out_channels=4)
    skip = twice(ran.inputs[0], ran.state, "convs")
    ran.gives(functional.max_pool2d(skip, 2), skip)


def up(x: Tensor, skip: Tensor, state: State, way: str = "") -> Tensor:
    y = functional.conv_transpose2d(x, state[f"{way}up.weight"], state[f"{way}up.bias"], stride=2)
    return twice(torch.cat([y, skip], 1), state, f"{way}convs")


def test_unet_up() -> None:
    ran = Ran("unet_up", {"in": (6, 4, 4), "skip": (5, 8, 8)}, out_channels=4)
    ran.gives(up(*ran.inputs, ran.state))


def test_unet_level() -> None:
    ran = Ran("unet_level", {"in": (3, 8, 8)}, width=4)
    (x,), state = ran.inputs, ran.state
    skip = twice(x, state, "down.convs")
    bottom = twice(functional.max_pool2d(skip, 2), state, "bottom")
    assert bottom.shape == (3, 8, 4, 4)
    ran.gives(up(bottom, skip, state, "up."))

"""Blocks compute what is drawn inside, under the names of the way to it; recurrent groups run over time."""

from __future__ import annotations

from typing import cast

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.build import Compiled, Penalties, compile, initialize, tapped, truncate
from engine.graph import Connect, Edge, Promoted, SetParams
from tests.support.blocks import gru, lstm, nested, remember, residual, siamese, treated
from tests.support.drawing import Drawing

SIZES = {"stage.conv1.weight": (8, 16, 3, 3), "stage.conv1.bias": (8,)}


def compiled(drawing: Drawing) -> Compiled:
    return compile(drawing.document, seed=0)


def block(x: Tensor, state: dict[str, Tensor], way: str) -> Tensor:
    """The residual block, written by hand."""
    first = functional.conv2d(x, state[f"{way}.conv1.weight"], state[f"{way}.conv1.bias"], padding=1)
    second = functional.conv2d(
        torch.relu(first), state[f"{way}.conv2.weight"], state[f"{way}.conv2.bias"], padding=1
    )
    return second + x


def test_a_block_is_a_module_under_its_name() -> None:
    network = compiled(residual()).network
    state = network.state_dict()
    assert {name: tuple(state[name].shape) for name in SIZES} == SIZES
    x = torch.randn(3, 16, 8, 8)
    torch.testing.assert_close(network(x), block(x, state, "stage"))


def test_repetitions_follow_each_other() -> None:
    network = compiled(residual(repeat=3)).network
    state = network.state_dict()
    assert len(state) == 3 * 4
    assert not torch.equal(state["stage.0.conv1.weight"], state["stage.1.conv1.weight"])
    x = expected = torch.randn(2, 16, 8, 8)
    for place in range(3):
        expected = block(expected, state, f"stage.{place}")
    torch.testing.assert_close(network(x), expected)


def test_repetitions_that_share_weights_are_one_layer() -> None:
    network = compiled(residual(repeat=3, share_weights=True)).network
    state = network.state_dict()
    assert set(state) == {f"stage.conv{n}.{part}" for n in (1, 2) for part in ("weight", "bias")}
    x = expected = torch.randn(2, 16, 8, 8)
    for _ in range(3):
        expected = block(expected, state, "stage")
    torch.testing.assert_close(network(x), expected)


def test_blocks_nest() -> None:
    network = compiled(nested()).network
    state = network.state_dict()
    assert state["net.2.second.conv1.weight"].shape == (3, 16, 3, 3)
    x = torch.randn(2, 16, 8, 8)
    expected = block(x, state, "stage")
    for place in range(3):
        way = f"net.{place}"
        expected = block(expected, state, f"{way}.first")
        expected = functional.batch_norm(
            expected, None, None, state[f"{way}.norm.weight"], state[f"{way}.norm.bias"], training=True
        )
        expected = block(expected, state, f"{way}.second")
    torch.testing.assert_close(network(x), expected, rtol=1e-4, atol=1e-5)


def test_parts_of_a_block_and_the_block_itself_can_be_tapped() -> None:
    made = compiled(residual(repeat=2))
    x = torch.randn(1, 16, 8, 8)
    out, taps = tapped(made, ["stage", "stage.0", "stage.1.relu1"])(x)
    torch.testing.assert_close(taps["stage"], out)
    torch.testing.assert_close(taps["stage.0"], block(x, made.network.state_dict(), "stage.0"))
    assert taps["stage.1.relu1"].shape == (1, 8, 8, 8)


def test_first_weights_are_drawn_again_inside_blocks() -> None:
    made = compiled(nested())
    before = {name: value.clone() for name, value in made.network.state_dict().items()}
    for parameter in made.network.parameters():
        nn.init.zeros_(parameter.data)
    initialize(made, 0)
    after = made.network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def with_weights_of(made: Compiled, layer: nn.Module, gates: str) -> None:
    """Give a drawn cell the weights of torch's layer, whose gates are stacked."""
    state = {}
    for place, gate in enumerate(gates):
        for theirs, ours in (("ih", "x"), ("hh", "h")):
            for part in ("weight", "bias"):
                value = getattr(layer, f"{part}_{theirs}_l0")
                state[f"rnn.{gate}_{ours}.{part}"] = value.detach().chunk(len(gates))[place]
    made.network.load_state_dict(state)


@pytest.mark.parametrize("reverse", [False, True])
def test_an_lstm_drawn_from_gates_equals_torchs_own(reverse: bool) -> None:
    made, layer = compiled(lstm(reverse=reverse)), nn.LSTM(5, 7, batch_first=True)
    with_weights_of(made, layer, "ifgo")
    x = torch.randn(4, 6, 5)
    out, last = made.network(x)
    expected, (h, _) = layer(x.flip(1) if reverse else x)
    torch.testing.assert_close(out, expected.flip(1) if reverse else expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(last, h[0], rtol=0, atol=1e-6)
    torch.autograd.backward(out.square().sum())
    torch.autograd.backward(expected.square().sum())
    theirs = layer.weight_hh_l0.grad
    ours = torch.cat([made.network.get_submodule(f"rnn.{gate}_h").weight.grad for gate in "ifgo"])
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


def test_a_gru_drawn_from_gates_equals_torchs_own() -> None:
    made, layer = compiled(gru()), nn.GRU(5, 7, batch_first=True)
    with_weights_of(made, layer, "rzn")
    x = torch.randn(4, 6, 5)
    torch.testing.assert_close(made.network(x), layer(x)[0], rtol=0, atol=1e-6)


def test_stacked_groups_run_one_after_the_other() -> None:
    made = compiled(gru(features=7, repeat=2))
    first, second = (nn.GRU(7, 7, batch_first=True) for _ in range(2))
    state = made.network.state_dict()
    assert {name.split(".")[1] for name in state} == {"0", "1"}
    for layer, way in ((first, "rnn.0"), (second, "rnn.1")):
        for theirs, ours in (("ih", "x"), ("hh", "h")):
            for part in ("weight", "bias"):
                drawn = torch.cat([state[f"{way}.{gate}_{ours}.{part}"] for gate in "rzn"])
                getattr(layer, f"{part}_{theirs}_l0").data.copy_(drawn)
    x = torch.randn(4, 6, 7)
    torch.testing.assert_close(made.network(x), second(first(x)[0])[0], rtol=0, atol=1e-6)


def test_a_first_state_is_learned_or_comes_from_outside() -> None:
    made = compiled(lstm(initial="learned"))
    assert made.network.state_dict()["rnn.h.initial"].shape == (7,)
    sum(out.sum() for out in made.network(torch.randn(2, 6, 5))).backward()
    assert made.network.get_parameter("rnn.h.initial").grad is not None

    drawing = lstm(initial="input")
    drawing.add("start", "input", shape=[7])
    drawing.document.apply(Connect(Edge("start", "out", "rnn", "h0")))
    made, layer = compiled(drawing), nn.LSTM(5, 7, batch_first=True)
    with_weights_of(made, layer, "ifgo")
    x, h0 = torch.randn(3, 6, 5), torch.randn(3, 7)
    expected, _ = layer(x, (h0[None], torch.zeros(1, 3, 7)))
    torch.testing.assert_close(made.network(x, h0)[0], expected, rtol=0, atol=1e-6)


def test_a_group_may_hold_blocks_and_stand_in_one() -> None:
    drawing = Drawing()
    gate = drawing.block("gated", params=(Promoted("units", 4),))
    gate.add("entry", "block_input")
    gate.add("fc", "dense", "entry", out_features="= units")
    gate.add("squash", "tanh", "fc")
    gate.add("exit", "block_output", "squash")
    cell = drawing.block("cell", form="recurrent")
    cell.add("entry", "block_input")
    cell.add("h", "state", shape=[4])
    cell.add("both", "concat", "entry", "h")
    cell.add("gate", "block:gated", "both")
    remember(cell, "h", "gate")
    cell.add("exit", "block_output", "gate")
    outer = drawing.block("outer")
    outer.add("entry", "block_input")
    outer.add("rnn", "block:cell", "entry")
    outer.add("exit", "block_output", "rnn")
    drawing.add("x", "input", shape=[6, 3])
    drawing.add("net", "block:outer", "x")
    made = compiled(drawing)
    state = made.network.state_dict()
    assert set(state) == {"net.rnn.gate.fc.weight", "net.rnn.gate.fc.bias"}
    x, h, outs = torch.randn(2, 6, 3), torch.zeros(2, 4), []
    for step in range(6):
        h = torch.tanh(functional.linear(torch.cat([x[:, step], h], 1), *state.values()))
        outs.append(h)
    torch.testing.assert_close(made.network(x), torch.stack(outs, 1))


def test_gradients_go_back_only_so_far_if_they_are_cut() -> None:
    made = compiled(gru())
    truncate(made, 2)
    x = torch.randn(1, 6, 5, requires_grad=True)
    made.network(x)[:, -1].sum().backward()
    assert x.grad is not None
    assert x.grad[0].abs().sum(1).ne(0).tolist() == [False] * 4 + [True] * 2


def test_recurrent_groups_can_be_exported() -> None:
    made = compiled(lstm())
    x = torch.randn(2, 6, 5)
    exported = torch.export.export(made.network, (x,)).module()
    for ours, theirs in zip(made.network(x), exported(x), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_options_of_weights_hold_inside_blocks() -> None:
    made = compiled(treated(repeat=2))
    state = made.network.state_dict()
    assert not any("fc2" in name for name in state)
    for place in range(2):
        weight = state[f"twins.{place}.fc1.weight"]
        torch.testing.assert_close(weight @ weight.T, torch.eye(6))
    assert not made.network.get_submodule("twins.0.fc3").bias.requires_grad


@pytest.mark.parametrize("block", ["treated", "nested", "cell"])
def test_a_block_placed_again_with_the_weights_of_another_computes_the_same(block: str) -> None:
    drawing = siamese(block, repeat=2 if block == "nested" else 1)
    made = compiled(drawing)
    state = made.network.state_dict()
    assert any(name.startswith("one.") for name in state)
    assert not any(name.startswith("two.") for name in state)
    shape = drawing.document.graph()["left"].params["shape"]
    left, right = torch.randn(3, *shape), torch.randn(3, *shape)
    made.network.eval()

    def answers(**fed: Tensor) -> dict[str, Tensor]:
        names = [each.node for each in made.plan.network.placeholders]
        return tapped(made, ["one", "two"])(*(fed.get(name, left) for name in names))[1]

    here, there = answers(left=left, right=right), answers(left=right, right=left)
    torch.testing.assert_close(here["one"], there["two"])
    torch.testing.assert_close(here["two"], there["one"])
    assert not torch.allclose(here["one"], here["two"])


def test_gradients_of_both_places_meet_in_the_shared_weights() -> None:
    drawing = siamese()
    made = compiled(drawing)
    assert [each.node for each in made.plan.network.placeholders] == ["x", "left", "right"]
    left, right = torch.randn(3, 6), torch.randn(3, 6)
    weights = dict(made.network.named_parameters())
    first = [weights[f"one.fc1.{part}"].detach().clone().requires_grad_() for part in ("weight", "bias")]
    last = made.network.get_submodule("one.fc3")

    def block(x: Tensor) -> Tensor:
        for _ in range(2):
            x = functional.linear(x, first[0], first[1])
        return cast(Tensor, last(x))

    torch.autograd.backward(made.network(right, left, right)[-1].sum())
    torch.autograd.backward((block(left) + block(right)).sum())
    torch.testing.assert_close(weights["one.fc1.weight"].grad, first[0].grad)


def test_penalties_reach_into_blocks_and_groups_and_count_shared_weights_once() -> None:
    for repeat, share in ((1, False), (3, False), (3, True)):
        drawing = treated(repeat)
        drawing.document.apply(SetParams("twins", {"share_weights": share}))
        made = compiled(drawing)
        layers = [layer for name, layer in made.network.named_modules() if name.endswith("fc1")]
        assert len(layers) == (1 if share else repeat)
        torch.testing.assert_close(Penalties(made)(), sum(0.1 * layer.weight.square().sum() for layer in layers))
    drawing = lstm()
    drawing.document.apply(SetParams("i_x", {"l1": 0.5}, graph="cell"))
    made = compiled(drawing)
    torch.testing.assert_close(Penalties(made)(), 0.5 * made.network.get_submodule("rnn.i_x").weight.abs().sum())

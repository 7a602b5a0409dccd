"""Options of nodes with weights, built: first weights, normalization, sharing; and the same in exported source."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from engine.build import Limits, Penalties, compile, initialize
from engine.graph import Document, SetParams
from engine.source import python_source
from tests.support import blocks
from tests.support.drawing import Drawing
from tests.support.executed import assert_source_agrees

HE = {"id": "he_normal", "params": {"mode": "fan_out"}}
UNIFORM = {"id": "uniform", "params": {"low": 0.25, "high": 0.5}}


def net(*layers: tuple[str, str, dict[str, Any]], shape: tuple[int, ...] = (4,), **recipe: Any) -> Document:
    drawing = Drawing("Options", **recipe)
    drawing.add("x", "input", shape=list(shape))
    return drawing.classify(drawing.chain("x", *layers))


def conv(**options: Any) -> Document:
    return net(
        ("conv", "conv2d", {"out_channels": 4, **options}),
        ("norm", "batch_norm2d", {"weight_init": HE}),
        ("flat", "flatten", {}),
        ("scores", "dense", {"out_features": 3, "weight_init": {"id": "orthogonal"}, "bias_init": UNIFORM}),
        shape=(2, 6, 6),
    )


def tied() -> Document:
    drawing = Drawing("Tied")
    drawing.add("x", "input", shape=[5], dtype="int64")
    last = drawing.chain(
        "x",
        ("words", "embedding", {"num_embeddings": 7, "embedding_dim": 6, "weight_init": {"id": "normal"}}),
        ("mean", "mean", {"dim": 1}),
        ("first", "dense", {"out_features": 6, "share_with": "second"}),
        ("bend", "tanh", {}),
        ("second", "dense", {"out_features": 6}),
        ("scores", "dense", {"out_features": 7, "share_with": "words", "bias_init": UNIFORM}),
    )
    return drawing.classify(last)


def test_first_weights_are_those_torch_draws_in_the_same_order() -> None:
    network = compile(conv(weight_init=HE, bias_init={"id": "ones"}), seed=5).network
    torch.manual_seed(5)
    first = nn.Conv2d(2, 4, 3)
    nn.init.kaiming_normal_(first.weight, mode="fan_out")
    nn.init.ones_(first.bias)
    nn.BatchNorm2d(4)
    last = nn.Linear(64, 3)
    nn.init.orthogonal_(last.weight)
    nn.init.uniform_(last.bias, 0.25, 0.5)
    assert torch.equal(network.conv.weight, first.weight)
    assert torch.equal(network.conv.bias, first.bias)
    assert torch.equal(network.scores.weight, last.weight)
    assert torch.equal(network.scores.bias, last.bias)
    assert (network.norm.weight == 1).all()  # scales keep torch's own under what is drawn by fans


@pytest.mark.parametrize("document", [conv(weight_init=HE, weight_norm="spectral"), tied()], ids=["conv", "tied"])
def test_initialize_draws_again_what_compile_drew(document: Document) -> None:
    compiled = compile(document, seed=3)
    held = {name: tensor.clone() for name, tensor in compiled.network.state_dict().items()}
    with torch.no_grad():
        for tensor in compiled.network.parameters():
            tensor.fill_(7)
    initialize(compiled, 3)
    for name, tensor in compiled.network.state_dict().items():
        assert torch.equal(tensor, held[name]), name


@pytest.mark.parametrize(
    "document",
    [
        conv(weight_init=HE, frozen=True),
        conv(weight_norm="weight"),
        conv(weight_norm="spectral", weight_init={"id": "dirac"}),
        net(
            ("a", "dense", {"out_features": 4, "weight_norm": "spectral"}),
            ("scores", "dense", {"out_features": 3}),
        ),
        tied(),
    ],
    ids=["frozen", "weight-norm", "spectral", "spectral-dense", "tied"],
)
def test_exported_source_starts_and_computes_the_same(document: Document) -> None:
    assert_source_agrees(document)


def test_source_spells_the_options() -> None:
    source = python_source(conv(weight_init=HE, frozen=True, weight_norm="weight"))
    assert 'nn.init.kaiming_normal_(self.conv.weight, mode="fan_out", nonlinearity="relu")' in source
    assert "nn.utils.parametrizations.weight_norm(self.conv)\n" in source
    assert "self.conv.requires_grad_(False)\n" in source
    assert "nn.init.uniform_(self.scores.bias, a=0.25, b=0.5)" in source
    shared = python_source(tied())
    assert "self.scores.weight = self.words.weight\n" in shared
    assert "self.first" not in shared
    assert shared.count("self.second(") == 2


def test_the_row_of_padding_stays_zero_whatever_the_others_begin_with() -> None:
    drawing = Drawing("Padded")
    drawing.add("x", "input", shape=[5], dtype="int64")
    words = {"num_embeddings": 7, "embedding_dim": 6, "padding_idx": 2, "weight_init": {"id": "ones"}}
    document = drawing.classify(drawing.chain("x", ("words", "embedding", words), ("mean", "mean", {"dim": 1})))
    assert compile(document).network.words.weight.sum(1).tolist() == [6, 6, 0, 6, 6, 6, 6]
    assert "nn.init.zeros_(self.words.weight[2])\n" in python_source(document)
    assert_source_agrees(document)


def test_normalized_layers_are_torchs() -> None:
    compiled = compile(conv(weight_norm="weight"), seed=1)
    torch.manual_seed(1)
    ours, theirs = compiled.network.conv, parametrizations.weight_norm(nn.Conv2d(2, 4, 3))
    x = torch.randn(2, 2, 6, 6)
    assert torch.equal(ours(x), theirs(x))
    lengths = ours.parametrizations.weight.original0.flatten()
    torch.testing.assert_close(ours.weight.flatten(1).norm(dim=1), lengths)
    spectral = compile(net(("a", "dense", {"out_features": 4, "weight_norm": "spectral"})), seed=0).network
    for _ in range(50):
        weight = spectral.a.weight
    assert torch.linalg.matrix_norm(weight, 2).item() == pytest.approx(1, abs=1e-4)


def test_shared_weights_are_one_tensor_with_the_gradient_of_both_uses() -> None:
    compiled = compile(tied(), seed=0)
    network = compiled.network
    assert network.scores.weight is network.words.weight
    assert [name for name, _ in network.named_children()] == ["words", "second", "scores"]
    x = torch.tensor([[0, 1, 2, 3, 4]])
    used = (network.words.weight, network.second.weight, network.second.bias)
    words, w, b = (tensor.detach().clone().requires_grad_() for tensor in used)
    hidden = torch.tanh(words[x].mean(1) @ w.T + b) @ w.T + b
    expected = hidden @ words.T + network.scores.bias
    found = network(x)
    torch.testing.assert_close(found, expected)
    found.square().sum().backward()
    expected.square().sum().backward()
    torch.testing.assert_close(network.words.weight.grad, words.grad)
    torch.testing.assert_close(network.second.weight.grad, w.grad)
    assert network.scores.bias.min() >= 0.25


def test_penalties_are_the_sums_of_the_weights_and_leave_biases_out() -> None:
    options = {"out_features": 3, "l1": 0.5, "l2": 2.0, "bias_init": {"id": "ones"}}
    compiled = compile(net(("a", "dense", {"out_features": 4, "l2": 1.0}), ("scores", "dense", options)), seed=0)
    a, scores = compiled.network.a.weight, compiled.network.scores.weight
    expected = (a**2).sum() + 0.5 * scores.abs().sum() + 2 * (scores**2).sum()
    found = Penalties(compiled)()
    torch.testing.assert_close(found, expected)
    found.backward()
    torch.testing.assert_close(scores.grad, 0.5 * scores.detach().sign() + 4 * scores.detach())
    assert compiled.network.scores.bias.grad is None
    assert not Penalties(compile(conv()))
    normalized = compile(conv(weight_norm="weight", l2=1.0), seed=0)
    torch.testing.assert_close(Penalties(normalized)(), normalized.network.conv.weight.square().sum())


def test_limits_cut_the_weights_of_each_filter_that_is_too_long() -> None:
    compiled = compile(conv(max_weight_norm=0.7), seed=0)
    weight = compiled.network.conv.weight
    with torch.no_grad():
        weight[0] *= 0.01
        weight[1:] *= 100
    short, long = weight[0].detach().clone(), weight[1].detach().clone()
    assert Limits(compiled)
    Limits(compiled)()
    assert torch.equal(weight[0], short)
    torch.testing.assert_close(weight[1].detach(), long * 0.7 / math.sqrt(long.square().sum().item()))
    assert not Limits(compile(conv()))


@pytest.mark.parametrize("repeat", [1, 3])
def test_penalties_reach_into_blocks(repeat: int) -> None:
    compiled = compile(blocks.treated(repeat).document, seed=0)
    weights = [w for name, w in compiled.network.named_parameters() if name.endswith("fc1.weight")]
    assert len(weights) == repeat
    torch.testing.assert_close(Penalties(compiled)(), 0.1 * torch.stack([(w**2).sum() for w in weights]).sum())


def test_penalties_reach_into_recurrent_groups_once() -> None:
    drawing = blocks.lstm()
    graph = next(name for name in drawing.document.blocks() if name != "main")
    drawing.document.apply(SetParams("i_x", {"l1": 0.5}, graph=graph))
    network = compile(drawing.document, seed=0)
    weight = network.network.get_parameter("rnn.i_x.weight")
    torch.testing.assert_close(Penalties(network)(), 0.5 * weight.abs().sum())

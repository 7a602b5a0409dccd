"""Layers against hand-written torch with the same weights, and against published counts."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from engine.catalog import Inputs, NodeKind, Shape
from engine.errors import ParamError, ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import run

CATALOG = standard_catalog()


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(2)


def test_dense_and_matmul() -> None:
    twin, x = nn.Linear(6, 3, bias=False), torch.randn(4, 5, 6)
    assert torch.equal(run("dense", {"out_features": 3, "bias": False}, twin, in_=x)["out"], twin(x))
    a, b = torch.randn(4, 2, 5, 6), torch.randn(4, 2, 6, 3)
    assert torch.equal(run("matmul", {}, a=a, b=b)["out"], a @ b)


def test_embedding_looks_up() -> None:
    twin, tokens = nn.Embedding(9, 4), torch.tensor([[0, 8, 3], [1, 1, 2]])
    assert torch.equal(
        run("embedding", {"num_embeddings": 9, "embedding_dim": 4}, twin, in_=tokens)["out"], twin.weight[tokens]
    )


@pytest.mark.parametrize("features", [6, 5])
def test_positional_encoding_equals_the_papers_formula(features: int) -> None:
    waves = run("positional_encoding", {}, in_=torch.zeros(1, 7, features))["out"][0]
    for position in range(7):
        for feature in range(features):
            angle = position / 10_000 ** ((feature - feature % 2) / features)
            expected = math.cos(angle) if feature % 2 else math.sin(angle)
            assert waves[position, feature].item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("layers", "both_ways"), [(1, False), (2, True)])
def test_lstm(layers: int, both_ways: bool) -> None:
    twin = nn.LSTM(4, 5, layers, batch_first=True, bidirectional=both_ways)
    x = torch.randn(3, 6, 4)
    found = run("lstm", {"hidden_size": 5, "num_layers": layers, "bidirectional": both_ways}, twin, in_=x)
    out, (h, c) = twin(x)
    assert torch.equal(found["out"], out)
    assert torch.equal(found["h"], h.transpose(0, 1))
    assert torch.equal(found["c"], c.transpose(0, 1))


def test_lstm_equals_its_gates() -> None:
    twin = nn.LSTM(3, 2, batch_first=True)
    x = torch.randn(1, 4, 3)
    h = c = torch.zeros(2)
    w, u, b = twin.weight_ih_l0, twin.weight_hh_l0, twin.bias_ih_l0 + twin.bias_hh_l0
    for step in x[0]:
        i, f, g, o = (w @ step + u @ h + b).chunk(4)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
    torch.testing.assert_close(run("lstm", {"hidden_size": 2}, twin, in_=x)["h"][0, 0], h)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("need_weights", [False, True])
def test_self_attention_equals_its_formula(causal: bool, need_weights: bool) -> None:
    twin = nn.MultiheadAttention(8, 2, batch_first=True)
    nn.init.normal_(twin.in_proj_bias)
    x = torch.randn(3, 5, 8)
    q, k, v = (
        part.reshape(3, 5, 2, 4).transpose(1, 2)
        for part in F.linear(x, twin.in_proj_weight, twin.in_proj_bias).chunk(3, 2)
    )
    scores = q @ k.transpose(2, 3) / math.sqrt(4)
    if causal:
        scores = scores.masked_fill(torch.ones(5, 5, dtype=torch.bool).triu(1), -math.inf)
    seen = scores.softmax(3)
    out = twin.out_proj((seen @ v).transpose(1, 2).reshape(3, 5, 8))
    params = {"num_heads": 2, "is_causal": causal, "need_weights": need_weights}
    found = run("multihead_attention", params, twin, query=x)
    torch.testing.assert_close(found["out"], out)
    if need_weights:
        torch.testing.assert_close(found["weights"], seen.mean(1))
        each = run("multihead_attention", {**params, "average_attn_weights": False}, twin, query=x)
        torch.testing.assert_close(each["weights"], seen)


def test_cross_attention() -> None:
    twin = nn.MultiheadAttention(8, 4, kdim=5, vdim=7, batch_first=True)
    query, key, value = torch.randn(3, 5, 8), torch.randn(3, 6, 5), torch.randn(3, 6, 7)
    found = run("multihead_attention", {}, twin, query=query, key=key, value=value)
    out, weights = twin(query, key, value)
    assert torch.equal(found["out"], out)
    assert torch.equal(found["weights"], weights)
    memory = torch.randn(3, 6, 8)
    twin = nn.MultiheadAttention(8, 4, batch_first=True)
    found = run("multihead_attention", {}, twin, query=query, key=memory)
    assert torch.equal(found["out"], twin(query, memory, memory)[0])


def chain(kinds: list[NodeKind], shape: Shape) -> tuple[int, int, Shape]:
    """Parameters, FLOPs and last shape of kinds in a row."""
    parameters = flops = 0
    for kind in kinds:
        inputs = Inputs.of(shape)
        outputs = kind.shapes(inputs)
        parameters += sum(math.prod(sizes) for sizes in kind.weights(inputs).values())
        flops += kind.flops(inputs, outputs) if kind.weights(inputs) else 0
        shape = outputs["out"]
    return parameters, flops, shape


def test_lenet_has_its_61706_parameters() -> None:
    parse = CATALOG.parse
    pool = parse("avg_pool2d", {})
    kinds = [
        *(parse("conv2d", {"out_channels": 6, "kernel_size": 5, "padding": 2}), pool),
        *(parse("conv2d", {"out_channels": 16, "kernel_size": 5}), pool, parse("flatten", {})),
        *(parse("dense", {"out_features": features}) for features in (120, 84, 10)),
    ]
    parameters, flops, shape = chain(kinds, Shape.batch(1, 28, 28))
    assert (parameters, shape.sizes) == (61_706, ("N", 10))
    macs = 6 * 28 * 28 * 25 + 16 * 10 * 10 * 6 * 25 + 400 * 120 + 120 * 84 + 84 * 10
    assert flops == 2 * macs


def test_a_small_dense_net_has_51_parameters() -> None:
    kinds = [CATALOG.parse("dense", {"out_features": features}) for features in (4, 4, 3)]
    assert chain(kinds, Shape.batch(3))[0] == 51


@pytest.mark.parametrize(
    ("id", "params", "shape", "sentence", "suggestion"),
    [
        (
            "conv2d",
            {},
            Shape.batch(64),
            "Conv 2d needs 4 axes: batch × channels × height × width. Received: N batch × 64 features.",
            "Insert a Reshape before it that splits the features into the axes that are missing.",
        ),
        (
            "conv2d",
            {"kernel_size": 5},
            Shape.batch(3, 4, 4),
            "Conv 2d needs an image of at least its window of 5×5, here it has 4×4. "
            "Received: N batch × 3 channels × 4 height × 4 width.",
            "Take a smaller kernel_size, a larger padding, or pool less before it.",
        ),
        (
            "conv2d",
            {"groups": 4},
            Shape.batch(6, 8, 8),
            "Conv 2d splits the channels into 4 equal groups, 6 channels cannot be. "
            "Received: N batch × 6 channels × 8 height × 8 width.",
            "Set groups to 2.",
        ),
        (
            "dense",
            {},
            Shape.batch(7, axes="T", dtype="int64"),
            "Dense computes with decimal numbers (float32), not with int64. Received: N batch × 7 time.",
            "Put an Embedding before it, or set the input's dtype to float32.",
        ),
        (
            "embedding",
            {},
            Shape.batch(7),
            "Embedding looks up whole numbers (int64), not float32. Received: N batch × 7 features.",
            "Set the input's dtype to int64.",
        ),
        (
            "lstm",
            {},
            Shape.batch(3, 8, 8),
            "LSTM needs 3 axes: batch × time × features. Received: N batch × 3 channels × 8 height × 8 width.",
            "Insert a Flatten or a Reshape before it.",
        ),
        (
            "dense",
            {},
            Shape(()),
            "Dense needs at least 2 axes, the batch included. Received: a single number.",
            "Wire the output of a layer to it.",
        ),
        (
            "batch_norm1d",
            {},
            Shape.batch(3, 8, 8),
            "Batch norm 1d needs 2 or 3 axes: batch × features, or batch × channels × time. "
            "Received: N batch × 3 channels × 8 height × 8 width.",
            "Use Batch norm 2d for images.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_refusals_are_sentences(
    id: str, params: dict[str, Any], shape: Shape, sentence: str, suggestion: str
) -> None:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, params).shapes(Inputs.of(shape))
    assert (str(error.value), error.value.suggestion, error.value.port) == (sentence, suggestion, "in")


def test_attention_refuses_in_words() -> None:
    kind = CATALOG.parse("multihead_attention", {"num_heads": 3})
    with pytest.raises(
        ShapeError, match=r"3 equal heads, 8 features cannot be. Received at query: N batch × 5 time"
    ):
        kind.shapes(Inputs.of(query=Shape.batch(5, 8)))
    with pytest.raises(
        ShapeError, match=r"needs a value for each key. Received: key .* × 6 time .*, value .* × 5 time"
    ):
        kind.shapes(Inputs.of(query=Shape.batch(5, 9), key=Shape.batch(6, 9), value=Shape.batch(5, 9)))


@pytest.mark.parametrize(
    ("id", "params", "fault"),
    [
        ("conv2d", {"padding": "same", "stride": 2}, 'padding can be "same" only where stride is 1'),
        ("conv2d", {"padding": "same", "kernel_size": 4}, 'padding can be "same" only where kernel_size is odd'),
        ("conv2d", {"out_channels": 6, "groups": 4}, "groups must divide out_channels, which is 6"),
        ("max_pool2d", {"kernel_size": 2, "padding": 2}, "padding must be at most half of kernel_size"),
        ("lstm", {"dropout": 0.5}, "dropout works between layers"),
        ("input", {"shape": [1] * 7}, "shape must have at most 6 axes"),
        ("input", {"shape": [2**15, 2**15]}, "shape must have at most 268,435,456 elements in all"),
    ],
)
def test_parameters_that_do_not_go_together(id: str, params: dict[str, Any], fault: str) -> None:
    with pytest.raises(ParamError, match=fault):
        CATALOG.parse(id, params)


@pytest.mark.parametrize(
    ("id", "params", "card"),
    [
        ("conv2d", {"out_channels": 64, "stride": 2}, "3×3, 64, s2"),
        ("conv2d", {"kernel_size": (1, 7), "stride": (1, 2)}, "1×7, 16, s1×2"),
        ("max_pool2d", {}, "2×2, s2"),
        ("dense", {"out_features": 84}, "84"),
        ("dropout", {"p": 0.25}, "0.25"),
        ("input", {}, "1×28×28"),
        ("lstm", {"hidden_size": 32, "num_layers": 2, "bidirectional": True}, "32, 2 layers, ↔"),
        ("multihead_attention", {"num_heads": 1}, "1 head"),
        ("multihead_attention", {"is_causal": True}, "4 heads, causal"),
        ("relu", {}, ""),
    ],
)
def test_cards(id: str, params: dict[str, Any], card: str) -> None:
    assert CATALOG.parse(id, params).card() == card

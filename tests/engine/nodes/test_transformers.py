"""Layers of transformers against torch's own and against their parts."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from engine.torchside.layers.transformers import ClassToken, FeedForward
from tests.support.torch_side import run

CATALOG = standard_catalog()
MASK = torch.tensor([[False, False, False, True, True], [False] * 5, [False] + [True] * 4])
PARAMS: list[dict[str, Any]] = [
    {},
    {"norm_first": True, "activation": "gelu", "bias": False},
    {"is_causal": True},
    {"is_causal": False, "norm_first": True},
]
OURS = {"nhead": 2, "dim_feedforward": 16, "dropout": 0.0}


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(7)


def twin_of(torchs: type[nn.Module], params: dict[str, Any]) -> nn.Module:
    own = {name: value for name, value in params.items() if name != "is_causal"}
    return torchs(8, **OURS, batch_first=True, **own)


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("masked", [False, True])
def test_an_encoder_layer_reads_each_sample_as_if_it_came_without_padding(
    params: dict[str, Any], masked: bool
) -> None:
    twin, x = twin_of(nn.TransformerEncoderLayer, params), torch.randn(3, 5, 8)
    feeds = {"mask": MASK} if masked else {}
    found = run("transformer_encoder_layer", {**OURS, **params}, twin, in_=x, **feeds)["out"]
    for sample, hidden in enumerate(MASK):
        real = int((~hidden).sum()) if masked else 5
        later = torch.ones(real, real, dtype=torch.bool).triu(1) if params.get("is_causal") else None
        expected = twin(x[sample : sample + 1, :real], src_mask=later)[0]
        torch.testing.assert_close(found[sample, :real], expected)


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("masked", [False, True])
def test_a_decoder_layer_reads_each_sample_as_if_it_came_without_padding(
    params: dict[str, Any], masked: bool
) -> None:
    twin = twin_of(nn.TransformerDecoderLayer, params)
    x, memory = torch.randn(3, 5, 8), torch.randn(3, 5, 8)
    theirs = MASK.flip(0)
    feeds = {"mask": MASK, "memory_mask": theirs} if masked else {}
    found = run("transformer_decoder_layer", {**OURS, **params}, twin, in_=x, memory=memory, **feeds)["out"]
    for sample in range(3):
        real, known = (int((~mask[sample]).sum()) if masked else 5 for mask in (MASK, theirs))
        later = torch.ones(real, real, dtype=torch.bool).triu(1) if params.get("is_causal", True) else None
        expected = twin(x[sample : sample + 1, :real], memory[sample : sample + 1, :known], tgt_mask=later)[0]
        torch.testing.assert_close(found[sample, :real], expected)


def norm(x: Tensor) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / (x.var(-1, keepdim=True, correction=0) + 1e-5).sqrt()


@pytest.mark.parametrize("norm_first", [False, True])
def test_an_encoder_layer_is_its_parts(norm_first: bool) -> None:
    twin, x = twin_of(nn.TransformerEncoderLayer, {"norm_first": norm_first}), torch.randn(3, 5, 8)
    assert isinstance(twin, nn.TransformerEncoderLayer)

    def attend(value: Tensor) -> Tensor:
        return twin.self_attn(value, value, value)[0]

    def feed(value: Tensor) -> Tensor:
        return twin.linear2(twin.linear1(value).relu())

    if norm_first:
        h = x + attend(norm(x))
        expected = h + feed(norm(h))
    else:
        h = norm(x + attend(x))
        expected = norm(h + feed(h))
    found = run("transformer_encoder_layer", {**OURS, "norm_first": norm_first}, twin, in_=x)["out"]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_evaluation_computes_what_training_does(causal: bool, masked: bool) -> None:
    """Torch takes another, fused way where nothing is learnt."""
    twin, x = twin_of(nn.TransformerEncoderLayer, {}), torch.randn(3, 5, 8)
    params, feeds = {**OURS, "is_causal": causal}, {"mask": MASK} if masked else {}
    slow = run("transformer_encoder_layer", params, twin, in_=x, **feeds)["out"]
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("error")
        fast = run("transformer_encoder_layer", params, twin, in_=x, **feeds, training=False)["out"]
    shown = ~MASK if masked else torch.ones_like(MASK)
    torch.testing.assert_close(fast[shown], slow[shown], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("training", [False, True])
def test_a_sample_of_padding_alone_stays_finite(training: bool) -> None:
    x, mask = torch.randn(2, 5, 8), torch.tensor([[True] * 5, [False] * 5])
    with torch.no_grad():
        encoded = run("transformer_encoder_layer", OURS, in_=x, mask=mask, training=training)["out"]
        decoded = run(
            "transformer_decoder_layer", OURS, in_=x, memory=x, memory_mask=mask, mask=mask, training=training
        )
    assert encoded.isfinite().all()
    assert decoded["out"].isfinite().all()


@pytest.mark.parametrize(("activation", "bend"), [("gelu", F.gelu), ("relu", F.relu), ("silu", F.silu)])
def test_feed_forward_is_two_dense_layers(activation: str, bend: Any) -> None:
    twin, x = FeedForward(6, 10, activation), torch.randn(2, 3, 6)
    found = run("feed_forward", {"hidden_size": 10, "activation": activation}, twin, in_=x)["out"]
    hidden = bend(x @ twin.linear1.weight.T + twin.linear1.bias)
    torch.testing.assert_close(found, hidden @ twin.linear2.weight.T + twin.linear2.bias)


def test_a_class_token_comes_first() -> None:
    twin, x = ClassToken(6), torch.randn(2, 4, 6)
    found = run("class_token", {}, twin, in_=x)["out"]
    assert torch.equal(found[:, 1:], x)
    assert torch.equal(found[:, 0], twin.weight.expand(2, 6))


@pytest.mark.parametrize("patch", [2, (4, 3)])
def test_a_patch_becomes_a_vector_row_by_row(patch: int | tuple[int, int]) -> None:
    twin, x = nn.Conv2d(3, 5, patch, patch), torch.randn(2, 3, 8, 12)
    found = run("patch_embedding", {"embed_dim": 5, "patch_size": patch}, twin, in_=x)["out"]
    rows, columns = (patch, patch) if isinstance(patch, int) else patch
    expected = [
        twin.weight.flatten(1) @ x[1, :, top : top + rows, left : left + columns].flatten() + twin.bias
        for top in range(0, 8, rows)
        for left in range(0, 12, columns)
    ]
    torch.testing.assert_close(found[1], torch.stack(expected))


def test_vit_base_has_its_86_567_656_parameters() -> None:
    """Dosovitskiy et al. 2021: ViT-B/16 at 224×224 with 1000 classes, as torchvision counts it."""
    image, steps = Inputs.of(Shape.batch(3, 224, 224)), Inputs.of(Shape.batch(197, 768))
    parse = CATALOG.parse
    encoder = parse("transformer_encoder_layer", {"nhead": 12, "dim_feedforward": 3072, "norm_first": True})
    kinds = [
        (parse("patch_embedding", {"embed_dim": 768, "patch_size": 16}), image),
        (parse("class_token", {}), Inputs.of(Shape.batch(196, 768))),
        (parse("learned_positions", {}), steps),
        *[(encoder, steps)] * 12,
        (parse("layer_norm", {}), steps),
        (parse("dense", {"out_features": 1000}), Inputs.of(Shape.batch(768))),
    ]
    counts = (Shape(sizes).count for kind, inputs in kinds for sizes in kind.weights(inputs).values())
    assert sum(counts) == 86_567_656


@pytest.mark.parametrize(
    ("id", "params", "feeds", "sentence"),
    [
        (
            "transformer_encoder_layer",
            {"nhead": 3},
            {"in": Shape.batch(5, 8)},
            "Transformer encoder layer splits the features into 3 equal heads, 8 features cannot be. "
            "Received: N batch × 5 time × 8 features.",
        ),
        (
            "transformer_decoder_layer",
            {},
            {"in": Shape.batch(5, 8), "memory": Shape.batch(6, 4)},
            "Transformer decoder layer needs as many features in the memory as in the sequence. "
            "Received: in N batch × 5 time × 8 features, memory N batch × 6 time × 4 features.",
        ),
        (
            "patch_embedding",
            {},
            {"in": Shape.batch(3, 8, 10)},
            "Patch embedding cuts images into whole patches of 4×4, 8×10 cannot be. "
            "Received: N batch × 3 channels × 8 height × 10 width.",
        ),
    ],
)
def test_refusals_are_sentences(id: str, params: dict[str, Any], feeds: dict[str, Shape], sentence: str) -> None:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, params).shapes(Inputs({port: (shape,) for port, shape in feeds.items()}))
    assert str(error.value) == sentence

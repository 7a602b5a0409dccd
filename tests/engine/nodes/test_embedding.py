"""Embeddings against torch's own, and against sums and means written out."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from engine.catalog import Inputs, Shape
from engine.errors import ParamError, ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import built, computed, run

CATALOG = standard_catalog()
TOKENS = torch.tensor([[0, 8, 3, 2], [1, 1, 2, 2]])
SIZES = {"num_embeddings": 9, "embedding_dim": 4}


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(4)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_a_bag_is_its_vectors_put_together_without_padding(mode: str) -> None:
    twin = nn.EmbeddingBag(9, 4, mode=mode, padding_idx=2)
    nn.init.normal_(twin.weight)
    found = run("embedding_bag", {**SIZES, "mode": mode, "padding_idx": 2}, twin, in_=TOKENS)["out"]
    for sample, tokens in enumerate(([0, 8, 3], [1, 1])):
        vectors = twin.weight[torch.tensor(tokens)]
        expected = {"sum": vectors.sum(0), "mean": vectors.mean(0), "max": vectors.amax(0)}[mode]
        torch.testing.assert_close(found[sample], expected)


@pytest.mark.parametrize("id", ["embedding", "embedding_bag"])
def test_padding_is_not_learnt_and_starts_at_zero(id: str) -> None:
    kind, inputs = (
        CATALOG.parse(id, {**SIZES, "padding_idx": 2}),
        Inputs.of(Shape.batch(4, axes="T", dtype="int64")),
    )
    layers = built(kind, inputs)
    weight = layers[""].get_parameter("weight")
    assert not weight[2].any()
    computed(kind, inputs, {"in": (TOKENS,)}, layers)["out"].sum().backward()
    assert weight.grad is not None
    assert weight.grad.abs().sum(1).gt(0).nonzero().flatten().tolist() == [0, 1, 3, 8]


@pytest.mark.parametrize("id", ["embedding", "embedding_bag"])
def test_no_vector_is_longer_than_max_norm(id: str) -> None:
    kind, inputs = (
        CATALOG.parse(id, {**SIZES, "max_norm": 0.5}),
        Inputs.of(Shape.batch(4, axes="T", dtype="int64")),
    )
    layers = built(kind, inputs)
    weight = layers[""].get_parameter("weight")
    nn.init.constant_(weight, 1.0)
    computed(kind, inputs, {"in": (TOKENS,)}, layers)
    used = torch.tensor([0, 1, 2, 3, 8])
    torch.testing.assert_close(weight.norm(dim=1)[used], torch.full((5,), 0.5), rtol=1e-4, atol=0)
    assert weight[4].norm() == 2


def test_padding_must_be_a_token() -> None:
    with pytest.raises(
        ParamError, match=r"padding_idx must be below num_embeddings, which is 1,000\. Received: 1000"
    ):
        CATALOG.parse("embedding", {"padding_idx": 1000})


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (
            Shape.batch(7),
            "Embedding bag looks up whole numbers (int64), not float32. Received: N batch × 7 features.",
        ),
        (Shape.batch(dtype="int64"), "Embedding bag needs 2 axes: batch × time. Received: N batch."),
    ],
)
def test_refusals_are_sentences(shape: Shape, sentence: str) -> None:
    params: dict[str, Any] = {}
    with pytest.raises(ShapeError) as error:
        CATALOG.parse("embedding_bag", params).shapes(Inputs.of(shape))
    assert str(error.value) == sentence

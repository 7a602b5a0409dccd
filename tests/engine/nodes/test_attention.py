"""Attention against torch's own and the papers' equations."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from engine.torchside.layers.attention import AdditiveAttention, GeneralAttention, GroupedQueryAttention
from tests.support.torch_side import run

CATALOG = standard_catalog()
MASK = torch.tensor([[False, False, True, False, True], [False, True, True, True, True]])


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(6)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("need_weights", [False, True])
def test_heads_do_not_look_at_padding(causal: bool, need_weights: bool) -> None:
    twin, x = nn.MultiheadAttention(8, 2, batch_first=True), torch.randn(2, 5, 8)
    params = {"num_heads": 2, "is_causal": causal, "need_weights": need_weights}
    found = run("multihead_attention", params, twin, query=x, key_padding_mask=MASK)["out"]
    for sample in range(2):
        seen = ~MASK[sample]
        for step in range(5):
            shown = seen & (torch.arange(5) <= step) if causal else seen
            expected = twin(x[sample : sample + 1, step : step + 1], *[x[sample : sample + 1, shown]] * 2)[0]
            torch.testing.assert_close(found[sample, step], expected[0, 0])


@pytest.mark.parametrize("need_weights", [False, True])
def test_a_sample_of_padding_alone_stays_finite(need_weights: bool) -> None:
    twin, x = nn.MultiheadAttention(8, 2, batch_first=True), torch.randn(2, 5, 8, requires_grad=True)
    mask = torch.stack([torch.ones(5, dtype=torch.bool), MASK[0]])
    params = {"num_heads": 2, "need_weights": need_weights}
    found = run("multihead_attention", params, twin, query=x, key_padding_mask=mask)["out"]
    found.sum().backward()
    assert x.grad is not None
    assert x.grad.isfinite().all()
    torch.testing.assert_close(found[1], twin(x[1:], x[1:], x[1:], key_padding_mask=MASK[:1])[0][0])


def by_hand(
    query: Tensor, key: Tensor, value: Tensor, hidden: Tensor, bias: Tensor, scale: float
) -> tuple[Tensor, Tensor]:
    """Attention number by number; `hidden` and `bias` are as large as the scores."""
    weights = torch.zeros(*query.shape[:-1], key.size(-2))
    for place in torch.cartesian_prod(*map(torch.arange, query.shape[:-1])).tolist():
        *lead, t = place
        scores = [
            float("-inf")
            if hidden[*lead, t, s]
            else float(query[*lead, t] @ key[*lead, s] * scale + bias[*lead, t, s])
            for s in range(key.size(-2))
        ]
        total = sum(map(math.exp, scores))
        for s, score in enumerate(scores):
            weights[*lead, t, s] = math.exp(score) / total if total else 0
    return weights @ value, weights


@pytest.mark.parametrize("heads", [(), (3,)])
@pytest.mark.parametrize("masked", ["", "keys", "pairs"])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("biased", [False, True])
def test_a_scaled_dot_product_equals_its_formula(
    heads: tuple[int, ...], masked: str, causal: bool, biased: bool
) -> None:
    query, key, value = (torch.randn(2, *heads, steps, size) for steps, size in ((4, 6), (5, 6), (5, 3)))
    mask = MASK.clone() if masked == "keys" else torch.rand(2, 4, 5) < 0.4
    mask[1, 0] = True  # in one of both it hides all from a query
    hidden = torch.zeros(2, *heads, 4, 5, dtype=torch.bool)
    if masked:
        hidden |= mask.reshape(2, *[1] * len(heads), -1, 5)
    if causal:
        hidden |= torch.ones(4, 5, dtype=torch.bool).triu(1)
    bias = torch.randn(2, *heads, 4, 5) if biased else torch.zeros(2, *heads, 4, 5)
    feeds = {"query": query, "key": key, "value": value}
    if masked:
        feeds["mask"] = mask
    if biased:
        feeds["bias"] = bias
    out, weights = by_hand(query, key, value, hidden, bias, 0.3)
    params: dict[str, Any] = {"is_causal": causal, "scale": 0.3}
    torch.testing.assert_close(run("scaled_dot_product", params, **feeds)["out"], out, rtol=1e-4, atol=1e-5)
    found = run("scaled_dot_product", {**params, "need_weights": True}, **feeds)
    torch.testing.assert_close(found["weights"], weights, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found["out"], out, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("need_weights", [False, True])
def test_a_scaled_dot_product_alone_is_torchs(need_weights: bool) -> None:
    x = torch.randn(2, 4, 6)
    found = run("scaled_dot_product", {"need_weights": need_weights}, query=x)["out"]
    torch.testing.assert_close(found, F.scaled_dot_product_attention(x, x, x))


@pytest.mark.parametrize("need_weights", [False, True])
def test_a_query_that_sees_nothing_gathers_nothing_and_learns_nothing(need_weights: bool) -> None:
    x = torch.randn(2, 4, 6, requires_grad=True)
    mask = torch.tensor([[True] * 4, [False] * 4])
    out = run("scaled_dot_product", {"need_weights": need_weights}, query=x, mask=mask)["out"]
    out.sum().backward()
    assert not out[0].any()
    assert x.grad is not None
    assert not x.grad[0].any()
    assert x.grad[1].isfinite().all()


@pytest.mark.parametrize("steps", [(), (3,)])
@pytest.mark.parametrize("masked", [False, True])
def test_additive_attention_equals_bahdanaus_formula(steps: tuple[int, ...], masked: bool) -> None:
    twin = AdditiveAttention(4, 6, 7)
    query, key, value = torch.randn(2, *steps, 4), torch.randn(2, 5, 6), torch.randn(2, 5, 3)
    found = run(
        "additive_attention",
        {"hidden_size": 7},
        twin,
        query=query,
        key=key,
        value=value,
        **({"mask": MASK} if masked else {}),
    )
    w, u, v = twin.query.weight, twin.key.weight, twin.score.weight[0]
    for sample in range(2):
        for step, asked in enumerate(query[sample].reshape(-1, 4)):
            energies = torch.stack([v @ torch.tanh(w @ asked + u @ source) for source in key[sample]])
            shown = torch.where(MASK[sample], 0, energies.exp()) if masked else energies.exp()
            weights = shown / shown.sum()
            torch.testing.assert_close(found["weights"][sample].reshape(-1, 5)[step], weights)
            torch.testing.assert_close(found["out"][sample].reshape(-1, 3)[step], weights @ value[sample])


@pytest.mark.parametrize("score", ["dot", "general"])
@pytest.mark.parametrize("steps", [(), (3,)])
def test_multiplicative_attention_equals_luongs_formula(score: str, steps: tuple[int, ...]) -> None:
    width = 4 if score == "dot" else 6
    query, key = torch.randn(2, *steps, 4), torch.randn(2, 5, width)
    twin = GeneralAttention(4, 6)
    matrix = torch.eye(4) if score == "dot" else twin.key.weight
    found = run(
        "multiplicative_attention",
        {"score": score},
        twin if score == "general" else None,
        query=query,
        key=key,
        mask=MASK,
    )
    for sample in range(2):
        for step, asked in enumerate(query[sample].reshape(-1, 4)):
            energies = torch.stack([asked @ matrix @ source for source in key[sample]]).exp()
            weights = energies * ~MASK[sample] / (energies * ~MASK[sample]).sum()
            torch.testing.assert_close(found["weights"][sample].reshape(-1, 5)[step], weights)
            torch.testing.assert_close(found["out"][sample].reshape(-1, width)[step], weights @ key[sample])


@pytest.mark.parametrize("shared", [1, 2, 4])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_grouped_queries_look_at_the_keys_of_their_group(shared: int, causal: bool, masked: bool) -> None:
    twin = GroupedQueryAttention(8, 4, shared, kdim=6, vdim=6, bias=True, is_causal=causal)
    query, key = torch.randn(2, 5, 8), torch.randn(2, 5, 6)
    params = {"num_heads": 4, "num_key_value_heads": shared, "is_causal": causal, "bias": True}
    feeds = {"mask": MASK} if masked else {}
    found = run("grouped_query_attention", params, twin, query=query, key=key, **feeds)["out"]
    hidden = MASK[:, None].expand(2, 5, 5) if masked else torch.zeros(2, 5, 5, dtype=torch.bool)
    if causal:
        hidden = hidden | torch.ones(5, 5, dtype=torch.bool).triu(1)
    q, k, v = twin.q_proj(query), twin.k_proj(key), twin.v_proj(key)
    answers = []
    for head in range(4):
        of_head, group = slice(2 * head, 2 * head + 2), head // (4 // shared)
        of_group = slice(2 * group, 2 * group + 2)
        scores = q[..., of_head] @ k[..., of_group].transpose(1, 2) / math.sqrt(2)
        answers.append(scores.masked_fill(hidden, -math.inf).softmax(2) @ v[..., of_group])
    torch.testing.assert_close(found, twin.out_proj(torch.cat(answers, 2)))


def test_with_as_many_heads_of_keys_grouped_attention_is_multi_head_attention() -> None:
    torchs, twin = nn.MultiheadAttention(8, 4, bias=False, batch_first=True), GroupedQueryAttention(8, 4, 4)
    for part, weight in zip((twin.q_proj, twin.k_proj, twin.v_proj), torchs.in_proj_weight.chunk(3), strict=True):
        part.weight = nn.Parameter(weight)
    twin.out_proj.weight = torchs.out_proj.weight
    x = torch.randn(2, 5, 8)
    found = run("grouped_query_attention", {"num_heads": 4, "num_key_value_heads": 4}, twin, query=x)["out"]
    torch.testing.assert_close(found, torchs(x, x, x)[0])


@pytest.mark.parametrize(
    ("id", "params", "feeds", "sentence", "port"),
    [
        (
            "grouped_query_attention",
            {"num_heads": 4, "num_key_value_heads": 3},
            {"query": Shape.batch(5, 8)},
            "Grouped-query attention shares keys and values evenly, 4 heads cannot share 3. "
            "Received at query: N batch × 5 time × 8 features.",
            "query",
        ),
        (
            "scaled_dot_product",
            {},
            {"query": Shape.batch(5, 8), "key": Shape.batch(5, 7)},
            "Scaled dot product multiplies query and key, so both need as many features. "
            "Received: query N batch × 5 time × 8 features, key N batch × 5 time × 7 features.",
            "key",
        ),
        (
            "scaled_dot_product",
            {},
            {"query": Shape.batch(5, 8), "bias": Shape.batch(5, 8)},
            "Scaled dot product needs a bias of N batch × 5 time × 5 source length. "
            "Received at bias: N batch × 5 time × 8 features.",
            "bias",
        ),
        (
            "multihead_attention",
            {},
            {"query": Shape.batch(5, 8), "key_padding_mask": Shape.batch(6, axes="T", dtype="bool")},
            "Multi-head attention needs a mask of 5 steps a sample, true where there is padding. "
            "Received at key_padding_mask: N batch × 6 time.",
            "key_padding_mask",
        ),
        (
            "multiplicative_attention",
            {"score": "dot"},
            {"query": Shape.batch(8), "key": Shape.batch(5, 7)},
            'Multiplicative attention with score "dot" needs as many features in the key as in the query. '
            "Received: query N batch × 8 features, key N batch × 5 time × 7 features.",
            "key",
        ),
    ],
)
def test_refusals_are_sentences(
    id: str, params: dict[str, Any], feeds: dict[str, Shape], sentence: str, port: str
) -> None:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, params).shapes(Inputs.of(**feeds))
    assert (str(error.value), error.value.port) == (sentence, port)

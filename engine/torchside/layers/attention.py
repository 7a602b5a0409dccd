"""Attention that torch lacks; a mask is true where a key is hidden, as padding is."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


def added_to_scores(
    query: Tensor, key: Tensor, mask: Tensor | None, bias: Tensor | None, is_causal: bool
) -> Tensor:
    """What is added to the scores (…, T, S) of query (…, T, E) and key (…, S, E): the bias, −∞ for hidden keys.

    A mask (N, S) hides keys from every step, (N, T, S) from some; in causal attention later keys are hidden.
    """
    steps, source = query.size(-2), key.size(-2)
    found = query.new_zeros(steps, source) if bias is None else bias
    if is_causal:
        later = torch.ones(steps, source, dtype=torch.bool, device=query.device).triu(1)
        found = found.masked_fill(later, float("-inf"))
    if mask is not None:
        rows = mask.shape[1:] if mask.dim() == 3 else (1, source)
        over_heads = [1] * (query.dim() - 3)
        found = torch.where(mask.reshape(mask.size(0), *over_heads, *rows), float("-inf"), found)
    return found


def never_all(mask: Tensor) -> Tensor:
    """A mask of padding (N, S) that hides nothing where it would hide all: torch's softmax over nothing is NaN."""
    return mask & ~mask.all(dim=1, keepdim=True)


def shares(scores: Tensor) -> Tensor:
    """The softmax over keys; 0 for a query from which all of them are hidden."""
    blind = scores.isneginf().all(dim=-1, keepdim=True)
    return scores.masked_fill(blind, 0).softmax(dim=-1).masked_fill(blind, 0)


def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    bias: Tensor | None = None,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """Scaled dot-product attention with masks of padding and a bias."""
    added = added_to_scores(query, key, mask, bias, is_causal)
    return scaled_dot_product_attention(query, key, value, attn_mask=added, scale=scale)


def attention_weights(
    query: Tensor,
    key: Tensor,
    mask: Tensor | None = None,
    bias: Tensor | None = None,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """How much each query looks at each key, as (…, T, S)."""
    factor = query.size(-1) ** -0.5 if scale is None else scale
    scores = query @ key.transpose(-2, -1) * factor
    return shares(scores + added_to_scores(query, key, mask, bias, is_causal))


def gather(scores: Tensor, value: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """Values (N, S, E) gathered by scores (N, T, S), and the weights."""
    if mask is not None:
        scores = scores.masked_fill(mask[:, None], float("-inf"))
    weights = shares(scores)
    return weights @ value, weights


class AdditiveAttention(nn.Module):
    """Attention whose scores come from a small network: v·tanh(W·query + U·key).

    Source:
        Bahdanau, Cho and Bengio 2015, appendix A.1.2.
    """

    def __init__(self, query_features: int, key_features: int, hidden_size: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_features, hidden_size, bias=False)
        self.key = nn.Linear(key_features, hidden_size, bias=False)
        self.score = nn.Linear(hidden_size, 1, bias=False)

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """What each query (N, T, E) gathered from the values (N, S, E), and its weights (N, T, S)."""
        hidden = torch.tanh(self.query(query)[:, :, None] + self.key(key)[:, None])
        return gather(self.score(hidden).squeeze(3), value, mask)


def dot_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Attention whose scores are products of query and key.

    Source:
        Luong, Pham and Manning 2015, section 3.1, "dot".
    """
    return gather(query @ key.transpose(1, 2), value, mask)


class GeneralAttention(nn.Module):
    """Attention whose scores are products of query and projected key: query·W·key.

    Source:
        Luong, Pham and Manning 2015, section 3.1, "general".
    """

    def __init__(self, query_features: int, key_features: int) -> None:
        super().__init__()
        self.key = nn.Linear(key_features, query_features, bias=False)

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """What each query (N, T, E) gathered from the values (N, S, E), and its weights (N, T, S)."""
        return dot_attention(query, self.key(key), value, mask)


class GroupedQueryAttention(nn.Module):
    """Multi-head attention in which several heads of queries share one head of keys and values.

    Source:
        Ainslie et al. 2023; Shazeer 2019 where all of them share one.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        num_key_value_heads: int,
        kdim: int | None = None,
        vdim: int | None = None,
        dropout: float = 0.0,
        bias: bool = False,
        is_causal: bool = False,
    ) -> None:
        super().__init__()
        self.num_heads, self.num_key_value_heads = num_heads, num_key_value_heads
        self.dropout, self.is_causal = dropout, is_causal
        shared = embed_dim // num_heads * num_key_value_heads
        self.q_proj = nn.Linear(embed_dim, embed_dim, bias=bias)
        self.k_proj = nn.Linear(kdim or embed_dim, shared, bias=bias)
        self.v_proj = nn.Linear(vdim or embed_dim, shared, bias=bias)
        self.out_proj = nn.Linear(embed_dim, embed_dim, bias=bias)

    def forward(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
        """What each query (N, T, E) gathered from keys and values (N, S, E)."""
        q = self.q_proj(query).unflatten(2, (self.num_heads, -1)).transpose(1, 2)
        k, v = (
            projected.unflatten(2, (self.num_key_value_heads, -1))
            .transpose(1, 2)
            .repeat_interleave(self.num_heads // self.num_key_value_heads, dim=1)
            for projected in (self.k_proj(key), self.v_proj(value))
        )
        added = None if mask is None else added_to_scores(q, k, mask, None, self.is_causal)
        found = scaled_dot_product_attention(
            q,
            k,
            v,
            attn_mask=added,
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=self.is_causal and mask is None,
        )
        answer: Tensor = self.out_proj(found.transpose(1, 2).flatten(2))
        return answer

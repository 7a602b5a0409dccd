from __future__ import annotations

import pytest
import torch

from engine.catalog import Shape
from tests.support.one_node import out, refusal

A, B = torch.randn(3, 4, 5), torch.randn(3, 4, 5)
FLAT = torch.randn(3, 4, 1)


def test_number_by_number() -> None:
    assert torch.equal(out("subtract", a=A, b=B), A - B)
    assert torch.equal(out("divide", a=A, b=B), A / B)
    assert torch.equal(out("divide", a=FLAT, b=B), FLAT / B)


@pytest.mark.parametrize("dim", [1, 2, -1])
def test_vector_by_vector(dim: int) -> None:
    torch.testing.assert_close(out("dot", {"dim": dim}, a=A, b=B), (A * B).sum(dim))
    expected = (A * B).sum(dim) / (A.norm(dim=dim) * B.norm(dim=dim))
    torch.testing.assert_close(out("cosine_similarity", {"dim": dim}, a=A, b=B), expected)


def test_thin_axes_count_for_all() -> None:
    torch.testing.assert_close(out("dot", a=A, b=FLAT), (A * FLAT).sum(-1))
    torch.testing.assert_close(out("pairwise_distance", a=A, b=FLAT), (A - FLAT).norm(dim=-1), rtol=0, atol=1e-4)


@pytest.mark.parametrize("p", [1.0, 2.0, 3.5])
def test_distance_is_a_norm_of_the_difference(p: float) -> None:
    expected = (A - B + 1e-6).abs().pow(p).sum(-1).pow(1 / p)
    torch.testing.assert_close(out("pairwise_distance", {"p": p}, a=A, b=B), expected)
    kept = out("pairwise_distance", {"p": p, "keepdim": True}, a=A, b=B)
    torch.testing.assert_close(kept, expected[..., None])


def test_products_of_vectors() -> None:
    torch.testing.assert_close(out("outer", a=A, b=B[..., :2]), torch.einsum("nti,ntj->ntij", A, B[..., :2]))
    left, right = A[..., :3], B[..., :3]
    crossed = out("cross", a=left, b=right)
    torch.testing.assert_close(crossed, torch.linalg.cross(left, right))
    torch.testing.assert_close((crossed * left).sum(-1), torch.zeros(3, 4), rtol=0, atol=1e-5)
    assert torch.equal(
        out("cross", a=torch.tensor([[1.0, 0, 0]]), b=torch.tensor([[0.0, 1, 0]]))[0], torch.eye(3)[2]
    )


def test_misfits_are_named() -> None:
    assert "needs vectors of three numbers along axis 1" in str(
        refusal("cross", a=Shape.batch(4), b=Shape.batch(4))
    )
    error = refusal("outer", a=Shape.batch(2, 4), b=Shape.batch(3, 4))
    assert error.port == "b"
    assert "a is N batch × 2 time × 4 features" in str(error)
    assert refusal("dot", a=Shape.batch(4), b=Shape.batch(5)).port == "b"
    assert "float32" in str(refusal("divide", a=Shape.batch(4, dtype="int64"), b=Shape.batch(4)))

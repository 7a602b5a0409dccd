"""Comparing, joining answers, choosing, converting, picking by index."""

from __future__ import annotations

import pytest
import torch

from engine.catalog import Shape
from tests.support.one_node import out, refusal

A = torch.tensor([[1.0, 2.0, 3.0], [0.0, -1.0, 2.0]])
B = torch.tensor([[1.0, 3.0, 2.0], [0.5, -1.0, -2.0]])
P = torch.tensor([[True, True, False], [False, False, True]])
Q = torch.tensor([[True, False, False], [True, False, True]])


@pytest.mark.parametrize(
    ("op", "answers"),
    [
        ("gt", [[0, 0, 1], [0, 0, 1]]),
        ("ge", [[1, 0, 1], [0, 1, 1]]),
        ("lt", [[0, 1, 0], [1, 0, 0]]),
        ("le", [[1, 1, 0], [1, 1, 0]]),
        ("eq", [[1, 0, 0], [0, 1, 0]]),
        ("ne", [[0, 1, 1], [1, 0, 1]]),
    ],
)
def test_compare(op: str, answers: list[list[int]]) -> None:
    assert torch.equal(out("compare", {"op": op}, a=A, b=B), torch.tensor(answers, dtype=torch.bool))
    assert torch.equal(out("compare", {"op": op, "output": "float32"}, a=A, b=B), torch.tensor(answers).float())


def test_compare_with_a_constant_or_whole_numbers() -> None:
    assert out("compare", {"value": 1.0}, a=A).tolist() == [[False, True, True], [False, False, True]]
    assert out("compare", {"op": "eq"}, a=A.long(), b=B.long()).tolist() == [
        [True, False, False],
        [True, True, False],
    ]


def test_logic() -> None:
    assert torch.equal(out("logical", in_=[P, Q]), P & Q)
    assert torch.equal(out("logical", {"op": "or"}, in_=[P, Q]), P | Q)
    assert torch.equal(out("logical", {"op": "xor"}, in_=[P, Q, P]), Q)
    assert torch.equal(out("logical_not", in_=P), P.bitwise_not())


def test_where() -> None:
    assert out("where", condition=P, a=A, b=B).tolist() == [[1, 2, 2], [0.5, -1, 2]]
    assert torch.equal(out("where", condition=P[:, :1], a=A, b=B), torch.stack([A[0], B[1]]))
    assert out("where", condition=P, a=Q, b=P).tolist() == [[True, False, False], [False, False, True]]


def test_dtypes() -> None:
    x = torch.tensor([[1.7, -1.7, 0.0]])
    assert out("cast", {"dtype": "int64"}, in_=x).tolist() == [[1, -1, 0]]
    assert out("cast", {"dtype": "bool"}, in_=x).tolist() == [[True, True, False]]
    assert out("cast", in_=P).tolist() == [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    tokens = torch.tensor([[0, 2], [1, 1]])
    assert torch.equal(out("one_hot", {"num_classes": 4}, in_=tokens), torch.eye(4)[tokens])


def test_picking_by_index() -> None:
    x, index = torch.randn(2, 4, 3), torch.tensor([[[3, 0], [1, 1]], [[0, 2], [2, 2]]])
    assert torch.equal(out("gather", in_=x, index=index), torch.gather(x, 1, index))
    rows = torch.tensor([[3, 0], [2, 2]])
    expected = torch.stack([sample[places] for sample, places in zip(x, rows, strict=True)])
    assert torch.equal(out("take", in_=x, index=rows), expected)
    assert torch.equal(out("take", in_=x[..., 0], index=rows), expected[..., 0])


def test_wrong_dtypes_are_named() -> None:
    decimals, tokens, mask = Shape.batch(3), Shape.batch(3, dtype="int64"), Shape.batch(3, dtype="bool")
    assert "needs answers, yes or no (bool), not float32" in str(refusal("logical", mask, decimals))
    assert "needs answers" in str(refusal("logical_not", tokens))
    assert refusal("where", condition=decimals, a=decimals, b=decimals).port == "condition"
    assert "a is float32 and b int64" in str(refusal("where", condition=mask, a=decimals, b=tokens))
    assert "a is int64 and b float32" in str(refusal("compare", a=tokens, b=decimals))
    assert "compares numbers" in str(refusal("compare", a=mask))
    assert "needs whole numbers (int64), not float32" in str(refusal("one_hot", decimals))
    assert refusal("gather", decimals, index=decimals).port == "index"
    assert "needs an index of as many axes" in str(refusal("gather", Shape.batch(3, 4), index=tokens))
    assert "batch × places" in str(refusal("take", Shape.batch(3, 4), index=Shape.batch(2, 2, dtype="int64")))

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.catalog import Inputs, Shape
from engine.errors import ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import computed

CATALOG = standard_catalog()


def shape(tensor: Tensor) -> Shape:
    return Shape.batch(*tensor.shape[1:], dtype="int64" if tensor.dtype == torch.int64 else "float32")


def run(id: str, found: Tensor, target: Tensor, **params: Any) -> float:
    kind = CATALOG.parse(id, params)
    inputs = Inputs({"in": (shape(found),), "target": (shape(target),)})
    assert kind.shapes(inputs)["out"].sizes == ()
    return float(computed(kind, inputs, {"in": (found,), "target": (target,)}, {})["out"])


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(1)


def test_cross_entropy_equals_torchs_layer() -> None:
    scores, labels = torch.randn(6, 4), torch.randint(0, 4, (6,))
    assert run("cross_entropy", scores, labels) == nn.CrossEntropyLoss()(scores, labels).item()
    smooth = nn.CrossEntropyLoss(label_smoothing=0.1, reduction="sum")(scores, labels).item()
    assert run("cross_entropy", scores, labels, label_smoothing=0.1, reduction="sum") == smooth
    assert run("cross_entropy", scores, labels[:, None]) == run("cross_entropy", scores, labels)


def test_cross_entropy_of_maps_and_shares() -> None:
    scores, labels = torch.randn(2, 3, 4, 5), torch.randint(0, 3, (2, 4, 5))
    assert run("cross_entropy", scores, labels) == nn.CrossEntropyLoss()(scores, labels).item()
    shares = torch.softmax(torch.randn(2, 3, 4, 5), 1)
    assert run("cross_entropy", scores, shares) == nn.CrossEntropyLoss()(scores, shares).item()


def test_cross_entropy_of_even_scores_is_the_logarithm_of_the_classes() -> None:
    assert run("cross_entropy", torch.zeros(5, 10), torch.arange(5)) == pytest.approx(math.log(10))


def test_mse_and_mae_equal_the_formula() -> None:
    found, target = torch.tensor([[1.0], [2.0], [4.0]]), torch.tensor([[0.0], [4.0], [4.0]])
    assert run("mse", found, target) == pytest.approx((1 + 4 + 0) / 3)
    assert run("mse", found, target, reduction="sum") == pytest.approx(5)
    assert run("mae", found, target) == pytest.approx(1)


def test_a_lone_last_axis_never_pairs_every_sample_with_every_other() -> None:
    found, target = torch.randn(7, 1), torch.randn(7)
    paired = float(((found[:, 0] - target) ** 2).mean())
    assert run("mse", found, target) == pytest.approx(paired)
    assert run("mse", target, found) == pytest.approx(paired)
    assert run("mae", found, target) == pytest.approx(float((found[:, 0] - target).abs().mean()))


def test_bce_with_logits_equals_torchs_layer() -> None:
    scores, labels = torch.randn(6, 3), torch.randint(0, 2, (6, 3))
    expected = nn.BCEWithLogitsLoss()(scores, labels.float()).item()
    assert run("bce_with_logits", scores, labels) == pytest.approx(expected)
    assert run("bce_with_logits", scores, labels.float()) == expected
    weighed = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0))(scores, labels.float()).item()
    assert run("bce_with_logits", scores, labels, pos_weight=3.0) == pytest.approx(weighed)
    assert run("bce_with_logits", torch.zeros(4, 1), torch.tensor([0, 1, 1, 0])) == pytest.approx(math.log(2))


def test_scale_weighs_a_loss() -> None:
    scores, labels = torch.randn(6, 4), torch.randint(0, 4, (6,))
    assert run("cross_entropy", scores, labels, scale=0.3) == pytest.approx(
        0.3 * run("cross_entropy", scores, labels)
    )


def test_accuracy_counts_hits() -> None:
    scores = torch.tensor([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0], [0.0, 3.0, 2.0], [1.0, 0.0, 0.0]])
    assert run("accuracy", scores, torch.tensor([0, 2, 2, 1])) == 0.5
    assert run("accuracy", scores, torch.tensor([[0], [2], [1], [0]])) == 1.0
    assert run("accuracy", scores, torch.eye(3)[[0, 1, 1, 1]]) == 0.5
    maps = torch.stack([scores, scores], 2)
    assert run("accuracy", maps, torch.tensor([[0, 1], [2, 2], [1, 1], [0, 0]])) == 7 / 8


def test_accuracy_of_one_score_a_sample_asks_for_the_threshold() -> None:
    logits = torch.tensor([[-1.0], [0.2], [3.0], [-0.1]])
    for found in (logits, logits[:, 0]):
        assert run("accuracy", found, torch.tensor([0, 1, 0, 0])) == 0.75
        assert run("accuracy", found, torch.tensor([0.0, 1.0, 0.0, 1.0])) == 0.5
    assert run("accuracy", logits, torch.tensor([[0], [0], [1], [0]]), threshold=0.5) == 1.0


def refusal(id: str, found: Shape, target: Shape) -> ShapeError:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, {}).shapes(Inputs({"in": (found,), "target": (target,)}))
    return error.value


def test_refusals_say_both_shapes_in_words_and_what_to_do() -> None:
    labels = Shape.batch(dtype="int64")
    error = refusal("cross_entropy", Shape.batch(16, 5, 10), labels)
    assert str(error) == (
        "Cross entropy needs batch × classes scores and one label a sample "
        "(or a label for each further position). "
        "Received: in N batch × 16 channels × 5 height × 10 width, target N batch."
    )
    assert (error.port, error.suggestion) == ("in", "Insert a Flatten and a Dense before it.")
    error = refusal("cross_entropy", Shape.batch(10), Shape.batch())
    assert error.port == "target"
    assert error.suggestion == "Set the target's dtype to int64."
    assert "one class alone" in str(refusal("cross_entropy", Shape.batch(1), labels))
    error = refusal("mse", Shape.batch(3), Shape.batch())
    assert "in N batch × 3 features, target N batch" in str(error)
    assert error.suggestion.startswith("Give the last layer 1 outputs a sample")
    assert refusal("mse", Shape(()), Shape(())).suggestion == "Wire the output of a layer to it."
    assert "int64" in str(refusal("accuracy", labels, labels))

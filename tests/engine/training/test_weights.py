"""Options of nodes with weights, in training: equal to a loop written by hand, saved and gone on from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.formats import Subject, all_formats
from engine.graph import Document, SetParams
from engine.runs import RunFolder, with_recipe
from engine.source import python_source
from engine.training import Summary
from engine.training.setup import build
from tests.support import blocks
from tests.support.drawing import Drawing
from tests.support.executed import execute
from tests.support.training import SPIRAL, curves, newest_tensors, same

Train = Callable[..., Summary]
RECIPE = {
    "data": SPIRAL,
    "optimizer": {"id": "sgd", "params": {"lr": 0.1}},
    "epochs": 3,
    "batch_size": 40,
    "seed": 7,
    "device": "cpu",
}


def spirals(first: dict[str, Any], second: dict[str, Any], **recipe: Any) -> Document:
    """Three dense layers; the first two may have options."""
    drawing = Drawing("Options")
    drawing.add("x", "input", shape=[2])
    last = drawing.chain(
        "x",
        ("first", "dense", {"out_features": 2, **first}),
        ("bend", "tanh", {}),
        ("second", "dense", {"out_features": 2, **second}),
        ("bow", "tanh", {}),
        ("scores", "dense", {"out_features": 2}),
    )
    return with_recipe(drawing.classify(last), {**RECIPE, **recipe})


class ByHand(nn.Module):
    """The net of `spirals`."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.scores = nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.scores(torch.tanh(self.second(torch.tanh(self.first(x)))))
        return out


def batches(document: Document, epochs: int) -> list[tuple[Tensor, Tensor]]:
    data = build(document).data
    x, y = data.train.inputs[0], data.train.targets[0]
    dice = (torch.Generator().manual_seed(7 * 1_000_003 + epoch) for epoch in range(epochs))
    return [(x[rows], y[rows]) for made in dice for rows in torch.randperm(len(x), generator=made).split(40)]


def by_hand(given: list[tuple[Tensor, Tensor]]) -> tuple[ByHand, list[float], list[float]]:
    """l1 and l2 on the second layer's weights, the first frozen, the third's rows no longer than 0.5."""
    torch.manual_seed(7)
    network = ByHand()
    network.first.requires_grad_(False)
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.1)
    losses, penalties = [], []
    for x, y in given:
        optimizer.zero_grad()
        weight = network.second.weight
        penalty = 0.01 * weight.abs().sum() + 0.02 * (weight**2).sum()
        loss = nn.functional.cross_entropy(network(x), y) + penalty
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            row = network.scores.weight
            row *= (0.5 / row.norm(dim=1, keepdim=True)).clamp(max=1)
        losses.append(loss.item())
        penalties.append(penalty.item())
    return network, losses, penalties


def optioned() -> Document:
    document = spirals({"frozen": True}, {"l1": 0.01, "l2": 0.02})
    document.apply(SetParams("scores", {"max_weight_norm": 0.5}))
    return document


def close(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, atol=1e-5, rtol=1e-4)


def test_penalties_limits_and_freezing_equal_a_plain_loop(train: Train) -> None:
    torch.set_num_threads(1)
    done = train(optioned())
    network, losses, penalties = by_hand(batches(optioned(), 3))
    weights = newest_tensors(done.run)
    close(weights, dict(network.state_dict()))
    torch.manual_seed(7)
    assert torch.equal(weights["first.weight"], ByHand().first.weight)
    found = curves(done.run)
    for name, expected in (("train/loss", losses), ("train/penalty", penalties)):
        torch.testing.assert_close([value for _, _, value in found[name]], expected, atol=1e-5, rtol=1e-4)
    totals = zip(losses, penalties, strict=True)
    assert [value for _, _, value in found["train/loss_"]] == [
        pytest.approx(loss - penalty) for loss, penalty in totals
    ]


def test_exported_source_trains_the_same() -> None:
    given = batches(optioned(), 2)
    network, _, _ = by_hand(given)
    names = execute(python_source(optioned()))
    torch.manual_seed(7)
    net = names["Net"]()
    names["train"](net, given, 1)
    close(dict(net.state_dict()), dict(network.state_dict()))


def test_shared_weights_are_saved_exported_and_gone_on_from(train: Train, tmp_path: Path) -> None:
    shared: list[dict[str, Any]] = [{"share_with": "first"}, {"share_with": "first", "bias": False}]
    for options in shared:
        adam = {"optimizer": {"id": "adam"}}
        whole = train(spirals({}, options, epochs=4, **adam))
        half = train(spirals({}, options, epochs=2, **adam))
        rest = train(None, resume=Path(half.run), overrides={"epochs": 4})
        assert same(newest_tensors(whole.run), newest_tensors(rest.run))
        out = tmp_path / "net.safetensors"
        subject = Subject.of_run(RunFolder.open(Path(whole.run)))
        all_formats()["safetensors"]().write(subject, out)
        net = execute(python_source(subject.document))["Net"]()
        net.load_state_dict(load_file(out))
        assert torch.equal(net.first.weight, newest_tensors(whole.run)["first.weight"])


def test_normalized_weights_train_and_go_on(train: Train) -> None:
    options: list[dict[str, Any]] = [{"weight_norm": "weight", "l2": 0.01}, {"weight_norm": "spectral"}]
    for option in options:
        whole = train(spirals(option, {}, epochs=4))
        half = train(spirals(option, {}, epochs=2))
        rest = train(None, resume=Path(half.run), overrides={"epochs": 4})
        assert same(newest_tensors(whole.run), newest_tensors(rest.run))


def test_exported_source_finds_the_weights_of_blocks() -> None:
    names = execute(source := python_source(blocks.treated(2).classify("twins")))
    torch.manual_seed(0)
    net = names["Net"]()
    terms = [f"0.1 * net.twins[{place}].fc1.weight.square().sum()" for place in range(2)]
    assert all(term in source for term in terms)
    before = net.twins[1].fc1.weight.detach().clone()
    names["train"](net, [(torch.randn(4, 6), torch.tensor([0, 1, 2, 3]))], 1)
    assert not torch.equal(before, net.twins[1].fc1.weight)

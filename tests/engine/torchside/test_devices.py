"""Devices are listed best first, picked with a reason, and never invented."""

from __future__ import annotations

import pytest
import torch

from engine.errors import BuildError
from engine.torchside import devices as module
from engine.torchside.devices import devices, pick


def machine(monkeypatch: pytest.MonkeyPatch, cards: int, mps: bool) -> None:
    """Pretend that torch sees so many CUDA cards, and an Apple GPU or none."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cards > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cards)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: f"Card {index}")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


def test_the_best_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 2, True)
    found = devices()
    assert found[:3] == ["cuda:0 (Card 0)", "cuda:1 (Card 1)", "mps (Apple GPU)"]
    assert found[3].startswith("cpu (")
    assert len(found) == 4


@pytest.mark.parametrize(
    ("cards", "mps", "taken", "why"),
    [
        (1, True, "cuda:0", "a GPU comes first"),
        (0, True, "mps", "a GPU comes first"),
        (0, False, "cpu", "torch sees neither a CUDA nor an Apple GPU"),
    ],
)
def test_auto_takes_cuda_then_mps_then_cpu(
    monkeypatch: pytest.MonkeyPatch, cards: int, mps: bool, taken: str, why: str
) -> None:
    machine(monkeypatch, cards, mps)
    device, reason = pick()
    assert device == torch.device(taken)
    assert reason == f"Auto took {devices()[0]}: {why}."


def test_a_device_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, 2, False)
    assert pick("cpu")[0] == torch.device("cpu")
    assert pick("cuda")[0] == torch.device("cuda:0")
    assert pick("cuda:1") == (torch.device("cuda:1"), "cuda:1 (Card 1) was asked for.")


@pytest.mark.parametrize("wanted", ["cuda", "mps", "cuda:7", "tpu", ""])
def test_what_is_not_there_is_refused_with_what_is(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    machine(monkeypatch, 0, False)
    with pytest.raises(BuildError, match=rf'There is no device "{wanted}" here. Available: cpu \('):
        pick(wanted)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_the_device_that_auto_takes_computes() -> None:
    device, reason = pick()
    assert device.type == "cuda"
    assert torch.cuda.get_device_name(device) in reason
    assert torch.ones(3, device=device).sum().item() == 3
    assert module.devices()[0].startswith("cuda:0")

"""Layers that torch lacks are copied whole, with what they use and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine
from engine.errors import BuildError
from engine.source import copied as module
from engine.source.copied import copied

FAMILY = '''"""A family."""

from __future__ import annotations

import math
import os
from torch import Tensor, nn

from engine.errors import BuildError

SCALE = 2.0
LIMIT: float = SCALE * 3


def _curve(x: Tensor) -> Tensor:
    """A curve."""
    return x * LIMIT


class Curved(nn.Module):
    """Uses a function, which uses a constant, which uses another."""

    def forward(self, x: Tensor) -> Tensor:
        return _curve(x) * math.pi


class Alone(nn.Module):
    """Uses nothing."""


class Foreign(nn.Module):
    """Uses this project."""

    def forward(self, x: Tensor) -> Tensor:
        raise BuildError("no")
'''


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "torchside" / "layers"
    folder.mkdir(parents=True)
    (folder / "family.py").write_text(FAMILY, encoding="utf-8")
    monkeypatch.setattr(engine, "__path__", [str(tmp_path)])
    for cache in (module.copied, module._file):
        cache.cache_clear()
    yield
    for cache in (module.copied, module._file):
        cache.cache_clear()


def target(name: str) -> str:
    return f"engine.torchside.layers.family.{name}"


def test_what_a_layer_uses_comes_along_in_the_order_of_its_file() -> None:
    found = copied(target("Curved"))
    assert [definition.name for definition in found.definitions] == ["SCALE", "LIMIT", "_curve", "Curved"]
    assert (
        found.definitions[2].text == 'def _curve(x: Tensor) -> Tensor:\n    """A curve."""\n    return x * LIMIT'
    )
    assert found.imports == {("math", "", "math"), ("torch", "Tensor", "Tensor"), ("torch", "nn", "nn")}


def test_what_it_does_not_use_stays() -> None:
    found = copied(target("Alone"))
    assert [definition.name for definition in found.definitions] == ["Alone"]
    assert found.imports == {("torch", "nn", "nn")}


def test_a_layer_that_needs_this_project_is_refused() -> None:
    with pytest.raises(BuildError, match=r"imports engine\.errors"):
        copied(target("Foreign"))


@pytest.mark.parametrize("name", ["Absent", "math"])
def test_what_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(BuildError, match="There is no"):
        copied(target(name))


@pytest.mark.parametrize("name", ["engine.torchside.layers.absent.Layer", "engine.torchside.layers....etc.Layer"])
def test_no_other_file_is_read(name: str) -> None:
    with pytest.raises(BuildError):
        copied(name)

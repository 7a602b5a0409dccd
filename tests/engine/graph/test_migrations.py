"""Older formats are lifted step by step."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from engine.errors import FileError
from engine.graph import Document, Node, migrations, text

OLD = {"format": 1, "layers": {"a": "feed"}}


@pytest.fixture
def two_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Formats 1 and 2 lifted by two modules to a format 3 that is as today's."""
    (tmp_path / "from_1.py").write_text(
        "def migrate(raw):\n"
        "    nodes = [{'id': id, 'type': kind} for id, kind in raw.pop('layers').items()]\n"
        "    return {**raw, 'graphs': {'main': {'nodes': nodes, 'edges': []}}}\n"
    )
    (tmp_path / "from_2.py").write_text(
        "def migrate(raw):\n"
        "    for node in raw['graphs']['main']['nodes']:\n"
        "        node['kind'] = node.pop('type')\n"
        "    return raw\n"
    )
    package = ModuleType("old_formats")
    package.__path__ = [str(tmp_path)]
    for name in ("old_formats", "old_formats.from_1", "old_formats.from_2"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "old_formats", package)
    monkeypatch.setattr(text, "migrations", package)
    monkeypatch.setattr(text, "FORMAT", 3)


@pytest.mark.usefixtures("two_steps")
def test_each_step_is_taken_in_turn() -> None:
    assert text.loads(json.dumps(OLD)) == Document.of([Node("a", "feed")])
    nodes = [{"id": "a", "type": "feed"}]
    middle = {"format": 2, "graphs": {"main": {"nodes": nodes, "edges": []}}}
    assert text.loads(json.dumps(middle)) == Document.of([Node("a", "feed")])


@pytest.mark.usefixtures("two_steps")
@pytest.mark.parametrize("layers", [None, [], {"a": 5}, {"1a": "x"}])
def test_a_wrong_old_file_is_an_error_of_ours(layers: Any) -> None:
    with pytest.raises(FileError):
        text.loads(json.dumps({"format": 1, "layers": layers}))


def test_every_older_format_has_its_step() -> None:
    steps = {path.stem for path in Path(migrations.__path__[0]).glob("from_*.py")}
    assert steps == {f"from_{number}" for number in range(1, text.FORMAT)}

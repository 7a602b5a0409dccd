"""Import lines stand in the usual order and name only what is used."""

from __future__ import annotations

from engine.source.imports import ALWAYS, import_lines, imports_for


def test_targets_need_their_imports() -> None:
    assert imports_for(["torch.nn.functional.relu"]) == {("torch.nn.functional", "", "F")}
    assert imports_for(["torch.flatten", "torch.int64"]) == {("torch", "", "torch")}
    assert imports_for(["torch.nn.Linear", "engine.torchside.layers.family.Layer"]) == set()


def test_the_standard_library_comes_first() -> None:
    found = {*ALWAYS, *imports_for(["torch.add", "torch.nn.functional.relu"])}
    found |= {("math", "", "math"), ("collections.abc", "Iterable", "Iterable")}
    assert import_lines(found) == (
        "import math\n"
        "from collections.abc import Iterable\n"
        "\n"
        "import torch\n"
        "import torch.nn.functional as F\n"
        "from torch import Tensor, nn"
    )

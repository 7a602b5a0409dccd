"""Every file ever saved still opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.analysis import analyse
from engine.graph import file, text

OLD = sorted((Path(__file__).parents[1] / "data").glob("format_*.loom"))


def test_there_is_a_file_of_every_older_format() -> None:
    assert {path.stem for path in OLD} >= {f"format_{number}" for number in range(1, text.FORMAT)}


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_it_opens_and_is_sound(path: Path) -> None:
    document = file.load(path)
    analysis = analyse(document)
    assert analysis.ok
    assert analysis.parameters == 19_706 or path.stem != "format_1"
    assert text.loads(text.dumps(document)) == document

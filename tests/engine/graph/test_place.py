"""Places in JSON text."""

from __future__ import annotations

import pytest

from engine.graph import place

TEXT = '{\n  "a": [1, {"b": "x]"}, [2,\n 3]],\n  "c" : {"d": -1e5}\n}'


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", (1, 1)),
        ("$.a", (2, 8)),
        ("$.a[0]", (2, 9)),
        ("$.a[1].b", (2, 18)),
        ("$.a[2][1]", (3, 2)),
        ("$.c.d", (4, 15)),
        ("$[...]", (2, 8)),
        ("$.q", (0, 0)),
        ("$.a[9]", (0, 0)),
        ("$.c[0]", (0, 0)),
    ],
)
def test_the_place_of_a_path(path: str, expected: tuple[int, int]) -> None:
    assert place.of(TEXT, path) == expected


@pytest.mark.parametrize("broken", ["", "{", '{"a"', '{"a":', '{"a": [1', '{"a": [' * 5000])
def test_a_broken_text_has_no_places(broken: str) -> None:
    assert place.of(broken, "$.a[1]") == (0, 0)


def test_the_last_of_several() -> None:
    assert place.last("ab\nab", "b") == (2, 2)
    assert place.last("ab", "q") == (0, 0)

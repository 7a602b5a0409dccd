"""Matching what is typed."""

from __future__ import annotations

import pytest

from app.actions import all_actions
from app.actions.fuzzy import score

TITLES = [action.title for action in all_actions().values()]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("undo", "Undo"),
        ("save", "Save"),
        ("sa as", "Save as…"),
        ("find", "Find node…"),
        ("exp py", "Export Python…"),
        ("zi", "Zoom in"),
        ("dup", "Duplicate"),
        ("arr auto", "Arrange: automatic layout"),
        ("layout", "Arrange: automatic layout"),
    ],
)
def test_the_best_match_comes_first(typed: str, wanted: str) -> None:
    assert max(TITLES, key=lambda title: score(typed, title)) == wanted


@pytest.mark.parametrize(("typed", "title"), [("xyz", "Undo"), ("save moon", "Save as…"), ("odnu", "Undo")])
def test_what_does_not_match_scores_nothing(typed: str, title: str) -> None:
    assert score(typed, title) == 0


def test_a_whole_word_beats_letters_strewn_about() -> None:
    assert score("cut", "Cut") > score("cut", "Connect selected up to")


def test_case_does_not_matter() -> None:
    assert score("UNDO", "undo") == score("undo", "Undo") > 0

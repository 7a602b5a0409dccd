"""Fuzzy matching of what is typed against titles."""

from __future__ import annotations

from typing import Final

NONE: Final = 0.0


def score(typed: str, title: str) -> float:
    """How well typed letters match a title, 0 for not at all.

    The letters must come in order; those at the start of words and those that follow each other count more,
    and short titles win over long ones.
    """
    needle = typed.casefold().split()
    parts = [_score_word(word, title.casefold()) for word in needle]
    return NONE if not all(parts) else sum(parts) / (1 + 0.01 * len(title))


def _score_word(word: str, title: str) -> float:
    whole = title.find(word)
    if whole >= 0:
        at_word = whole == 0 or not title[whole - 1].isalnum()
        return len(word) * (4.0 if at_word else 2.5) + (1.0 if whole == 0 else 0.0)
    return _score_letters(word, title)


def _score_letters(word: str, title: str) -> float:
    total, place = 0.0, -1
    for letter in word:
        found = title.find(letter, place + 1)
        if found < 0:
            return NONE
        starts = found == 0 or not title[found - 1].isalnum()
        total += 1.5 if starts else 1.2 if found == place + 1 else 0.4
        place = found
    return total if total >= 0.8 * len(word) else NONE

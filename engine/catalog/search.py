"""Search-to-add: kinds by what one types, with parameters after the name (`conv 64 3 s2`)."""

from __future__ import annotations

import heapq
import re
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from engine.catalog.follows import follows
from engine.catalog.kind import Catalog, NodeKind
from engine.catalog.typed import read_params, split_params

EXACT, FIRST, PREFIX, WORD, INITIALS, CATEGORY, INSIDE, NEAR, SCATTERED = (
    8.0,
    7.0,
    6.0,
    5.0,
    4.5,
    4.0,
    3.0,
    2.0,
    1.0,
)
"""How well a text matches a name, best first: the whole name, a title's first words, its start, a word's start,
initials, the category's start, somewhere; and where no kind matches so: one slip of the finger, letters in order.

The first words of a title win over another kind's alias: `residual` is the block before `Add`."""

_SEPARATORS: Final = " _-./"
_TORCH = re.compile(r"torch(?:\.\w+)+")


class Match(msgspec.Struct, frozen=True):
    """A kind that fits what was typed.

    `params` are what was typed after the name, as a file holds them. `spans` are the matched stretches
    (start, stop) of the title; where another name matched, `via` is that name and `spans` is empty.
    """

    kind: type[NodeKind]
    score: float
    params: dict[str, Any] = {}
    spans: tuple[tuple[int, int], ...] = ()
    via: str = ""


def search(
    catalog: Catalog,
    text: str,
    *,
    after: type[NodeKind] | NodeKind | None = None,
    recents: Sequence[str] = (),
    limit: int = 50,
) -> list[Match]:
    """Kinds that fit a text, best first: by match, then by what usually follows `after`, then by recency.

    A text without a name fits all. `recents` are ids of kinds, the latest first.
    """
    words = text.lower().split()
    named, typed = split_params(words)
    readings: list[_Reading] = [(_Query(named), typed)] if typed else []
    readings.append((_Query(words), ()))
    found = _matches(catalog, readings, _tier) or _matches(catalog, readings, _vague_tier)
    places = {id: place for place, id in enumerate(reversed(recents), start=1)}
    ranked = (
        msgspec.structs.replace(match, score=match.score + _habit(kind, after, places))
        for kind, match in found.items()
    )

    def place(match: Match) -> tuple[float, int, str]:
        title = match.kind.title
        return (-match.score, len(title), "") if words else (-match.score, 0, title)

    return heapq.nsmallest(limit, ranked, key=place)  # equal ones stay as declared


def _matches(catalog: Catalog, readings: list[_Reading], tier: _Tier) -> dict[type[NodeKind], Match]:
    found: dict[type[NodeKind], Match] = {}
    for query, tokens in readings:
        for kind in catalog:
            match = _match(kind, query, tokens, tier)
            if match is not None and (kind not in found or match.score > found[kind].score):
                found[kind] = match
    return found


class _Name(NamedTuple):
    """One name of a kind, without separators; `starts` and `origin` lead back to the text."""

    text: str
    plain: str
    origin: tuple[int, ...]
    starts: frozenset[int]
    initials: str
    penalty: float


class _Names(NamedTuple):
    """All names of a kind, and its plain category; `hay` holds every plain name, for a quick look."""

    each: tuple[_Name, ...]
    category: str
    hay: str


class _Query:
    """What was typed as a name."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = [plain for word in words if (plain := _plain(word))]
        self.plain = "".join(self.words)


_Reading: TypeAlias = tuple[_Query, Sequence[str]]
_Tier: TypeAlias = Callable[[_Name, str], float]
_known: weakref.WeakKeyDictionary[type[NodeKind], _Names] = weakref.WeakKeyDictionary()


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter not in _SEPARATORS)


def _name(text: str, penalty: float) -> _Name:
    origin: list[int] = []
    starts: list[int] = []
    previous = " "
    for index, letter in enumerate(text):
        if letter not in _SEPARATORS:
            if previous in _SEPARATORS or (letter.isupper() and previous.islower()):
                starts.append(len(origin))
            origin.append(index)
        previous = letter
    plain = _plain(text)
    initials = "".join(plain[start] for start in starts)
    return _Name(text, plain, tuple(origin), frozenset(starts), initials, penalty)


def _names(kind: type[NodeKind]) -> _Names:
    """The title first, then the id, torch's names and the aliases."""
    known = _known.get(kind)
    if known is None:
        torch = _TORCH.findall(kind.details())
        last = [name.rpartition(".")[2] for name in torch]
        dotted = [name.removeprefix("torch.") for name in torch]
        names = (
            _name(kind.title, 0.0),
            _name(kind.id, 0.1),
            *(_name(name, 0.5) for name in (*last, *dotted, *torch)),
            *(_name(alias, 1.5) for alias in kind.aliases),
        )
        hay = "\n".join([name.plain for name in names] + [name.initials for name in names])
        known = _known[kind] = _Names(names, _plain(kind.category), hay)
    return known


def _match(kind: type[NodeKind], query: _Query, tokens: Sequence[str], tier: _Tier) -> Match | None:
    if not query.plain:
        return Match(kind, 0.0)
    score, name = _best(kind, query.plain, tier)
    if not score and len(query.words) > 1:
        score, name = min(_best(kind, word, tier)[0] for word in query.words) / 2, None
    if not score:
        return None
    params, unread = read_params(kind, tokens) if tokens else ({}, 0)
    score -= unread / 4
    if name is None or name.penalty:
        return Match(kind, score, params, via=name.text if name else "")
    return Match(kind, score, params, _spans(name, query.plain))


def _best(kind: type[NodeKind], typed: str, tier: _Tier) -> tuple[float, _Name | None]:
    names = _names(kind)
    best, found = 0.0, None
    if tier is _vague_tier or typed in names.hay:
        for name in names.each:
            score = tier(name, typed)
            if score - name.penalty > best:
                best, found = score - name.penalty, name
    if best < CATEGORY and len(typed) > 2 and names.category.startswith(typed):
        return CATEGORY, None
    return best, found


def _tier(name: _Name, typed: str) -> float:
    place = name.plain.find(typed)
    if place == 0:
        if len(typed) == len(name.plain):
            return EXACT
        # A longer share of the name is better, but decides last of all.
        first = not name.penalty and not name.text[name.origin[len(typed) - 1] + 1].isalnum()
        return (FIRST if first else PREFIX) + len(typed) / len(name.plain) / 10_000
    if place > 0:
        return WORD if any(name.plain.startswith(typed, start) for start in name.starts) else INSIDE
    return INITIALS if len(typed) > 1 and name.initials.startswith(typed) else 0.0


def _vague_tier(name: _Name, typed: str) -> float:
    if "." in name.text:  # so long that nearly any letters lie in it
        return 0.0
    if len(typed) > 3 and typed[0] == name.plain[0] and _one_slip(typed, name.plain):
        return NEAR
    return SCATTERED if len(typed) > 2 and _scattered(name, typed) else 0.0


def _scattered(name: _Name, typed: str) -> list[int]:
    """Where the letters lie, in order, the first at a word's start; empty where they do not."""
    for start in sorted(name.starts):
        if name.plain[start] != typed[0]:
            continue
        places, at = [start], start
        for letter in typed[1:]:
            at = name.plain.find(letter, at + 1)
            if at < 0:
                break
            places.append(at)
        if len(places) == len(typed):
            return places
    return []


def _one_slip(typed: str, plain: str) -> bool:
    """Whether the start of a name is what was typed but for one letter more, less, wrong or swapped."""
    at = next((place for place, (a, b) in enumerate(zip(typed, plain, strict=False)) if a != b), 0)
    if not at:  # the first letter is hit, mostly
        return False
    more, less = typed[at + 1 :], plain[at + 1 :]
    if less.startswith((more, typed[at:])) or plain.startswith(more, at):
        return True
    swapped = typed[at : at + 2] == plain[at : at + 2][::-1]
    return swapped and plain.startswith(typed[at + 2 :], at + 2)


def _spans(name: _Name, typed: str) -> tuple[tuple[int, int], ...]:
    place = name.plain.find(typed)
    words = (start for start in name.starts if name.plain.startswith(typed, start))
    place = min(words, default=place)
    if place >= 0:
        places = list(range(place, place + len(typed)))
    elif len(typed) > 1 and name.initials.startswith(typed):
        places = sorted(name.starts)[: len(typed)]
    else:
        places = _scattered(name, typed)
    spans: list[tuple[int, int]] = []
    for index in (name.origin[place] for place in places):
        if spans and spans[-1][1] == index:
            spans[-1] = (spans[-1][0], index + 1)
        else:
            spans.append((index, index + 1))
    return tuple(spans)


def _habit(kind: type[NodeKind], after: type[NodeKind] | NodeKind | None, places: dict[str, int]) -> float:
    """What decides among equal matches: up to 0.09 for what usually follows, then less than 0.01 for recency."""
    recency = places[kind.id] / (len(places) + 1) if kind.id in places else 0.0
    return (follows(kind, after) + recency) / 100

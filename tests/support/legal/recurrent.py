"""Sequences with first states, lengths and masks."""

from __future__ import annotations

from random import Random

from engine.catalog import NodeKind, Shape
from engine.nodes.cells import Cell
from engine.nodes.recurrent import Recurrent
from tests.support.forms import Feeds, images, sequences, tokens, vectors

LENGTHS = (Shape.batch(dtype="int64"),)


def _layer(kind: NodeKind, rng: Random) -> Feeds:
    assert isinstance(kind, Recurrent)
    feeds: Feeds = {"in": (Shape.batch(rng.randint(2, 6), rng.choice((2, 4, 6))),)}
    # The first state comes with lengths: a single real step from zeros would leave weight_hh without a gradient.
    if rng.random() < 0.5:
        rows = kind.directions * kind.num_layers
        feeds |= {f"{port}0": (Shape.batch(rows, width),) for port, width in kind.state_widths().items()}
        if rng.random() < 0.6:
            feeds["lengths"] = LENGTHS
    return feeds


def _cell(kind: NodeKind, rng: Random) -> Feeds:
    assert isinstance(kind, Cell)
    state = (Shape.batch(kind.hidden_size),)
    return {"in": (vectors(rng),), **{port.name: state for port in kind.outputs}}


def _by_lengths(kind: NodeKind, rng: Random) -> Feeds:
    feeds: Feeds = {"in": (rng.choice((sequences, images, tokens))(rng),)}
    return feeds | {"lengths": LENGTHS} if rng.random() < 0.5 else feeds


def _mask(kind: NodeKind, rng: Random) -> Feeds:
    if rng.random() < 0.5:
        return {"in": (tokens(rng),)}
    return {"in": (rng.choice((sequences, tokens))(rng),), "lengths": LENGTHS}


def _masked(kind: NodeKind, rng: Random) -> Feeds:
    shape = rng.choice((sequences, images))(rng)
    return {"in": (shape,), "mask": (Shape.batch(shape.size(1), axes="T", dtype="bool"),)}


LEGAL = {
    **dict.fromkeys(("rnn", "lstm", "gru"), _layer),
    **dict.fromkeys(("rnn_cell", "lstm_cell", "gru_cell"), _cell),
    **dict.fromkeys(("last_step", "reverse_sequence"), _by_lengths),
    "padding_mask": _mask,
    "masked_mean": _masked,
}

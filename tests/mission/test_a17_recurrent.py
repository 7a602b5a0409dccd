"""A17: RNN, LSTM and GRU equal torch, padding changes nothing, and texts are told apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.build import as_tuple, compile
from engine.graph import Document
from engine.runs import with_recipe
from engine.training import Summary
from tests.support.drawing import Drawing
from tests.support.drawn import given

LAYERS: dict[str, type[nn.RNNBase]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
ALL = pytest.mark.parametrize("id", LAYERS)
VOCABULARY, LONGEST = 20, 9
FIRST, SECOND = 1, 2


@ALL
@pytest.mark.parametrize(
    "options", [{}, {"num_layers": 3}, {"bidirectional": True}, {"num_layers": 2, "bidirectional": True}], ids=str
)
def test_layers_equal_torchs(id: str, options: dict[str, Any]) -> None:
    torch.manual_seed(1)
    twin, x = LAYERS[id](5, 7, batch_first=True, **options), torch.randn(4, 6, 5)
    torch.testing.assert_close(given(id, {"hidden_size": 7, **options}, twin=twin, in_=x), twin(x)[0])


def reader(id: str, **recipe: Any) -> Document:
    """Tokens, embedded, read up to where padding begins, told apart by the last state."""
    drawing = Drawing()
    drawing.add("tokens", "input", shape=[LONGEST], dtype="int64")
    drawing.add("count", "lengths", "tokens")
    drawing.add("vectors", "embedding", "tokens", num_embeddings=VOCABULARY, embedding_dim=12)
    drawing.add("read", id, "vectors", to={"lengths": "count"}, hidden_size=16)
    drawing.add("last", "last_step", "read", to={"lengths": "count"})
    drawing.add("answer", "dense", "last", out_features=2)
    return with_recipe(drawing.classify("answer"), recipe) if recipe else drawing.document


@ALL
def test_a_sentence_reads_the_same_however_much_padding_follows(id: str) -> None:
    drawing = reader(id)
    network = compile(drawing, seed=2).network
    sentences = [[5, 3, 9], [4], [7, 7, 1, 2, 6, 8]]
    rows = torch.tensor([sentence + [0] * (LONGEST - len(sentence)) for sentence in sentences])
    together = as_tuple(network(rows))[0]
    state = network.state_dict()
    plain = LAYERS[id](12, 16, batch_first=True)
    plain.load_state_dict({name[5:]: value for name, value in state.items() if name.startswith("read.")})
    for sentence, found in zip(sentences, together, strict=True):
        vectors = state["vectors.weight"][torch.tensor([sentence])]
        expected = plain(vectors)[0][0, -1] @ state["answer.weight"].T + state["answer.bias"]
        torch.testing.assert_close(found, expected)


def sentences(path: Path) -> None:
    """Sentences that hold two words; which comes first is their class."""
    dice, rows, labels = np.random.default_rng(0), [], []
    for _ in range(600):
        words = dice.integers(3, VOCABULARY, dice.integers(4, LONGEST + 1))
        one, other = sorted(dice.choice(len(words), 2, replace=False))
        label = int(dice.integers(2))
        words[one], words[other] = (FIRST, SECOND) if label else (SECOND, FIRST)
        rows.append([*words, *[0] * (LONGEST - len(words))])
        labels.append(label)
    np.savez(path, x=np.array(rows), y=np.array(labels))


def test_texts_are_told_apart_by_the_order_of_their_words(train: Callable[..., Summary], tmp_path: Path) -> None:
    path = tmp_path / "sentences.npz"
    sentences(path)
    done = train(
        reader(
            "gru",
            data={"id": "npz", "params": {"path": str(path)}},
            optimizer={"id": "adam", "params": {"lr": 0.02}},
            epochs=15,
            batch_size=32,
            device="cpu",
        )
    )
    assert done.best["val"]["accuracy"] > 0.97  # a bag of words gets half of them

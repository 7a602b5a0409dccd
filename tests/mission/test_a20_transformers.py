"""A20: an encoder-decoder of kinds is torch's Transformer; a small GPT of kinds writes on what it learnt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from engine.build import as_tuple, compile
from engine.graph import Document
from engine.runs import with_recipe
from engine.training import Summary
from tests.support.drawing import Drawing
from tests.support.drawn import adopt, given
from tests.support.training import newest_tensors

TEXT = "a loom has a warp and a weft. the warp stays, the weft moves, and line by line a picture grows. "
LETTERS = sorted(set(TEXT))
WINDOW = 16


def test_heads_equal_torchs_and_may_look_at_another_sequence() -> None:
    torch.manual_seed(0)
    twin, x, memory = nn.MultiheadAttention(8, 2, batch_first=True), torch.randn(3, 5, 8), torch.randn(3, 7, 8)
    params = {"num_heads": 2}
    itself = given("multihead_attention", params, twin=twin, query=x)
    torch.testing.assert_close(itself, twin(x, x, x)[0])
    later = torch.ones(5, 5).triu(1).bool()
    causal = given("multihead_attention", {**params, "is_causal": True}, twin=twin, query=x)
    torch.testing.assert_close(causal, twin(x, x, x, attn_mask=later)[0])
    cross = given("multihead_attention", params, twin=twin, query=x, key=memory)
    torch.testing.assert_close(cross, twin(x, memory, memory)[0])


def test_an_encoder_and_a_decoder_are_torchs_transformer() -> None:
    torch.manual_seed(0)
    whole = nn.Transformer(8, 2, 1, 1, dim_feedforward=16, dropout=0.0, batch_first=True).eval()
    layer = {"nhead": 2, "dim_feedforward": 16, "dropout": 0.0}
    drawing = Drawing()
    drawing.add("source", "input", shape=[7, 8])
    drawing.add("target", "input", shape=[5, 8], field="y")
    drawing.add("encoder", "transformer_encoder_layer", "source", **layer)
    drawing.add("memory", "layer_norm", "encoder")
    drawing.add("decoder", "transformer_decoder_layer", "target", to={"memory": "memory"}, **layer)
    drawing.add("out", "layer_norm", "decoder")
    made = compile(drawing.document)
    adopt(made, "encoder", whole.encoder.layers[0])
    adopt(made, "memory", whole.encoder.norm)
    adopt(made, "decoder", whole.decoder.layers[0])
    adopt(made, "out", whole.decoder.norm)
    source, target = torch.randn(3, 7, 8), torch.randn(3, 5, 8)
    later = nn.Transformer.generate_square_subsequent_mask(5)
    expected = whole(source, target, tgt_mask=later)
    torch.testing.assert_close(made.network.eval()(source, target), expected, rtol=1e-5, atol=1e-5)


def writer(path: Path) -> Document:
    """A small GPT over letters: at each place it tells the next one."""
    tokens = np.array([LETTERS.index(letter) for letter in TEXT * 2])
    starts = range(len(TEXT))
    x = np.stack([tokens[start : start + WINDOW] for start in starts])
    y = np.stack([tokens[start + 1 : start + WINDOW + 1] for start in starts])
    np.savez(path, x=x, y=y)
    drawing = Drawing()
    drawing.add("letters", "input", shape=[WINDOW], dtype="int64")
    layer = {"nhead": 4, "dim_feedforward": 64, "dropout": 0.0, "norm_first": True, "is_causal": True}
    last = drawing.chain(
        "letters",
        ("vectors", "embedding", {"num_embeddings": len(LETTERS), "embedding_dim": 32}),
        ("places", "learned_positions", {}),
        ("layer1", "transformer_encoder_layer", layer),
        ("layer2", "transformer_encoder_layer", layer),
        ("norm", "layer_norm", {}),
        ("next", "dense", {"out_features": len(LETTERS)}),
        ("scores", "transpose", {"dim0": 1, "dim1": 2}),
    )
    drawing.add("following", "target", shape=[WINDOW])
    drawing.add("loss", "cross_entropy", to={"in": last, "target": "following"})
    recipe: dict[str, Any] = {
        "data": {"id": "npz", "params": {"path": str(path)}},
        "validation_split": 0.0,
        "optimizer": {"id": "adam", "params": {"lr": 0.01}},
        "schedule": {"id": "one_cycle"},
        "epochs": 60,
        "batch_size": 32,
        "device": "cpu",
    }
    return with_recipe(drawing.document, recipe)


def test_a_model_of_letters_writes_on_what_it_learnt(train: Callable[..., Summary], tmp_path: Path) -> None:
    document = writer(tmp_path / "letters.npz")
    learnt, network = newest_tensors(train(document).run), compile(document).network
    network.load_state_dict({name: learnt[name] for name in network.state_dict()})
    network.eval()
    written = TEXT[:WINDOW]
    while len(written) < len(TEXT):
        tokens = torch.tensor([[LETTERS.index(letter) for letter in written[-WINDOW:]]])
        written += LETTERS[int(as_tuple(network(tokens))[0][0, :, -1].argmax())]
    assert written == TEXT


def test_what_comes_later_is_not_seen(tmp_path: Path) -> None:
    network = compile(writer(tmp_path / "letters.npz"), seed=1).network.eval()
    tokens = torch.arange(WINDOW)[None] % len(LETTERS)
    changed = tokens.clone()
    changed[0, 9:] = 0
    one, other = (as_tuple(network(each))[0] for each in (tokens, changed))
    torch.testing.assert_close(one[..., :9], other[..., :9])
    assert not torch.allclose(one[..., 9:], other[..., 9:])

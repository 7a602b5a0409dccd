"""Recurrent layers, cells and padding against torch's own, run sample by sample without padding."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.catalog import Inputs, Shape
from engine.errors import ParamError, ShapeError
from engine.nodes import standard_catalog
from tests.support.torch_side import run

CATALOG = standard_catalog()
LENGTHS = torch.tensor([4, 7, 1])
LAYERS: list[tuple[str, dict[str, Any], type[nn.RNNBase]]] = [
    ("rnn", {}, nn.RNN),
    ("rnn", {"nonlinearity": "relu", "bias": False}, nn.RNN),
    ("gru", {"num_layers": 2}, nn.GRU),
    ("gru", {"bidirectional": True}, nn.GRU),
    ("lstm", {"num_layers": 2, "bidirectional": True}, nn.LSTM),
    ("lstm", {"proj_size": 3, "num_layers": 2, "bidirectional": True}, nn.LSTM),
]
every_layer = pytest.mark.parametrize(("id", "params", "torchs"), LAYERS, ids=lambda value: str(value)[:20])


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(3)


def states_of(twin: nn.RNNBase, batch: int) -> tuple[Tensor, ...]:
    """Random first states, batch first."""
    rows = twin.num_layers * (2 if twin.bidirectional else 1)
    widths = (twin.proj_size or 5, 5) if isinstance(twin, nn.LSTM) else (5,)
    return tuple(torch.randn(batch, rows, width) for width in widths)


def as_torch(states: tuple[Tensor, ...]) -> Any:
    """States as torch wants them: layers first, two of them in a tuple."""
    turned = tuple(state.transpose(0, 1).contiguous() for state in states)
    return turned if len(turned) > 1 else turned[0]


def named(states: Any) -> dict[str, Tensor]:
    """Torch's last states by our port."""
    states = states if isinstance(states, tuple) else (states,)
    return {port: state.transpose(0, 1) for port, state in zip("hc", states, strict=False)}


@every_layer
@pytest.mark.parametrize("started", [False, True])
def test_a_layer_equals_torchs(id: str, params: dict[str, Any], torchs: type[nn.RNNBase], started: bool) -> None:
    twin = torchs(4, 5, batch_first=True, **params)
    x, first = torch.randn(3, 6, 4), states_of(twin, 3)
    feeds = dict(zip(("h0", "c0"), first, strict=False)) if started else {}
    found = run(id, {"hidden_size": 5, **params}, twin, in_=x, **feeds)
    out, states = twin(x, as_torch(first)) if started else twin(x)
    assert torch.equal(found["out"], out)
    for port, state in named(states).items():
        assert torch.equal(found[port], state)


@every_layer
@pytest.mark.parametrize("started", [False, True])
def test_with_lengths_each_sample_is_read_as_if_it_came_alone(
    id: str, params: dict[str, Any], torchs: type[nn.RNNBase], started: bool
) -> None:
    twin = torchs(4, 5, batch_first=True, **params)
    x, first = torch.randn(3, 7, 4), states_of(twin, 3)
    feeds = dict(zip(("h0", "c0"), first, strict=False)) if started else {}
    found = run(id, {"hidden_size": 5, **params}, twin, in_=x, lengths=LENGTHS, **feeds)
    for sample, length in enumerate(LENGTHS.tolist()):
        alone = x[sample : sample + 1, :length]
        start = as_torch(tuple(state[sample : sample + 1] for state in first))
        out, states = twin(alone, start) if started else twin(alone)
        torch.testing.assert_close(found["out"][sample, :length], out[0])
        assert not found["out"][sample, length:].any()
        for port, state in named(states).items():
            torch.testing.assert_close(found[port][sample], state[0])


@pytest.mark.parametrize("id", ["rnn", "lstm", "gru"])
def test_nothing_is_learnt_from_padding(id: str) -> None:
    x = torch.randn(3, 7, 4, requires_grad=True)
    found = run(id, {"hidden_size": 5, "bidirectional": True}, in_=x, lengths=LENGTHS)
    sum(tensor.sum() for tensor in found.values()).backward()  # type: ignore[union-attr]
    assert x.grad is not None
    for sample, length in enumerate(LENGTHS.tolist()):
        assert x.grad[sample, :length].abs().sum(1).gt(0).all()
        assert not x.grad[sample, length:].any()


def test_an_empty_sample_counts_as_one_step_and_too_long_a_one_as_whole() -> None:
    twin, x = nn.GRU(4, 5, batch_first=True), torch.randn(2, 3, 4)
    found = run("gru", {"hidden_size": 5}, twin, in_=x, lengths=torch.tensor([0, 9]))
    torch.testing.assert_close(found["h"][0, 0], twin(x[:1, :1])[1][0, 0])
    torch.testing.assert_close(found["out"][1], twin(x[1:])[0][0])


def test_a_gru_equals_its_gates() -> None:
    twin, x = nn.GRU(3, 2, batch_first=True), torch.randn(1, 4, 3)
    h, w, u = torch.zeros(2), twin.weight_ih_l0, twin.weight_hh_l0
    for step in x[0]:
        (r_in, z_in, n_in), (r_h, z_h, n_h) = (
            (weight @ value + bias).chunk(3)
            for weight, value, bias in ((w, step, twin.bias_ih_l0), (u, h, twin.bias_hh_l0))
        )
        r, z = (r_in + r_h).sigmoid(), (z_in + z_h).sigmoid()
        h = (1 - z) * (n_in + r * n_h).tanh() + z * h
    torch.testing.assert_close(run("gru", {"hidden_size": 2}, twin, in_=x)["h"][0, 0], h)


@pytest.mark.parametrize(
    ("id", "params", "cell"),
    [
        ("rnn_cell", {}, nn.RNNCell(4, 5)),
        ("rnn_cell", {"nonlinearity": "relu"}, nn.RNNCell(4, 5, nonlinearity="relu")),
        ("gru_cell", {"bias": False}, nn.GRUCell(4, 5, bias=False)),
        ("lstm_cell", {}, nn.LSTMCell(4, 5)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_cell_equals_torchs(id: str, params: dict[str, Any], cell: nn.RNNCellBase) -> None:
    x, h, c = torch.randn(3, 4), torch.randn(3, 5), torch.randn(3, 5)
    params = {"hidden_size": 5, **params}
    if id == "lstm_cell":
        found, expected = run(id, params, cell, in_=x, h=h, c=c), cell(x, (h, c))
        assert torch.equal(found["c"], expected[1])
        assert torch.equal(found["h"], expected[0])
        assert torch.equal(run(id, params, cell, in_=x)["h"], cell(x)[0])
    else:
        assert torch.equal(run(id, params, cell, in_=x, h=h)["h"], cell(x, h))
        assert torch.equal(run(id, params, cell, in_=x)["h"], cell(x))


def test_lengths_and_masks_count_what_is_no_padding() -> None:
    tokens = torch.tensor([[5, 3, 9, 9], [9, 9, 9, 9], [1, 0, 2, 4]])
    lengths = run("lengths", {"padding_idx": 9}, in_=tokens)["out"]
    assert lengths.tolist() == [2, 0, 4]
    assert torch.equal(run("padding_mask", {"padding_idx": 9}, in_=tokens)["out"], tokens == 9)
    by_lengths = run("padding_mask", {}, in_=torch.randn(3, 4, 6), lengths=lengths)["out"]
    assert torch.equal(by_lengths, tokens == 9)


def test_the_last_step_is_the_last_real_one() -> None:
    x = torch.randn(3, 7, 2, 5)
    assert torch.equal(run("last_step", {}, in_=x)["out"], x[:, 6])
    found = run("last_step", {}, in_=x, lengths=LENGTHS)["out"]
    assert torch.equal(found, torch.stack([x[0, 3], x[1, 6], x[2, 0]]))


def test_a_masked_mean_is_the_mean_of_what_is_real() -> None:
    x = torch.randn(3, 7, 2, 5)
    x[0, 4:] = torch.inf
    mask = torch.arange(7) >= LENGTHS[:, None]
    found = run("masked_mean", {}, in_=x, mask=mask)["out"]
    for sample, length in enumerate(LENGTHS.tolist()):
        torch.testing.assert_close(found[sample], x[sample, :length].mean(0))
    assert not run("masked_mean", {}, in_=x, mask=torch.ones_like(mask))["out"].any()


def test_a_sequence_is_reversed_before_its_padding() -> None:
    x = torch.randn(3, 7, 5)
    assert torch.equal(run("reverse_sequence", {}, in_=x)["out"], x[:, range(6, -1, -1)])
    found = run("reverse_sequence", {}, in_=x, lengths=LENGTHS)["out"]
    for sample, length in enumerate(LENGTHS.tolist()):
        expected = [*x[sample, :length].unbind()[::-1], *x[sample, length:].unbind()]
        assert torch.equal(found[sample], torch.stack(expected))


@pytest.mark.parametrize(
    ("id", "params", "feeds", "sentence", "port"),
    [
        (
            "gru",
            {"hidden_size": 5, "num_layers": 2},
            {"h0": Shape.batch(1, 5)},
            "GRU starts from 2 states a sample of 5 numbers each. Received at h0: N batch × 1 time × 5 features.",
            "h0",
        ),
        (
            "lstm",
            {"hidden_size": 5},
            {"h0": Shape.batch(1, 5)},
            "LSTM starts from both a state and a memory, or from neither; c0 is not wired. "
            "Received at h0: N batch × 1 time × 5 features.",
            "h0",
        ),
        (
            "rnn",
            {},
            {"lengths": Shape.batch(7)},
            "RNN needs lengths as one whole number (int64) a sample. Received at lengths: N batch × 7 features.",
            "lengths",
        ),
        (
            "masked_mean",
            {},
            {"mask": Shape.batch(5, axes="T", dtype="bool")},
            "Masked mean needs a mask of 6 steps a sample, true where there is padding. "
            "Received at mask: N batch × 5 time.",
            "mask",
        ),
    ],
)
def test_refusals_are_sentences(
    id: str, params: dict[str, Any], feeds: dict[str, Shape], sentence: str, port: str
) -> None:
    with pytest.raises(ShapeError) as error:
        CATALOG.parse(id, params).shapes(Inputs.of(Shape.batch(6, 4), **feeds))
    assert (str(error.value), error.value.port) == (sentence, port)


def test_a_projection_makes_the_state_smaller() -> None:
    with pytest.raises(ParamError, match=r"proj_size must be below hidden_size, which is 64\. Received: 64"):
        CATALOG.parse("lstm", {"proj_size": 64})
